"""The dialog in which one chooses a saved run."""

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar, cast

from textual import on, work
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import Worker, WorkerState

from screens.base.app import DebuggerApp
from screens.base.dialog import DIALOG_STYLE, Dialog, failure_words
from screens.base.frame import Plain
from screens.base.new_runs import left_words
from screens.dialogs.open_run.model import description, listed_line, opened_words
from screens.inspect.paths import typed_path
from screens.widgets.options import Options
from tui_nn.data.dataset import Dataset
from tui_nn.errors import TuiNNError
from tui_nn.training.runs.library import SavedRun, list_saved_runs
from tui_nn.training.runs.resuming import ResumedRun, resume_run


class OpenRunDialog(Dialog[ResumedRun]):
    """Offers the saved runs that it knows of and takes a path; reads in a thread of its own.

    Its result is the run. What is on the screens stays as it was until then.
    """

    HEADING = "Open a run"
    KEYS = "enter opens · tab goes to the path · escape keeps this run"
    CSS_PATH: ClassVar = [DIALOG_STYLE, "open_run.tcss"]

    _listed: tuple[SavedRun, ...] = ()

    @classmethod
    def open(cls, app: DebuggerApp) -> None:
        """Ask which run to open, and debug it from now on."""

        def debug(taken_up: ResumedRun | None) -> None:
            if taken_up is not None:
                # Before the session is the training thread's.
                words = f"{opened_words(taken_up)} {left_words(app.snapshot)}".strip()
                app.run_files.mark_opened(taken_up.session, taken_up.path)
                app.debug_session(taken_up.session, keep_stops=False)
                app.tell(words)

        app.push_screen(cls(), debug)

    def compose_body(self) -> Iterable[Widget]:
        """Make the list, the description of what is selected, and the field."""
        yield Options()
        yield Static(id="said", markup=False)
        yield Plain("or a file", classes="heading")
        yield Input(placeholder="~/runs/mine.safetensors")

    def on_mount(self) -> None:
        """List what there is."""
        self.list_runs()

    @work(thread=True, name="list", exit_on_error=False)
    def list_runs(self) -> tuple[SavedRun, ...]:
        """List what there is, beside the event loop: disks may be slow."""
        return tuple(list_saved_runs(Path()))

    def show(self, found: tuple[SavedRun, ...]) -> None:
        """Show what there is."""
        self._listed = found
        options, text = self.query_one(OptionList), self.app.look.text
        options.add_options(Option(Content(text(listed_line(each)))) for each in found)
        options.highlighted = 0 if found else None

    @on(OptionList.OptionHighlighted)
    def describe(self, message: OptionList.OptionHighlighted) -> None:
        """Say what is in a file."""
        each = self._listed[message.option_index]
        self.say("\n".join(description(each)), refused=each.summary is None)

    @on(OptionList.OptionSelected)
    def open_listed(self, message: OptionList.OptionSelected) -> None:
        """Open a file of the list."""
        self.load(self._listed[message.option_index].path)

    @on(Input.Submitted)
    def open_typed(self, message: Input.Submitted) -> None:
        """Open a file that was typed."""
        try:
            self.load(typed_path(message.value))
        except (TuiNNError, OSError) as error:
            self.say(str(error), refused=True)

    def load(self, path: Path) -> None:
        """Open a file."""
        self.say(f"opening {path} …")
        self.read(path)

    @work(thread=True, name="open", group="open", exclusive=True, exit_on_error=False)
    def read(self, path: Path) -> ResumedRun:
        """Read a file and its data, beside the event loop."""
        return resume_run(path, otherwise=self._data_here, history_memory=self.app.history_memory)

    def _data_here(self) -> Dataset:
        """Return the data that are loaded; not for the event loop."""
        return self.app.trainer.fetch(lambda session: session.source)

    @on(Worker.StateChanged)
    def finish(self, message: Worker.StateChanged) -> None:
        """Hand over what was read, or say why it was not."""
        worker = message.worker
        if message.state is WorkerState.ERROR:
            self.say(failure_words(worker.error), refused=True)
        elif message.state is WorkerState.SUCCESS and worker.name == "list":
            self.show(cast("tuple[SavedRun, ...]", worker.result))
        elif message.state is WorkerState.SUCCESS:
            self.dismiss(cast(ResumedRun, worker.result))
