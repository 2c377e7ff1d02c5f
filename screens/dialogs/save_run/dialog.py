"""The dialog that saves the run."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.widget import Widget
from textual.widgets import Input, Static
from textual.worker import Worker, WorkerState

from screens.base.dialog import DIALOG_STYLE, Dialog, failure_words
from screens.base.run_files import CapturedRun
from screens.dialogs.save_run.model import (
    contents,
    replacing_words,
    saved_words,
    suggested_path,
    writing_words,
)
from screens.inspect.paths import typed_path
from tui_nn.errors import TuiNNError
from tui_nn.files import make_sure_of_folder


class _WouldReplaceError(TuiNNError):
    """The file is there, and is another run's."""


class SaveRunDialog(Dialog[None]):
    """Asks for a path, and saves the run as it was when the dialog was opened."""

    HEADING = "Save this run"
    KEYS = "enter saves · escape closes without saving"
    CSS_PATH: ClassVar = [DIALOG_STYLE, "save_run.tcss"]

    _captured: CapturedRun | None = None
    _may_replace: Path | None = None

    def compose_body(self) -> Iterable[Widget]:
        """Make the field, what is going to be in the file, and the line for what goes wrong."""
        yield Input(placeholder="a file")
        yield Static("waiting for the current step …", id="contents", markup=False)
        yield Static(id="said", markup=False)

    def on_mount(self) -> None:
        """Capture the run as it is now; it may go on meanwhile."""
        self.app.trainer.ask(self.app.run_files.capture, partial(self.app.call_soon, self.show))

    def show(self, captured: CapturedRun) -> None:
        """Show what is going to be saved."""
        self._captured = captured
        text = self.app.look.text("\n".join(contents(captured.checkpoint)))
        self.query_one("#contents", Static).update(text)
        field = self.query_one(Input)
        if not field.value:
            field.value = suggested_path(self.app.run_files.path, captured.checkpoint)
            field.cursor_position = len(field.value)  # the end of a long path is shown

    @on(Input.Changed)
    def describe(self) -> None:
        """Another path: it has not been refused. Say where that is."""
        self._may_replace = None
        try:
            self.say(writing_words(typed_path(self.query_one(Input).value)))
        except (TuiNNError, OSError) as error:
            self.say(str(error), refused=True)

    @on(Input.Submitted)
    def save(self, message: Input.Submitted) -> None:
        """Save to the path that was typed."""
        if self._captured is None:
            return
        try:
            path = typed_path(message.value)
        except (TuiNNError, OSError) as error:
            self.say(str(error), refused=True)
            return
        self.say("saving …")
        self.write(self._captured, path, self._may_replace)

    @work(thread=True, name="save", exclusive=True, exit_on_error=False)
    def write(self, captured: CapturedRun, path: Path, may_replace: Path | None) -> str:
        """Write the file, beside the event loop; return what to say of it."""
        files = self.app.run_files
        try:
            make_sure_of_folder(path)
            if path.exists() and path != may_replace and not files.is_own(captured, path):
                self._may_replace = path
                raise _WouldReplaceError(replacing_words(path))
            files.save(captured, path)
            return saved_words(path, captured.checkpoint, path.stat().st_size)
        except OSError as error:
            raise TuiNNError(f"{path}: {error.strerror or error}") from None

    @on(Worker.StateChanged)
    def finish(self, message: Worker.StateChanged) -> None:
        """Close when it is saved; else say why it is not, and stay."""
        if message.state is WorkerState.SUCCESS:
            self.app.tell(str(message.worker.result))
            self.dismiss()
        elif message.state is WorkerState.ERROR:
            self.say(failure_words(message.worker.error), refused=True)
