"""The dialog in which one says which operation is wrong, and which mistake it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

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
from screens.base.dialog import DIALOG_STYLE, Dialog, ask_and_open, take_snapshot
from screens.base.frame import Plain
from screens.dialogs.quiz import model
from screens.inspect.selection import selected_operation
from screens.inspect.sitting import Asked, Stage
from screens.widgets.options import Options
from tui_nn.errors import TuiNNError
from tui_nn.mistakes.quiz import is_quiz
from tui_nn.mistakes.table import MISTAKES
from tui_nn.training.analysis.answers import (
    Judged,
    is_the_mistake,
    judge_operation,
    truth_of,
    wrong_operations,
)
from tui_nn.training.analysis.recompute import current_step
from tui_nn.training.recipe.breaking import askable, broken, posed
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Snapshot


class QuizDialog(Dialog[None]):
    """Takes the answers to a mistake that is not told, judges and explains them.

    The step stays as it was when it was opened.
    """

    HEADING = "Which one is it? Find a mistake that is not told"
    CSS_PATH: ClassVar = [DIALOG_STYLE, "quiz.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "begin_told", "begin again", tooltip="The same run, told and marked"),
        Binding("g", "give_up", "give up", tooltip="Be told which it is, without a point"),
        Binding("n", "another", "another", tooltip="Begin another quiz"),
        Binding("exclamation_mark", "close", "close", show=False, tooltip="Close this window"),
    ]

    def __init__(self, snapshot: Snapshot, mistakes: list[str]) -> None:
        """Make the dialog.

        Args:
            snapshot: The run with a mistake that is not told.
            mistakes: Those that it may be.
        """
        super().__init__()
        self._snapshot = snapshot
        self._quiz = snapshot.recipe.training.mistake or ""
        self._mistakes = mistakes
        self._answered = ""
        self._is_judging = False

    @classmethod
    def open(cls, app: DebuggerApp) -> None:
        """Ask which it is, or begin a quiz where none is open."""
        if not is_quiz(app.snapshot.recipe.training.mistake):
            pose(app)
            return

        def ask(session: Session) -> tuple[Snapshot, list[str]]:
            return take_snapshot(session), askable(session.recipe_now)

        ask_and_open(app, ask, lambda answer: app.push_screen(cls(*answer)))

    @property
    def _asked(self) -> Asked:
        return self.app.sitting.asked(self._quiz)

    def compose_body(self) -> Iterable[Widget]:
        """Make the question, the list of answers, and what is said to one."""
        yield Static(id="asks", markup=False)
        yield Options()
        yield Static(id="about")
        yield Static(id="said", markup=False)

    def on_mount(self) -> None:
        """Ask what is open."""
        self._ask()

    def _ask(self) -> None:
        """Show what is asked now, or what it was."""
        asked, look = self._asked, self.app.look
        self.retitle(model.title(self._quiz, asked, self.app.sitting))
        question, answers = self.query_one("#asks", Static), self.query_one(Options)
        question.update(look.text(model.asks(asked)))
        question.display = answers.display = asked.stage is not Stage.TOLD
        answers.clear_options()
        answers.add_options(Option(Content(look.text(line)), name) for name, line in self._options)
        self.set_class(asked.stage is Stage.TOLD, "-told")
        selected = selected_operation(self._snapshot, self.app.selection).name
        names = [name for name, _ in self._options]
        if names:
            answers.highlighted = names.index(selected) if selected in names else 0
        self.query_one("#keys", Plain).show(model.keys(asked))
        if asked.stage is Stage.TOLD:
            self._tell()
        else:
            answers.focus()
        self.refresh_bindings()
        self.app.notice()

    @property
    def _options(self) -> list[tuple[str, str]]:
        match self._asked.stage:
            case Stage.OPERATION:
                return model.operation_options(self._snapshot)
            case Stage.MISTAKE:
                return [(each, f"{each:30} {MISTAKES[each].title}") for each in self._mistakes]
            case _:
                return []

    def _show_lines(self, lines: list[tuple[str, str]]) -> None:
        text = self.app.look.text
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(style="bold", no_wrap=True)
        table.add_column()
        for heading, words in lines:
            table.add_row(text(heading), Text(text(words)))
        self.query_one("#about", Static).update(table)

    def _tell(self) -> None:
        self._show_lines(model.told(truth_of(self._snapshot), self._answered))
        self.set_focus(None)

    @on(OptionList.OptionHighlighted)
    def describe(self, message: OptionList.OptionHighlighted) -> None:
        """Show the lines of the mistake that is pointed at."""
        if self._asked.stage is Stage.MISTAKE and message.option_id in MISTAKES:
            words = MISTAKES[str(message.option_id)].words
            self._show_lines([("people write", words.wrong), ("it should be", words.right)])
        else:
            self._show_lines([])

    @on(OptionList.OptionSelected)
    def judge(self, message: OptionList.OptionSelected) -> None:
        """Judge an answer, which takes a step of arithmetic."""
        name, stage = str(message.option_id), self._asked.stage
        try:
            computed = current_step(self._snapshot)
        except TuiNNError as refusal:
            self.say(str(refusal), refused=True)
            return
        if self._is_judging or name not in dict(self._options):  # a lesson has asked it anew
            return
        self._is_judging = True
        app, snapshot = self.app, self._snapshot
        if stage is Stage.OPERATION:
            app.trainer.ask(
                lambda _: (name, judge_operation(snapshot, computed, name)),
                lambda judged: app.call_soon(self._judge_operation, judged),
            )
        else:
            app.trainer.ask(
                lambda _: (name, is_the_mistake(snapshot, computed, name)),
                lambda judged: app.call_soon(self._judge_mistake, judged),
            )

    def _judge_operation(self, answer: tuple[str, Judged]) -> None:
        self._is_judging = False
        name, judged = answer
        if self._asked.stage is not Stage.OPERATION:  # given up meanwhile
            return
        self._asked.answer(is_right=judged is Judged.WRONG)
        operation = self._snapshot.program.writer[name]
        wrong = wrong_operations(self._snapshot)
        if judged is Judged.WRONG:
            self._ask()
        self.say(model.judged_words(judged, operation, wrong), refused=judged is not Judged.WRONG)

    def _judge_mistake(self, answer: tuple[str, bool]) -> None:
        self._is_judging = False
        name, is_right = answer
        if self._asked.stage is not Stage.MISTAKE:
            return
        self._asked.answer(is_right=is_right)
        if is_right:
            self._answered = name
            self._ask()
            self.say("Right.")
        else:
            words = model.wrong_mistake_words(MISTAKES[name], wrong_operations(self._snapshot))
            self.say(words, refused=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer another one, and to begin again, once it is told."""
        is_told = self.app.sitting.asked(self._quiz).stage is Stage.TOLD
        if action in ("another", "begin_told"):
            return is_told
        return not is_told if action == "give_up" else True

    def action_give_up(self) -> None:
        """Tell it."""
        self._asked.give_up()
        self._ask()
        self.say("")

    def action_another(self) -> None:
        """Begin another quiz."""
        self.dismiss()
        pose(self.app)

    def action_begin_told(self) -> None:
        """Begin again, with the mistake by its name, and marked."""
        app, name = self.app, truth_of(self._snapshot).name
        self.dismiss()
        begin(app, broken(self._snapshot.recipe_now, name), f"The same run, told: {name}.")
        app.marks_mistakes = True
        app.call_later(app.run_action, "show('backprop')")


def pose(app: DebuggerApp) -> None:
    """Begin a run with a mistake that is not told, another one than those of this sitting."""
    before = tuple(app.sitting.quizzes)

    def ask(session: Session) -> str | TuiNNError:
        recipe = session.recipe_now
        try:
            return posed(recipe, recipe.training.seed, before)
        except TuiNNError as refusal:
            return refusal

    def start(name: str | TuiNNError) -> None:
        if isinstance(name, TuiNNError):
            app.tell(str(name), is_refusal=True)
            return
        app.sitting.asked(name)
        begin(app, broken(app.snapshot.recipe_now, name), model.POSED)
        app.call_later(app.run_action, "show('backprop')")

    ask_and_open(app, ask, start)
