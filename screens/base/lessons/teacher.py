"""Who teaches: has the open lesson, sees what is done in the app, and notes how far one is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from screens.base.lessons.desk import AppDesk
from screens.base.lessons.model import Opened, answer_words, plain
from screens.base.lessons.room import Dock, place_of_page
from tui_nn.errors import TuiNNError
from tui_nn.lessons.actions import perform
from tui_nn.lessons.answers.asked import Asked
from tui_nn.lessons.answers.right import right_choice
from tui_nn.lessons.conditions.holding import holds
from tui_nn.lessons.desk import set_up
from tui_nn.lessons.lesson import QUESTION, TASK, Call, Choice, Lesson, Question
from tui_nn.lessons.library import read_library
from tui_nn.lessons.progress import MET, RIGHT, WRONG, read_progress
from tui_nn.lessons.situation import Situation
from tui_nn.lessons.words import filled
from tui_nn.training.session.session import Session

if TYPE_CHECKING:
    from screens.base.app import DebuggerApp

NOT_YET = "Not all is done on this page: h gives a hint, then the solution; right goes on anyway."
NOT_READY = "The answer is still being worked out: try again in a moment."
PLAYING = "The solution is played in the app: see what it does."


class Teacher:
    """The lessons, the one that is open, and how far one is.

    Attributes:
        library: The lessons that there are.
        progress: What was done.
        opened: The page that is open, or None.
    """

    def __init__(self, app: DebuggerApp, folder: Path | None = None) -> None:
        """Read the lessons of a folder, those that come with the program if None.

        Raises:
            TuiNNError: There is no such folder.
        """
        self.library = read_library(folder)
        self.progress = read_progress()
        self.opened: Opened | None = None
        self._app = app
        self._desk = AppDesk(app)
        self._right: list[Choice] = []

    # Pages

    def open(self, lesson: Lesson, page: int | None = None) -> None:
        """Open a lesson, at a page or where one was, and set the app up for it."""
        number = self.progress.page(lesson) if page is None else page
        opened = self.opened = Opened(lesson, number)
        self._note(lambda: self.progress.turn(lesson, number))
        self._right = []
        self._desk.clear()
        setup = opened.page.setup
        self._app.sitting.forget(dict(setup.values).get("mistake"))
        if self._is_folded:  # the page is read first
            setup = replace(setup, screen="learn")
        set_up(self._desk, setup, self._app.history_memory)
        self._desk.then(lambda: self._ask(opened))
        self._app.lesson_changes += 1

    @property
    def _is_folded(self) -> bool:
        app = self._app
        return place_of_page(*app.size, is_folded=app.is_lesson_folded).dock is Dock.LINE

    def turn(self, by: int) -> None:
        """Go some pages on or back; after the last one, to the list."""
        opened = self.opened
        if opened is None:
            return
        number = opened.number + by
        if number >= len(opened.lesson.pages):
            self.close()
        elif number >= 0:
            self.open(opened.lesson, number)

    def go_on(self) -> None:
        """Go to the next page, if all of this one is done."""
        if self.is_page_done:
            self.turn(1)
        else:
            self._app.tell(NOT_YET)

    @property
    def is_page_done(self) -> bool:
        """Whether all of the open page is done."""
        opened = self.opened
        return opened is not None and self.progress.is_done(opened.lesson, opened.number)

    def reset(self) -> None:
        """Begin the open page again: nothing of it is done, and the app is set up."""
        if (opened := self.opened) is not None:
            self._note(lambda: self.progress.reset(opened.lesson, opened.number))
            self.open(opened.lesson, opened.number)

    def close(self) -> None:
        """Close the lesson; the list shows how far one is."""
        self.opened = None
        self._desk.clear()
        self._app.lesson_changes += 1
        self._app.show_plainly("learn")

    # What is done in the app

    def look(self) -> None:
        """See whether a task is met by now."""
        self._desk.go_on()
        opened = self.opened
        if opened is None or not opened.is_ready or not self._desk.is_idle:
            return
        now = self._situation()
        for place, task in enumerate(opened.page.tasks):
            item = f"{TASK} {place + 1}"
            if self.progress.result(opened.lesson, opened.number, item):
                continue
            if _is_met(task.when, now):
                opened.hints = 0
                self._note(lambda item=item: self._note_item(opened, item, MET))  # type: ignore[misc]
                self._app.tell(self._met_words(task.words))

    def _met_words(self, words: str) -> str:
        ending = " 8 goes on." if self.is_page_done else ""
        return f"✓ {plain(words).rstrip('.?')}: done.{ending}"

    def _situation(self) -> Situation:
        app, selection = self._app, self._app.selection
        screen, explained, window = app.whereabouts()
        return Situation(
            app.snapshot,
            screen=screen,
            explained=explained,
            window=window,
            split=selection.split,
            sample=selection.sample,
            layer=selection.layer,
            neuron=selection.neuron,
            is_drawn=selection.drawn is not None,
            quiz=app.sitting.answered(app.snapshot.recipe.training.mistake),
        )

    # Questions

    def choose(self, by: int) -> bool:
        """Point at another answer; return whether there is a question to answer."""
        opened = self.opened
        place = None if opened is None else opened.question(self.progress)
        if opened is None or place is None:
            return False
        last = len(opened.page.questions[place].choices) - 1
        opened.choice = min(max(opened.choice + by, 0), last)
        self._app.lesson_changes += 1
        return True

    def answer(self) -> bool:
        """Give the answer that is pointed at; return whether there was a question."""
        opened = self.opened
        place = None if opened is None else opened.question(self.progress)
        if opened is None or place is None:
            return False
        if not opened.is_ready or place >= len(self._right):
            self._app.tell(NOT_READY)
            return True
        question, right = opened.page.questions[place], self._right[place]
        chosen = question.choices[opened.choice]
        result = RIGHT if chosen.key == right.key else WRONG
        opened.choice = 0
        opened.said[place] = answer_words(
            is_right=result == RIGHT, answer=right.words, why_not=chosen.why_not, why="…"
        )
        self._note(lambda: self._note_item(opened, f"{QUESTION} {place + 1}", result))
        self._play(opened, question.reveal)
        self._desk.then(lambda: self._explain_answer(opened, place, chosen, right))
        return True

    def _explain_answer(self, opened: Opened, place: int, chosen: Choice, right: Choice) -> None:
        try:
            why = filled(opened.page.questions[place].why, self._situation())
        except TuiNNError as error:
            why = str(error)
        opened.said[place] = answer_words(
            is_right=chosen.key == right.key, answer=right.words, why_not=chosen.why_not, why=why
        )
        self._app.lesson_changes += 1
        if self._is_folded:
            self._app.tell(plain(opened.said[place]))

    def _ask(self, opened: Opened) -> None:
        """Have the answers worked out, in the run's thread, before anything is done."""
        self._app.call_after_refresh(self._hand_over, opened)
        situation, questions = self._situation(), opened.page.questions

        def work_out(session: Session) -> list[Choice]:
            return [_worked_out(each, Asked(session, situation)) for each in questions]

        def take(right: list[Choice]) -> None:
            if self.opened is opened:
                self._right = right
                opened.is_ready = True
                self._app.lesson_changes += 1

        self._app.trainer.ask(work_out, lambda right: self._app.call_soon(take, right))

    def _hand_over(self, opened: Opened) -> None:
        """Give the keys to the page where it asks something, or is only to be read."""
        is_asking = opened.question(self.progress) is not None
        if self.opened is opened and (is_asking or not opened.page.items):
            for page in self._app.screen.query("#lesson"):
                self._app.screen.set_focus(page)  # at once, so that a screen sees who has the keys

    # Help

    def help(self) -> None:
        """Give the next hint of the task in hand; after the last one, play its solution."""
        opened = self.opened
        place = None if opened is None else opened.task(self.progress)
        if opened is None or place is None:
            self._app.tell("There is no task left on this page.")
            return
        task = opened.page.tasks[place]
        if opened.hints < len(task.hints):
            opened.hints += 1
            self._app.lesson_changes += 1
        else:
            self._app.tell(PLAYING)
            self._play(opened, task.solution)
            self._desk.then(self.look)

    def _play(self, opened: Opened, actions: Sequence[Call]) -> None:
        """Carry actions out, where they are seen."""
        if actions and self._app.current_mode == "learn":
            self._desk.show(opened.page.setup.screen)
        self._desk.change(lambda _: None)  # a run stops for it
        perform(self._desk, actions)

    def _note_item(self, opened: Opened, item: str, result: str) -> None:
        self.progress.note(opened.lesson, opened.number, item, result)

    def _note(self, note: Callable[[], None]) -> None:
        """Write the progress, or say why it is only remembered until the app ends."""
        try:
            note()
        except TuiNNError as error:
            self._app.tell(str(error), is_refusal=True)
        self._app.lesson_changes += 1


def _is_met(condition: Call, now: Situation) -> bool:
    try:
        return holds(condition, now)
    except TuiNNError:  # it names what another recipe has, which the person has opened since
        return False


def _worked_out(question: Question, asked: Asked) -> Choice:
    try:
        return right_choice(question, asked)
    except TuiNNError as error:  # a lesson of one's own that `lessons check` would refuse
        return replace(question.choices[0], why_not=str(error))


def teacher_of(app: DebuggerApp) -> Teacher | None:
    """Return who teaches in an app, once somebody asked for lessons."""
    return app.teacher if isinstance(app.teacher, Teacher) else None
