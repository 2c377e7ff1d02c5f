"""A sweep: one run after the other on the same data, each a run like any other."""

import itertools
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from tui_nn.data.dataset import Dataset
from tui_nn.nn.threads import pin_threads
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.runs.run import CANCELLED, Run, describe_session, finish_run
from tui_nn.training.session.session import Session


class Progress(Struct, frozen=True):
    """How far a sweep is.

    Attributes:
        run: The current run, from 1.
        runs: How many there will be.
        epoch: Its current epoch, from 1.
        epochs: How many that run will have at most.
        share: How much of the whole sweep is done, from 0 to 1, counted in epochs.
    """

    run: int
    runs: int
    epoch: int
    epochs: int
    share: float


class Sweep:
    """Trains recipes, in order. Another thread may read ``progress`` and call ``cancel``.

    Attributes:
        progress: How far it is.
    """

    def __init__(
        self,
        recipes: Sequence[Recipe],
        dataset: Dataset,
        *,
        threads: int | None = None,
        new_number: Callable[[], int] | None = None,
    ) -> None:
        """Prepare a sweep.

        Args:
            recipes: At least one.
            dataset: As it was loaded; each recipe says how it is split.
            threads: BLAS threads that are pinned already; None to pin what suits each run.
            new_number: Returns the number of the next run; by default they count from 1.
        """
        self._recipes = tuple(recipes)
        self._dataset = dataset
        self._threads = threads
        self._new_number = new_number or itertools.count(1).__next__
        self._total = sum(each.training.epochs for each in self._recipes)
        self._before = 0  # epochs of the runs that are over
        self._session: Session | None = None
        self._number = 0
        self._is_cancelled = False
        self.progress = Progress(1, len(recipes), 1, recipes[0].training.epochs, 0.0)

    def runs(self, on_step: Callable[[], None] = lambda: None) -> Iterator[Run]:
        """Train, and yield each run when it has ended.

        A run has also ended when a number is not finite. A run that is cancelled is yielded if
        it has made a step.

        Args:
            on_step: Called between two steps.

        Raises:
            TuiNNError: The data cannot be split as a recipe says.
        """
        for place, recipe in enumerate(self._recipes):
            session = Session(recipe, self._dataset, threads=self._threads)
            if self._threads is None:
                pin_threads(session.threads)
            self._session, self._number = session, self._new_number()
            while not (session.finished or session.reason or self._is_cancelled):
                self._advance(session, place)
                on_step()
            cut_short = self._is_cancelled and not (session.finished or session.reason)
            self._session = None
            if len(session.history) or session.reason:
                yield finish_run(session, self._number, CANCELLED if cut_short else "")
            if self._is_cancelled:
                return
            self._before += recipe.training.epochs

    def cancel(self) -> None:
        """End it before the next step."""
        self._is_cancelled = True

    def current_run(self) -> Run | None:
        """Return the run that is being trained, as it is now; to be called by ``on_step``."""
        return describe_session(self._session, self._number) if self._session else None

    def _advance(self, session: Session, place: int) -> None:
        session.step_batch(sparse=True)
        at, epochs = session.position, session.recipe.training.epochs
        passes = at.epoch - 1 + (at.batch - 1) / at.batches
        self.progress = Progress(
            run=place + 1,
            runs=len(self._recipes),
            epoch=min(at.epoch, epochs),
            epochs=epochs,
            share=min((self._before + passes) / self._total, 1.0),
        )
