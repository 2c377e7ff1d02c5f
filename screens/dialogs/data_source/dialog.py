"""The dialog in which one chooses other data."""

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from screens.base.data_dialog import DataDialog
from screens.base.dialog import DIALOG_STYLE
from screens.base.frame import Plain
from screens.dialogs.data_source.model import source_line, whereabouts
from screens.inspect.paths import expanded
from screens.widgets.options import Options
from tui_nn.data.sources import available
from tui_nn.errors import TuiNNError
from tui_nn.training.recipe.recipe import Recipe


class DataSourceDialog(DataDialog):
    """Offers the known data sets and takes a path."""

    HEADING = "Choose the data"
    KEYS = "enter loads · tab goes to the path · escape keeps what is loaded"
    CSS_PATH: ClassVar = [DIALOG_STYLE, "data_source.tcss"]

    def __init__(self, recipe: Recipe, memory: int) -> None:
        """Make the dialog; its arguments are those of every dialog of data."""
        super().__init__(recipe, memory)
        self._sources = available()

    def compose_body(self) -> Iterable[Widget]:
        """Make the list, the field and the line that says what is being done."""
        text = self.app.look.text
        yield Options(*(Option(Content(text(source_line(each)))) for each in self._sources))
        yield Plain(
            "or a path: a folder, .csv, .npz …; several sets: embedded+own, mnist+20*own",
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
        try:
            if message.value.strip():
                self.load(str(expanded(message.value)))
        except TuiNNError as error:
            self.say(str(error), refused=True)
