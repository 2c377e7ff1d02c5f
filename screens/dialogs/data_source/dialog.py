"""The dialog in which one chooses other data."""

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

import msgspec
from textual import on, work
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import Worker, WorkerState

from screens.base.app import DebuggerApp
from screens.base.dialog import DIALOG_STYLE, Dialog, failure_words
from screens.base.frame import Plain
from screens.dialogs.data_source.model import loaded_words, source_line, whereabouts
from screens.widgets.options import Options
from tui_nn.data.sources import available, load
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.session.session import Session


class DataSourceDialog(Dialog[Session]):
    """Offers the known data sets and takes a path; loads in a thread of its own.

    Its result is a session on what was loaded. What was loaded before stays as it was until then.
    """

    HEADING = "Choose the data"
    KEYS = "enter loads · tab goes to the path · escape keeps what is loaded"
    CSS_PATH: ClassVar = [DIALOG_STYLE, "data_source.tcss"]

    def __init__(self, recipe: Recipe, memory: int) -> None:
        """Make the dialog.

        Args:
            recipe: What the new data will be trained with.
            memory: Bytes for going back in time.
        """
        super().__init__()
        self._recipe = recipe
        self._memory = memory
        self._sources = available()

    @classmethod
    def open(cls, app: DebuggerApp) -> None:
        """Ask for other data, and start a new run on them."""

        def start(session: Session | None) -> None:
            if session is not None:
                app.debug_session(session)
                app.tell(loaded_words(session.dataset))

        app.push_screen(cls(app.snapshot.recipe, app.history_memory), start)

    def compose_body(self) -> Iterable[Widget]:
        """Make the list, the field and the line that says what is being done."""
        text = self.app.look.text
        yield Options(*(Option(Content(text(source_line(each)))) for each in self._sources))
        yield Plain(
            "or a path: a folder, .csv, .npz …; then ::label=last or ::transpose if need be",
            classes="heading",
        )
        yield Input(placeholder="~/digits/mnist_train.csv")
        yield Static(id="said", markup=False)

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
            self.say(f"Not loaded: {failure_words(worker.error)}")
