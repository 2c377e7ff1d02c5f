"""The dialog in which one types what a sweep tries."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from screens.base.app import DebuggerApp
from screens.base.dialog import DIALOG_STYLE, Dialog
from screens.base.frame import Plain
from screens.dialogs.new_sweep.model import EXAMPLES, Plan, read_plan
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.runs.sweep import Sweep
from tui_nn.training.runs.sweeper import Sweeper
from tui_nn.training.session.session import Session

_ABOUT = (
    "Several networks are trained in the background, one after the other. Say what they differ "
    "in: a list with commas, or a range a..b that is sampled at random, a..b:log log-uniformly. "
    "Everything else is as in the current run."
)
_RUNS = "8"
ONE_AT_A_TIME = "One sweep at a time: escape on 7 Compare cancels it."


class NewSweepDialog(Dialog[Sequence[Recipe]]):
    """Asks what to vary; its result is the recipes to train."""

    HEADING = "Sweep"
    KEYS = "enter starts · tab next field · escape closes"
    CSS_PATH: ClassVar = [DIALOG_STYLE, "new_sweep.tcss"]

    def __init__(self, recipe: Recipe) -> None:
        """Make the dialog.

        Args:
            recipe: What the runs will have in common.
        """
        super().__init__()
        self._recipe = recipe

    @classmethod
    def open(cls, app: DebuggerApp) -> None:
        """Ask what to vary, and start the sweep."""

        def start(recipes: Sequence[Recipe] | None) -> None:
            if recipes:
                start_sweep(app, recipes)

        if app.sweeper is not None:
            app.tell(ONE_AT_A_TIME)
        else:
            app.push_screen(cls(app.snapshot.recipe_now), start)

    def compose_body(self) -> Iterable[Widget]:
        """Make the fields, and the line that says what they come to."""
        yield Static(self.app.look.text(_ABOUT), markup=False, id="about", classes="note")
        for number, example in enumerate(EXAMPLES):
            with Horizontal(classes="field"):
                yield Plain("and vary" if number else "vary")
                value, hint = "" if number else example, f"such as {example}"
                yield Input(value, placeholder=hint, classes="vary", max_length=200)
        with Horizontal(classes="field"):
            yield Plain("runs")
            yield Input(_RUNS, placeholder="every combination", id="runs", max_length=5)
        with Horizontal(classes="field"):
            yield Plain("epochs")
            epochs = str(self._recipe.training.epochs)
            yield Input(epochs, placeholder=epochs, id="epochs", max_length=6)
        yield Static(id="said", markup=False)

    @property
    def plan(self) -> Plan:
        """What is typed."""
        varied = [field.value for field in self.query(".vary").results(Input)]
        runs, epochs = self.query_one("#runs", Input), self.query_one("#epochs", Input)
        return read_plan(self._recipe, varied, runs.value, epochs.value)

    @on(Input.Changed)
    def describe(self) -> None:
        """Say what it comes to, or why it cannot be done."""
        plan = self.plan
        self.say(plan.says, refused=not plan.recipes)

    @on(Input.Submitted)
    def start(self) -> None:
        """Hand over what is to be trained, if it can be."""
        if recipes := self.plan.recipes:
            self.dismiss(recipes)


def start_sweep(app: DebuggerApp, recipes: Sequence[Recipe]) -> None:
    """Train recipes in the background, on the data of the current run."""

    def prepare(session: Session) -> Sweep:
        # The number of threads is the whole process's: as for the current run.
        return Sweep(
            recipes,
            session.source,
            threads=session.threads,
            new_number=app.trainer.runs.new_number,
        )

    def start(sweep: Sweep) -> None:
        if app.sweeper is not None:  # another one that was asked for just before
            app.tell(ONE_AT_A_TIME, is_refusal=True)
            return
        app.sweeper = Sweeper(sweep, app.trainer.runs)
        app.sweeper.start()

    app.trainer.ask(prepare, lambda sweep: app.call_soon(start, sweep))
