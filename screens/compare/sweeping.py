"""A sweep beside the current run: asked for in a dialog, and followed while it runs."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from screens.dialogs.sweep.model import ended_words
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.runs.runs import Run
from tui_nn.training.runs.sweep import Progress, Sweep
from tui_nn.training.runs.sweeper import Sweeper
from tui_nn.training.session.session import Session

if TYPE_CHECKING:
    from screens.app import Lab


class Sweeping:
    """The sweep that goes, if one does.

    Attributes:
        ended: How the last one ended, or "".
    """

    def __init__(self, on_begin: Callable[[], None]) -> None:
        """Make none yet; ``on_begin`` is called when one has begun."""
        self.ended = ""
        self._on_begin = on_begin
        self._sweeper: Sweeper | None = None

    @property
    def progress(self) -> Progress | None:
        """How far it is; None where none goes."""
        return self._sweeper.progress if self._sweeper else None

    @property
    def run(self) -> Run | None:
        """The run that is being trained, as it was when one looked."""
        return self._sweeper.latest if self._sweeper else None

    def ask(self, lab: "Lab") -> None:
        """Open the window that asks what to vary, and begin."""
        from screens.dialogs.sweep.dialog import SweepWindow

        if self._sweeper:
            lab.notify("one sweep at a time: escape cancels the one that goes", markup=False)
            return

        def begin(recipes: tuple[Recipe, ...] | None) -> None:
            def prepare(session: Session) -> Sweep:
                # How many threads there are is the whole process's: as for the current run.
                return Sweep(
                    recipes or (),
                    session.source,
                    threads=session.threads,
                    new_number=lab.trainer.runs.new_number,
                )

            if recipes:
                lab.trainer.ask(prepare, lambda sweep: lab.soon(begin_with, sweep))

        def begin_with(sweep: Sweep) -> None:
            self._begin(Sweeper(sweep, lab.trainer.runs))

        lab.push_screen(SweepWindow(lab.snapshot.recipe_now), begin)

    def look(self) -> str:
        """Ask for the newest of its run; if it has just ended, return how."""
        if (sweeper := self._sweeper) is None:
            return ""
        sweeper.want()
        if sweeper.is_going:
            return ""
        self._sweeper = None
        self.ended = ended_words(sweeper)
        return self.ended

    def cancel(self) -> None:
        """End it; the runs so far stay."""
        if self._sweeper:
            self._sweeper.cancel()

    def close(self) -> None:
        """End it with the app."""
        if self._sweeper:
            self._sweeper.close()

    def _begin(self, sweeper: Sweeper) -> None:
        self.ended = ""
        self._sweeper = sweeper
        sweeper.start()
        self._on_begin()
