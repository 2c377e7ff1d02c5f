"""The app as lessons do something with it: one thing after another, each when the last is done."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import asdict, replace

from screens.base.messages import DigitGiven, DigitMoved, ExplainNumber
from screens.inspect.samples import selected
from screens.inspect.subject import Scene, Source, Target
from tui_nn.errors import TuiNNError
from tui_nn.lessons.desk import Looked, Picture, PixelChange
from tui_nn.lessons.other_run import of_the_page
from tui_nn.lessons.situation import read_number
from tui_nn.training.session.session import Session

if TYPE_CHECKING:
    from screens.base.app import DebuggerApp

T = TypeVar("T")


class AppDesk:
    """Sends the run's changes to its thread, and the rest to the screens when that has answered."""

    def __init__(self, app: DebuggerApp) -> None:
        self._app = app
        self._is_busy = False
        self._waiting: deque[Callable[[], object]] = deque()

    @property
    def is_idle(self) -> bool:
        """Whether all is done."""
        return not self._waiting and not self._is_busy

    def clear(self) -> None:
        """Do nothing more of what is waiting."""
        self._waiting.clear()

    def then(self, call: Callable[[], object]) -> None:
        """Call something when all so far is done, and is seen."""
        self._waiting.append(call)
        self._app.call_later(self.go_on)

    def go_on(self) -> None:
        """Do what is waiting, up to what the run's thread has to answer first."""
        trainer = self._app.trainer
        while self._waiting and not self._is_busy:
            if not trainer.is_up_to_date or self._app.snapshot is not trainer.latest:
                return
            self._waiting.popleft()()

    # What lessons do

    def change(self, move: Callable[[Session], Session | None]) -> None:
        """Do something with the run; what is returned is the run from now on."""
        move = of_the_page(move)
        self.then(lambda: self._app.trainer.replace(lambda session: move(session) or session))

    def look_at(self, choose: Callable[[Session], Looked]) -> None:
        """Select what ``choose`` returns."""
        self.then(lambda: self._ask(choose, self._select))

    def show(self, screen: str) -> None:
        """Show a screen, without what was opened over it."""
        self.then(lambda: self._show(screen))

    def explain(self, number: str) -> None:
        """Take a number apart."""
        self.then(lambda: self._explain(number))

    def open(self, window: str) -> None:
        """Open a dialog."""
        self.then(lambda: self._app.call_later(self._app.run_action, f"open_dialog({window!r})"))

    def draw(self, choose: Callable[[Session], Picture]) -> None:
        """Draw the digit that ``choose`` returns, and say which it is, if that is known."""
        self.then(lambda: self._ask(choose, self._put))

    def move_drawn(self, rows: int, columns: int) -> None:
        """Give the drawn digit to the network off the centre."""
        self.then(lambda: self._app.screen.post_message(DigitMoved(rows, columns)))

    def _ask(self, question: Callable[[Session], T], take: Callable[[T], object]) -> None:
        """Ask the run for something; nothing more is done before its answer is taken."""
        question, self._is_busy = of_the_page(question), True

        def answer(session: Session) -> Callable[[], object]:
            try:
                return partial(take, question(session))
            except TuiNNError as error:  # the run is not what the lesson made of it
                return partial(self._app.tell, str(error), is_refusal=True)
            except Exception as error:  # what waits goes on after an internal one, too
                return partial(self._app._handle_exception, error)

        def taken(act: Callable[[], object]) -> None:
            self._is_busy = False
            act()
            self.go_on()

        self._app.trainer.ask(answer, lambda act: self._app.call_soon(taken, act))

    def answer_quiz(self) -> None:
        """Give the right answer to what the run's quiz asks, and show what it asks then."""
        self.then(self._answer_quiz)

    def change_pixels(self, change: PixelChange) -> None:
        """Make what ``change`` makes of the sample the sample."""

        def ask() -> None:
            selection = self._app.selection
            self._ask(
                lambda session: change(session, *selected(session.dataset, selection)),
                self._take_changed,
            )

        self.then(ask)

    def _take_changed(self, changed: Picture) -> None:
        selection = self._app.selection
        self._app.selection = replace(selection, drawn=selection.changed(*changed))

    def _answer_quiz(self) -> None:
        asked = self._app.sitting.asked(self._app.snapshot.recipe.training.mistake or "")
        asked.answer(is_right=False)  # whoever is shown it has no point
        asked.answer(is_right=True)
        self._app.call_later(self._app.run_action, "open_dialog('quiz')")

    def _show(self, screen: str) -> None:
        self._is_busy = True
        self._app.show_plainly(screen, self._is_done)

    def _is_done(self) -> None:
        self._is_busy = False
        self.go_on()

    def _put(self, picture: Picture) -> None:
        self._app.screen.post_message(DigitGiven(*picture))

    def _select(self, chosen: Looked) -> None:
        given = {key: value for key, value in asdict(chosen).items() if value is not None}
        if "sample" in given:
            given["drawn"] = None
        self._app.selection = replace(self._app.selection, operation=None, element=None, **given)

    def _explain(self, text: str) -> None:
        scene = Scene(self._app.snapshot, self._app.selection)
        try:
            number = read_number(text, scene.snapshot.program)
        except TuiNNError as error:
            self._app.tell(str(error), is_refusal=True)
            return
        source = Source.PROBE if number.is_sample else Source.BATCH
        target = Target(source, number.name, number.index or ())
        self._app.post_message(ExplainNumber(scene, target))
