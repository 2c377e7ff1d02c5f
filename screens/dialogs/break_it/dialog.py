"""The dialog in which one breaks the network on purpose."""

from collections.abc import Iterable
from typing import ClassVar

from msgspec.structs import replace as with_fields
from rich.table import Table
from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens.base.app import DebuggerApp
from screens.base.broken_runs import begin
from screens.base.dialog import DIALOG_STYLE, Dialog, ask_and_open
from screens.base.frame import Plain
from screens.dialogs.break_it import model
from screens.dialogs.new_sweep.dialog import ONE_AT_A_TIME, start_sweep
from screens.dialogs.quiz.dialog import QuizDialog, pose
from screens.widgets.options import Options
from tui_nn.mistakes.quiz import is_quiz
from tui_nn.training.recipe.breaking import broken, refusals
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.session.session import Session

_HEADINGS = "bold"


class BreakItDialog(Dialog[None]):
    """Lists the mistakes that people make, their lines, and what one sees; and makes one of them.

    Where the run has one that is not told, it takes the answer instead.
    """

    HEADING = "Break it: train with a mistake that people make"
    CSS_PATH: ClassVar = [DIALOG_STYLE, "break_it.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "step", "step through", tooltip="Begin a run with it, to step through"),
        Binding("exclamation_mark", "close", "close", show=False, tooltip="Close this window"),
    ]

    def __init__(self, recipe: Recipe, refused: dict[str, str]) -> None:
        """Make the dialog.

        Args:
            recipe: The run's, as it now is.
            refused: Of each mistake why the network cannot have it, or "".
        """
        super().__init__()
        self._recipe = recipe
        self._entries = model.entries(refused, recipe.training.mistake)

    @classmethod
    def open(cls, app: DebuggerApp) -> None:
        """Ask what can be broken; where a quiz is open, take the answer."""
        if is_quiz(app.snapshot.recipe.training.mistake):
            QuizDialog.open(app)
            return

        def ask(session: Session) -> tuple[Recipe, dict[str, str]]:
            recipe = session.recipe_now
            return recipe, refusals(recipe)

        ask_and_open(app, ask, lambda answer: app.push_screen(cls(*answer)))

    @property
    def _entry(self) -> model.Entry:
        return self._entries[self.query_one(OptionList).highlighted or 0]

    def compose_body(self) -> Iterable[Widget]:
        """Make the list, and what there is to say of the selected one."""
        text = self.app.look.text
        yield Options(*(Option(self._line(text(each.line), each)) for each in self._entries))
        yield Static(id="about")

    def _line(self, text: str, entry: model.Entry) -> Content:
        return Content.styled(text, "dim" if entry.refused else "")

    def on_mount(self) -> None:
        """Begin at the mistake that the run has, else at the first."""
        present = self._recipe.training.mistake
        names = [each.name for each in self._entries]
        self.query_one(OptionList).highlighted = names.index(present) if present in names else 1

    @on(OptionList.OptionHighlighted)
    def describe(self) -> None:
        """Say what the selected one is."""
        text, entry = self.app.look.text, self._entry
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(style=_HEADINGS, no_wrap=True)
        table.add_column()
        for heading, words in model.about(entry):
            table.add_row(text(heading), Text(text(words)))
        self.query_one("#about", Static).update(table, layout=False)
        self.query_one("#keys", Plain).show(model.keys(entry))

    @on(OptionList.OptionSelected)
    def choose(self) -> None:
        """Train with the selected one beside the right run; or begin what else there is."""
        app, entry = self.app, self._entry
        if entry.refused:
            app.bell()
        elif entry.mistake is not None:
            self._train_both(entry.name)
        else:
            self.dismiss()
            if entry.name == model.QUIZ:
                pose(app)
            else:
                begin(app, broken(self._recipe, None), "A run without the mistake.")

    def _train_both(self, name: str) -> None:
        app = self.app
        if app.sweeper is not None:
            app.tell(ONE_AT_A_TIME, is_refusal=True)
            return
        training = self._recipe.training
        epochs = model.epochs_of(training.epochs, app.snapshot.position.batches)
        recipe = with_fields(self._recipe, training=with_fields(training, epochs=epochs))
        self.dismiss()
        start_sweep(app, [broken(recipe, name), broken(recipe, None)])
        app.call_later(app.run_action, "show('compare')")
        app.tell(model.trained_words(name, epochs))

    def action_step(self) -> None:
        """Begin a run with the selected one, to step through."""
        app, entry = self.app, self._entry
        if entry.mistake is None or entry.refused:
            app.bell()
            return
        self.dismiss()
        begin(app, broken(self._recipe, entry.name), model.begun_words(entry.name))
        app.call_later(app.run_action, "show('backprop')")
