"""The dialog in which one chooses how to train on one's own digits."""

from collections.abc import Iterable
from concurrent.futures import Future
from typing import Any, ClassVar

import msgspec
from msgspec.structs import replace
from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens.base.app import DebuggerApp
from screens.base.data_dialog import DataDialog
from screens.base.dialog import DIALOG_STYLE
from screens.dialogs.train_on_own.model import NONE_KEPT, row_of, ways
from screens.widgets.options import Options
from tui_nn.data.own import own_path, read_own
from tui_nn.training.recipe.given_weights import table_of
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.session.session import Session


class TrainOnOwnDialog(DataDialog):
    """Offers one's own digits, mixed with those of the run or alone, as the data of a new run."""

    HEADING = "Train on your own digits"
    _keeps_weights = False

    KEYS = "enter begins a new run · escape keeps this one"
    CSS_PATH: ClassVar = [DIALOG_STYLE, "train_on_own.tcss"]

    def __init__(self, recipe: Recipe, memory: int) -> None:
        """Make the dialog; its arguments are those of every dialog of data."""
        super().__init__(recipe, memory)
        self._ways = ways(recipe.data.name, len(read_own().labels))

    @classmethod
    def open(cls, app: DebuggerApp) -> None:
        """Ask how, and start a new run; without digits, say how to come by some."""
        if own_path().is_file():
            super().open(app)
        else:
            app.tell(NONE_KEPT)

    @classmethod
    def begin(cls, app: DebuggerApp, session: Session) -> None:
        """Debug the new run; Backprop looks at the drawing, if the first batch has it."""
        drawn = app.selection.drawn
        batch = session.schedule.indices(1, 0)
        row = row_of(session.dataset, batch, drawn.whole) if drawn else None
        super().begin(app, session)
        if row is not None:
            app.selection = replace(app.selection, row=row)
            app.tell(f"3 Backprop steps through your digit: row {row} of the batch.")

    def compose_body(self) -> Iterable[Widget]:
        """Make the list, and the line that says what to expect."""
        text = self.app.look.text
        yield Options(*(Option(Content(text(each.words))) for each in self._ways))
        yield Static(id="said", markup=False)

    @on(OptionList.OptionHighlighted)
    def describe(self, message: OptionList.OptionHighlighted) -> None:
        """Say what to expect."""
        way = self._ways[message.option_index]
        self.say(f"{way.effect} (--data '{way.name}')")

    @on(OptionList.OptionSelected)
    def choose(self, message: OptionList.OptionSelected) -> None:
        """Load the data, and begin."""
        way = self._ways[message.option_index]
        self._keeps_weights = way.keeps
        self.load(way.name)

    def recipe_on(self, name: str) -> Recipe:
        """Return the recipe, with the weights as they are now where they are kept."""
        recipe = super().recipe_on(name)
        if not self._keeps_weights:
            return recipe
        answer: Future[dict[str, Any]] = Future()
        self.app.trainer.ask(present_weights, answer.set_result)
        network = msgspec.structs.replace(recipe.network, weights=answer.result())
        return msgspec.structs.replace(recipe, network=network)


def present_weights(session: Session) -> dict[str, Any]:
    """Return the weights of a run, as a recipe holds them."""
    return table_of(session.state.tensors, session.program.network.parameters)
