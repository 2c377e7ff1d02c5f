"""The window in which one types what a sweep tries."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from screens.base.frame import Plain
from screens.dialogs.sweep.model import EXAMPLES, Plan, plan
from screens.shapes.look import Look
from tui_nn.training.recipe.recipe import Recipe

_ABOUT = (
    "Several networks are trained in the background, one after the other. Say what they differ "
    "in: a list with commas, or a range a..b that is drawn from at random, a..b:log evenly in "
    "its order of magnitude. Everything else is as in the run in hand."
)
_RUNS = "8"


class SweepWindow(ModalScreen[tuple[Recipe, ...]]):
    """Asks what to vary; its result is the recipes to train, or None."""

    CSS_PATH: ClassVar[str] = "sweep.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "close", tooltip="No sweep")
    ]

    def __init__(self, recipe: Recipe) -> None:
        """Make the window.

        Args:
            recipe: What the runs will have in common.
        """
        super().__init__()
        self._recipe = recipe

    def compose(self) -> ComposeResult:
        """Make the fields, and the line that says what they come to."""
        look: Look = self.app.look  # type: ignore[attr-defined]
        with Vertical(id="window"):
            yield Plain("Sweep", classes="title")
            yield Static(look.text(_ABOUT), markup=False, id="about", classes="note")
            for number, example in enumerate(EXAMPLES):
                with Horizontal(classes="field"):
                    yield Plain("and vary" if number else "vary")
                    value = "" if number else example
                    hint = f"such as {example}"
                    yield Input(value, placeholder=hint, classes="vary", max_length=200)
            with Horizontal(classes="field"):
                yield Plain("runs")
                yield Input(_RUNS, placeholder="every combination", id="runs", max_length=5)
            with Horizontal(classes="field"):
                yield Plain("epochs")
                epochs = str(self._recipe.training.epochs)
                yield Input(epochs, placeholder=epochs, id="epochs", max_length=6)
            yield Static(id="said", markup=False)
            yield Plain("enter starts · tab next field · escape closes", classes="note")

    @property
    def plan(self) -> Plan:
        """What is typed."""
        varied = [field.value for field in self.query(".vary").results(Input)]
        runs, epochs = self.query_one("#runs", Input), self.query_one("#epochs", Input)
        return plan(self._recipe, varied, runs.value, epochs.value)

    @on(Input.Changed)
    def say(self) -> None:
        """Say what it comes to, or why it cannot be done."""
        look: Look = self.app.look  # type: ignore[attr-defined]
        found, said = self.plan, self.query_one("#said", Static)
        said.set_class(not found.recipes, "-refused")
        said.update(look.text(found.says if found.recipes else f"! {found.says}"))

    @on(Input.Submitted)
    def start(self) -> None:
        """Hand over what is to be trained, if it can be."""
        if recipes := self.plan.recipes:
            self.dismiss(recipes)
