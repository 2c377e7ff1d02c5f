"""Keeping runs: the window that saves one, and what is saved without being asked."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static
from textual.worker import Worker, WorkerState

from screens.base.frame import Plain
from screens.base.unsaved import Keeper, Taken
from screens.dialogs.runs import model as views
from screens.dialogs.runs.opening import OpenScreen
from tui_nn.errors import TuiNNError
from tui_nn.files import make_sure_of_folder
from tui_nn.training.runs.library import find_interrupted, summarize
from tui_nn.training.runs.resuming import ResumedRun

if TYPE_CHECKING:
    from screens.app import Lab

_HINT = "enter saves · escape leaves without saving"


def save_run(lab: Lab) -> None:
    """Ask where to save the run, and save it as it is now."""
    lab.push_screen(SaveScreen(lab.keeper))


def open_run(lab: Lab) -> None:
    """Ask which run to open, and debug it from now on."""

    def go_on(taken_up: ResumedRun | None) -> None:
        if taken_up is not None:
            words = views.opened_words(taken_up)  # as long as the session is nobody else's
            lab.keeper.opened(taken_up.session, taken_up.path)
            lab.begin(taken_up.session, adopt=False)
            lab.tell(words)

    lab.push_screen(OpenScreen(), go_on)


def autosave(lab: Lab) -> None:
    """Keep what would be missed after a power cut, in a thread of its own."""
    lab.trainer.ask(lab.keeper.due, partial(lab.soon, partial(_keep, lab)))


def _keep(lab: Lab, taken: Taken | None) -> None:
    if taken is not None:
        keep = partial(lab.keeper.keep, taken)
        lab.run_worker(keep, "keep", group="keep", thread=True, exit_on_error=False)


def tell_of_a_run_cut_off(lab: Lab) -> None:
    """Say at the start that the last run did not end in order; not for the event loop."""
    if (path := find_interrupted()) is not None:
        lab.soon(lab.tell, views.cut_off_words(summarize(path)))


class _WouldReplaceError(Exception):
    """The file is there, and is another run's."""


class SaveScreen(ModalScreen[None]):
    """Asks for a path, and saves the run as it was when the window was opened."""

    CSS_PATH: ClassVar[str] = "runs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "close", tooltip="Leave without saving")
    ]

    def __init__(self, keeper: Keeper) -> None:
        """Make the window.

        Args:
            keeper: Knows where the run is saved already.
        """
        super().__init__()
        self._keeper = keeper
        self._taken: Taken | None = None
        self._may_replace: Path | None = None

    @property
    def lab(self) -> Lab:
        """The app."""
        return cast("Lab", self.app)

    def compose(self) -> ComposeResult:
        """Make the field, what is going to be in the file, and the line for what goes wrong."""
        with Vertical(id="window"):
            yield Plain("Save this run", classes="title")
            yield Input(placeholder="a file")
            yield Static("waiting for the step in hand …", id="contents", markup=False)
            yield Static(id="said", markup=False)
            yield Plain(_HINT, classes="note")

    def on_mount(self) -> None:
        """Take the run as it is now; it may go on meanwhile."""
        self.lab.trainer.ask(self._keeper.take, partial(self.lab.soon, self.show))

    def show(self, taken: Taken) -> None:
        """Show what is going to be saved."""
        if not self.is_mounted:
            return
        self._taken = taken
        self.query_one("#contents", Static).update(
            self.lab.look.text("\n".join(views.contents(taken.checkpoint)))
        )
        field = self.query_one(Input)
        if not field.value:
            field.value = views.offered(self._keeper.path, taken.checkpoint)
            field.cursor_position = len(field.value)  # of a long path one sees the end

    def say(self, words: str, *, refused: bool = True) -> None:
        """Say what was done, or why not."""
        said = self.query_one("#said", Static)
        said.update(self.lab.look.text(f"! {words}" if refused else words))
        said.set_class(refused, "-refused")

    @on(Input.Changed)
    def forget(self) -> None:
        """What was said is of another path."""
        self._may_replace = None
        self.say("", refused=False)

    @on(Input.Submitted)
    def save(self, message: Input.Submitted) -> None:
        """Save, if that is what one wants."""
        if self._taken is None:
            return
        try:
            path = views.typed_path(message.value)
        except (TuiNNError, OSError) as error:
            self.say(str(error))
            return
        self.say("saving …", refused=False)
        self.write(self._taken, path, self._may_replace)

    @work(thread=True, name="save", exclusive=True, exit_on_error=False)
    def write(self, taken: Taken, path: Path, may_replace: Path | None) -> str:
        """Write the file, beside the event loop; return what to say of it."""
        try:
            make_sure_of_folder(path)
            there = path.exists()
            if there and path != may_replace and not self._keeper.is_own(taken, path):
                self._may_replace = path
                raise _WouldReplaceError(views.replacing_words(path))
            self._keeper.save(taken, path)
            return views.saved_words(path, taken.checkpoint, path.stat().st_size)
        except OSError as error:
            raise TuiNNError(f"{path}: {error.strerror or error}") from None

    @on(Worker.StateChanged)
    def finish(self, message: Worker.StateChanged) -> None:
        """Close when it is saved; else say why it is not, and stay."""
        if message.state is WorkerState.SUCCESS:
            self.lab.tell(str(message.worker.result))
            self.dismiss(None)
        elif message.state is WorkerState.ERROR:
            error = message.worker.error
            known = isinstance(error, (TuiNNError, _WouldReplaceError))
            self.say(str(error) if known else f"not saved, an error of ours: {error!r}")
