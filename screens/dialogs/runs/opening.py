"""The window in which one chooses a saved run."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import Worker, WorkerState

from screens.base.frame import Plain
from screens.dialogs.runs.model import description, listed_line, typed_path
from tui_nn.data.dataset import Dataset
from tui_nn.errors import TuiNNError
from tui_nn.training.runs.library import SavedRun, list_saved_runs
from tui_nn.training.runs.resuming import ResumedRun, resume_run

if TYPE_CHECKING:
    from screens.app import Lab

_HINT = "enter opens · tab goes to the path · escape keeps this run"


class OpenScreen(ModalScreen[ResumedRun | None]):
    """Offers the saved runs that it knows of and takes a path; reads in a thread of its own.

    Its result is the run, or None. What is on the screens stays as it was until then.
    """

    CSS_PATH: ClassVar[str] = "runs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "close", tooltip="Keep the run that is here")
    ]

    _listed: tuple[SavedRun, ...] = ()

    @property
    def lab(self) -> Lab:
        """The app."""
        return cast("Lab", self.app)

    def compose(self) -> ComposeResult:
        """Make the list, the description of what is selected, and the field."""
        with Vertical(id="window"):
            yield Plain("Open a run", classes="title")
            yield OptionList()
            yield Static(id="said", markup=False)
            yield Plain("or a file", classes="title")
            yield Input(placeholder="~/runs/mine.safetensors")
            yield Plain(_HINT, classes="note")

    def on_mount(self) -> None:
        """Look what there is."""
        self.look_round()

    @work(thread=True, name="list", exit_on_error=False)
    def look_round(self) -> tuple[SavedRun, ...]:
        """Look what there is, beside the event loop: disks may be slow."""
        return tuple(list_saved_runs(Path.cwd()))

    def show(self, found: tuple[SavedRun, ...]) -> None:
        """Show what there is."""
        self._listed = found
        options, text = self.query_one(OptionList), self.lab.look.text
        options.add_options(Option(Content(text(listed_line(each)))) for each in found)
        options.highlighted = 0 if found else None

    def say(self, words: str, *, refused: bool = False) -> None:
        """Say what is selected, or what went wrong."""
        said = self.query_one("#said", Static)
        said.update(self.lab.look.text(f"! {words}" if refused else words))
        said.set_class(refused, "-refused")

    @on(OptionList.OptionHighlighted)
    def describe(self, message: OptionList.OptionHighlighted) -> None:
        """Say what is in a file."""
        each = self._listed[message.option_index]
        self.say("\n".join(description(each)), refused=each.summary is None)

    @on(OptionList.OptionSelected)
    def open_listed(self, message: OptionList.OptionSelected) -> None:
        """Open a file of the list."""
        self.open(self._listed[message.option_index].path)

    @on(Input.Submitted)
    def open_typed(self, message: Input.Submitted) -> None:
        """Open a file that was typed."""
        try:
            self.open(typed_path(message.value))
        except (TuiNNError, OSError) as error:
            self.say(str(error), refused=True)

    def open(self, path: Path) -> None:
        """Open a file."""
        self.say(f"opening {path} …")
        self.read(path)

    @work(thread=True, name="open", group="open", exclusive=True, exit_on_error=False)
    def read(self, path: Path) -> ResumedRun:
        """Read a file and its data, beside the event loop."""
        return resume_run(path, otherwise=self._data_here, history_memory=self.lab.history_memory)

    def _data_here(self) -> Dataset:
        """Return the data that are loaded; not for the event loop."""
        answer: Future[Dataset] = Future()
        self.lab.trainer.ask(lambda session: session.source, answer.set_result)
        return answer.result()

    @on(Worker.StateChanged)
    def finish(self, message: Worker.StateChanged) -> None:
        """Hand over what was read, or say why it was not."""
        worker = message.worker
        if message.state is WorkerState.ERROR:
            error = worker.error
            known = isinstance(error, TuiNNError)
            self.say(str(error) if known else f"an error of ours: {error!r}", refused=True)
        elif message.state is WorkerState.SUCCESS and worker.name == "list":
            self.show(cast("tuple[SavedRun, ...]", worker.result))
        elif message.state is WorkerState.SUCCESS:
            self.dismiss(cast(ResumedRun, worker.result))
