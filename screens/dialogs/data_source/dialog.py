"""The window in which one chooses other data."""

from pathlib import Path
from typing import ClassVar

import msgspec
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
from screens.shapes.look import Look
from tui_nn.data.sources import SourceInfo, available, load
from tui_nn.errors import TuiNNError
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.session.session import Session

_HINT = "enter loads · tab goes to the path · escape keeps what is loaded"


def source_line(source: SourceInfo) -> str:
    """Return a source's name, what it shows, and whether it is here."""
    return f"{source.name:14} {source.title:43.43} {'here' if source.here else 'not here'}"


def whereabouts(source: SourceInfo) -> str:
    """Return where a source is, or how to get it."""
    if source.here:
        return f"here: {source.where}"
    return f"{source.name} is not here. To fetch it, in a shell: {source.how}"


class SourceScreen(ModalScreen[Session | None]):
    """Offers the known data sets and takes a path; loads in a thread of its own.

    Its result is a session on what was loaded, or None. What was loaded before stays as it was
    until then.
    """

    CSS_PATH: ClassVar[str] = "data_source.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "close", tooltip="Keep the data that are loaded")
    ]

    def __init__(self, recipe: Recipe, memory: int) -> None:
        """Make the window.

        Args:
            recipe: What the new data will be trained with.
            memory: Bytes for going back in time.
        """
        super().__init__()
        self._recipe = recipe
        self._memory = memory

    def compose(self) -> ComposeResult:
        """Make the list, the field and the line that says what is being done."""
        look: Look = self.app.look  # type: ignore[attr-defined]
        self._sources = available()
        options = (Option(Content(look.text(source_line(each)))) for each in self._sources)
        with Vertical(id="window"):
            yield Plain("Choose the data", classes="title")
            yield OptionList(*options)
            yield Plain("or a path: a folder, a .csv or an .npz file", classes="title")
            yield Input(placeholder="~/digits/mnist_train.csv")
            yield Static(id="said", markup=False)
            yield Static(look.text(_HINT), id="hint", markup=False)

    def say(self, words: str) -> None:
        """Say what is being done, or what went wrong."""
        look: Look = self.app.look  # type: ignore[attr-defined]
        self.query_one("#said", Static).update(look.text(words))

    @on(OptionList.OptionHighlighted)
    def describe(self, message: OptionList.OptionHighlighted) -> None:
        """Say where a set is, or how to get it."""
        self.say(whereabouts(self._sources[message.option_index]))

    @on(OptionList.OptionSelected)
    def load_known(self, message: OptionList.OptionSelected) -> None:
        """Load a set that has a name."""
        self.load(self._sources[message.option_index].name)

    @on(Input.Submitted)
    def load_path(self, message: Input.Submitted) -> None:
        """Load a path."""
        if path := message.value.strip():
            self.load(str(Path(path).expanduser()))

    def load(self, name: str) -> None:
        """Load a data set."""
        self.say(f"loading {name} …")
        self.load_session(name)

    @work(thread=True, name="load data", group="load", exclusive=True, exit_on_error=False)
    def load_session(self, name: str) -> Session:
        """Load a data set, and make a session on it."""
        data = msgspec.structs.replace(self._recipe.data, name=name)
        recipe = msgspec.structs.replace(self._recipe, data=data)
        return Session(recipe, load(name), history_memory=self._memory)

    @on(Worker.StateChanged)
    def finish(self, message: Worker.StateChanged) -> None:
        """Hand over what was loaded, or say why it was not."""
        worker = message.worker
        if message.state is WorkerState.SUCCESS:
            self.dismiss(worker.result)
        elif message.state is WorkerState.ERROR:
            error = worker.error
            known = isinstance(error, TuiNNError)
            self.say(
                f"Not loaded: {error}" if known else f"Not loaded, an error of ours: {error!r}"
            )
