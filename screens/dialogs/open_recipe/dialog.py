"""The dialog in which one begins a run of another recipe."""

from collections.abc import Iterable
from typing import ClassVar

from msgspec.structs import replace
from textual import on, work
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import Worker, WorkerState

from screens.base.app import DebuggerApp
from screens.base.dialog import DIALOG_STYLE, Dialog, failure_words
from screens.dialogs.open_recipe.model import begun_words, recipe_line, recipe_words
from screens.inspect.places import furthest
from screens.widgets.options import Options
from tui_nn.data.sources import load
from tui_nn.training.recipe.recipe import Recipe, load_recipe, recipe_names
from tui_nn.training.recipe.wanted_data import EMBEDDED, missing, runs_on_embedded
from tui_nn.training.session.session import Session


class OpenRecipeDialog(Dialog[Session]):
    """Lists the recipes, and begins a run of one: where its data are not here, on the embedded.

    Its result is a session of that recipe, whose data are loaded in a thread of its own.
    """

    HEADING = "Recipes: begin a run of another one"
    KEYS = "enter starts a new run · escape keeps the current one"
    CSS_PATH: ClassVar = [DIALOG_STYLE, "open_recipe.tcss"]

    def __init__(self, memory: int, first: str = "") -> None:
        """Make the dialog.

        Args:
            memory: Bytes for going back in time.
            first: The recipe to begin at.
        """
        super().__init__()
        self._memory = memory
        self._recipes = [load_recipe(name) for name in recipe_names()]
        self._missing = [missing(recipe) for recipe in self._recipes]
        names = [recipe.name for recipe in self._recipes]
        self._first = names.index(first) if first in names else 0

    @classmethod
    def open(cls, app: DebuggerApp, first: str = "") -> None:
        """Offer the recipes.

        Args:
            app: The app.
            first: The recipe to begin at.
        """

        def start(session: Session | None) -> None:
            if session is not None:
                words = begun_words(session.recipe, is_kept=furthest(app.snapshot) > 0)
                app.debug_session(session)
                app.tell(words)

        app.push_screen(cls(app.history_memory, first), start)

    def compose_body(self) -> Iterable[Widget]:
        """Make the list, and the lines that say what is selected."""
        text = self.app.look.text
        lines = map(recipe_line, self._recipes, self._missing)
        yield Options(*(Option(Content(text(line))) for line in lines))
        yield Static(id="said", markup=False)

    def on_mount(self) -> None:
        """Begin at the recipe that was asked for."""
        self.query_one(OptionList).highlighted = self._first

    @on(OptionList.OptionHighlighted)
    def describe(self, message: OptionList.OptionHighlighted) -> None:
        """Say what a recipe is, and how to get what it wants."""
        index = message.option_index
        self.say(recipe_words(self._recipes[index], self._missing[index]))

    @on(OptionList.OptionSelected)
    def begin(self, message: OptionList.OptionSelected) -> None:
        """Load what a recipe wants, or the embedded digits instead."""
        recipe, source = self._recipes[message.option_index], self._missing[message.option_index]
        if source is not None and not runs_on_embedded(recipe):
            self.say(recipe_words(recipe, source), refused=True)
            return
        if source is not None:
            recipe = replace(recipe, data=replace(recipe.data, name=EMBEDDED))
        self.say(f"loading {recipe.data.name} …")
        self.load_session(recipe)

    @work(thread=True, name="load recipe", group="load", exclusive=True, exit_on_error=False)
    def load_session(self, recipe: Recipe) -> Session:
        """Load a recipe's data, and make a session on them."""
        return Session(recipe, load(recipe.data.name), history_memory=self._memory)

    @on(Worker.StateChanged)
    def finish(self, message: Worker.StateChanged) -> None:
        """Hand over the run, or say why there is none."""
        worker = message.worker
        if message.state is WorkerState.SUCCESS:
            self.dismiss(worker.result)
        elif message.state is WorkerState.ERROR:
            self.say(f"Not loaded: {failure_words(worker.error)}", refused=True)
