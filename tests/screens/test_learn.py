"""Learn: every lesson played through in the app, and what its pages do on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.app import GREETING
from screens.base.lessons.panel import LessonLine, LessonPanel
from screens.base.lessons.room import Dock, place_of_page
from screens.base.lessons.teacher import Teacher, teacher_of
from tests.lessons.small import written
from tests.screens.bench import Person, at_the_keyboard, in_sizes
from tests.training.runs import session
from tui_nn.first_run import is_first_run
from tui_nn.lessons.lesson import Lesson
from tui_nn.lessons.library import read_library
from tui_nn.lessons.progress import RIGHT, WRONG, read_progress
from tui_nn.training.session.session import Session

LESSONS = read_library().lessons
# All are done by ``test_the_lessons_that_come_with_it_can_be_done``, without a screen.
SHORT = [each for each in LESSONS if each.name == "02-one-neuron"]
LONG = [pytest.param(each, marks=pytest.mark.slow) for each in LESSONS if each not in SHORT]

# Of the small lesson, what its page says to an answer, another hint, and a page after it.
CHANGES = (
    ("reveal: batch; explain W1[0,0]\n", ""),
    ("is {dW1[0,0]}.", "is positive.\nwrong rises: Mind the minus."),
    ("hint: Press n.", "hint: Press n.\nhint: Seven times n."),
    ("solution: step_to dW2\n```\n", "solution: step_to dW2\n```\n\n# Second\n\nThe end.\n"),
)

QUIZ = """---
number: 1
title: Quiz
minutes: 5
reference: ours
recipe: blobs
layers: 2-3
mistake: quiz-34
screen: backprop
---

# Which one

```task
Name the operation.
when: operation_named
solution: answer_quiz
```
"""


def small_run() -> Session:
    return session(history_memory=2**26)


async def open_lesson(person: Person, lesson: Lesson, page: int = 0) -> Teacher:
    app = person.app
    app.teacher = teacher = Teacher(app, lesson.path.parent)
    teacher.open(lesson, page)
    await is_ready(person)
    return teacher


async def is_ready(person: Person) -> None:
    teacher = teacher_of(person.app)
    assert teacher is not None

    def ready() -> bool:
        return teacher.opened is None or (teacher.opened.is_ready and teacher._desk.is_idle)

    await person.until(ready, "a page")
    await person.is_answered()


def small_lesson(folder: Path, *changes: tuple[str, str]) -> Lesson:
    written(folder, *CHANGES, *changes)
    return read_library(folder).lessons[0]


async def answers(person: Person, place: int, *, rightly: bool) -> str:
    """Answer the question in hand, and return what is said to that."""
    teacher = teacher_of(person.app)
    assert teacher is not None
    assert teacher.opened is not None
    opened, right = teacher.opened, teacher._right[place]
    choices = opened.page.questions[place].choices
    number = next(n for n, each in enumerate(choices) if (each.key == right.key) is rightly)
    teacher.choose(-len(choices))
    teacher.choose(number)
    teacher.answer()
    await person.until(lambda: "…" not in opened.said.get(place, "…"), "an explanation")
    return opened.said[place]


@pytest.mark.parametrize("lesson", [*SHORT, *LONG], ids=lambda each: each.name)
@in_sizes((120, 40), (80, 24), (200, 60))
def test_a_lesson_is_played_from_its_first_page_to_its_last(
    lesson: Lesson, size: tuple[int, int]
) -> None:
    async def script(person: Person) -> None:
        teacher = await open_lesson(person, lesson)
        for number, page in enumerate(lesson.pages):
            await is_ready(person)
            assert teacher.opened is not None
            assert teacher.opened.number == number
            for place, question in enumerate(page.questions):
                said = await answers(person, place, rightly=False)
                assert said.startswith("No: ")
                assert question.why.split("{")[0] in said
            teacher.reset()
            await is_ready(person)
            assert not any(teacher.progress.result(lesson, number, each) for each in page.items)
            for place in range(len(page.questions)):
                assert (await answers(person, place, rightly=True)).startswith("Right.")
            for place, task in enumerate(page.tasks):
                for _ in range(len(task.hints) + 1):
                    teacher.help()
                item = f"task {place + 1}"
                await person.until(
                    lambda item=item: teacher.progress.result(lesson, number, item),  # type: ignore[misc] # noqa: B023
                    f"{lesson.name}, page {number + 1}: {task.words}",
                )
            assert teacher.is_page_done
            teacher.go_on()
        assert teacher.opened is None
        await person.until(lambda: person.app.current_mode == "learn", "the list")

    at_the_keyboard(script, size=size, run=small_run())
    done, items = read_progress().counts(lesson)
    assert done == items


class TestPage:
    def test_it_says_that_a_task_is_met_however_one_came_there_and_waits(
        self, tmp_path: Path
    ) -> None:
        async def script(person: Person) -> None:
            lesson = small_lesson(tmp_path)
            teacher = await open_lesson(person, lesson)
            await person.press("8")  # from the question to the screen
            await person.press("n", "n", "N", "n", "n", "n", "n", "n")
            assert not teacher.progress.result(lesson, 0, "task 1")
            await person.press("n")
            assert teacher.progress.result(lesson, 0, "task 1") == "met"
            await person.is_told("Step to ∇W2", "done")
            assert teacher.opened is not None
            assert teacher.opened.number == 0  # it never goes on by itself
            await person.press("8")
            assert teacher.opened.number == 0  # the question is not answered

        at_the_keyboard(script, run=small_run())

    @pytest.mark.slow
    def test_a_batch_meets_it_as_well(self, tmp_path: Path) -> None:
        async def script(person: Person) -> None:
            lesson = small_lesson(tmp_path)
            teacher = await open_lesson(person, lesson)
            await person.press("b")
            assert teacher.progress.result(lesson, 0, "task 1") == "met"

        at_the_keyboard(script, run=small_run())

    def test_one_answers_with_keys_and_goes_on_with_one(self, tmp_path: Path) -> None:
        async def script(person: Person) -> None:
            lesson = small_lesson(tmp_path)
            teacher = await open_lesson(person, lesson)
            await person.sees("? Will W1[0,0] rise or fall?", "▸ it rises", "○ Step to ∇W2.")
            await person.press("enter")
            await person.sees("✗ Will W1[0,0]", "No: it falls.", "Mind the minus.", "positive.")
            assert teacher.progress.result(lesson, 0, "question 1") == WRONG
            await person.press("enter")
            await person.is_told("Not all is done on this page")
            await person.press("r")
            await is_ready(person)
            await person.press("down", "enter")
            await person.sees("✓ Will W1[0,0]", "Right. Its derivative")
            assert teacher.progress.result(lesson, 0, "question 1") == RIGHT
            await person.press("h")
            await person.sees("hint: Press n.")
            await person.press("h", "h")
            await person.until(lambda: teacher.is_page_done, "the solution")
            await person.press("8")
            await is_ready(person)
            await person.sees("2/2 · Second", "The end.", "the lesson ends here")
            await person.press("enter")
            await person.sees("✓  1  Small", "2/2")

        at_the_keyboard(script, run=small_run())

    def test_the_next_question_stays_in_sight_under_a_long_explanation(
        self, tmp_path: Path
    ) -> None:
        async def script(person: Person) -> None:
            changes = (("is positive.", long), ("\n```task", another + "\n```task"))
            lesson = small_lesson(tmp_path, *changes)
            teacher = await open_lesson(person, lesson)
            await answers(person, 0, rightly=True)
            await person.sees("? And b1[0]?", "▸ it rises", "enter answers")
            await person.press("down")
            await person.sees("▸ it falls", "enter answers", "1 Small · 1/2 · First")
            await person.press("enter")
            await person.until(lambda: teacher.opened is not None and 1 in teacher.opened.said, "2")
            await person.sees("Another one.", "○ Step to ∇W2.", "h: a hint")

        long = "is positive. " + "And so on, at length. " * 30
        another = (
            "\n\n```question\nAnd b1[0]?\n- rises: it rises\n- falls: it falls\n"
            "answer: change b1[0]\nwhy: Another one.\n```\n"
        )
        at_the_keyboard(script, run=small_run())

    def test_its_keys_work_on_the_number_that_is_selected_beside_it(self, tmp_path: Path) -> None:
        async def script(person: Person) -> None:
            teacher = await open_lesson(person, small_lesson(tmp_path))
            panel = person.app.screen.query_one(LessonPanel)
            await person.press("8")
            await person.press("b")
            assert not panel.has_focus
            await person.press("8")
            assert panel.has_focus
            await person.press("c")
            await person.until(lambda: person.app.whereabouts()[2] == "gradient_check", "a check")
            assert teacher.opened is not None

        at_the_keyboard(script, run=small_run())

    @pytest.mark.slow
    def test_a_run_of_ones_own_stays_to_compare(self, tmp_path: Path) -> None:
        async def script(person: Person) -> None:
            await person.press("b", "b")
            await open_lesson(person, small_lesson(tmp_path))
            assert person.app.snapshot.recipe.name == "mazur"
            assert len(person.app.trainer.runs.all) == 1

        at_the_keyboard(script, run=small_run())

    @pytest.mark.slow
    def test_it_makes_room_for_itself_and_gives_it_back(self, tmp_path: Path) -> None:
        async def script(person: Person) -> None:
            teacher = await open_lesson(person, small_lesson(tmp_path))
            screen = person.app.screen
            assert screen.query_one(LessonPanel).has_class("-below")
            assert screen.has_class("-short")
            await person.press("f")
            assert "lesson 1 · 1/2 · ? Will W1[0,0] rise or fall?" in person.screen
            assert screen.has_class("-tall")
            await person.press("8")
            await person.sees("Some text.")
            await person.press("f")
            teacher.close()
            await person.press("3")
            assert not screen.query(LessonPanel)
            assert not screen.query(LessonLine)
            assert screen.has_class("-tall")

        at_the_keyboard(script, run=small_run())

    def test_a_quiz_is_asked_anew_when_its_page_opens_again(self, tmp_path: Path) -> None:
        (tmp_path / "small.md").write_text(QUIZ, encoding="utf-8")
        lesson = read_library(tmp_path).lessons[0]

        async def script(person: Person) -> None:
            teacher = await open_lesson(person, lesson)
            await person.press("b", "exclamation_mark")
            await person.sees("Which operation does something else")
            operations = [each.name for each in person.app.snapshot.program.operations]
            answer = operations.index("delta1")
            await person.press("home", *["down"] * answer, "enter")
            await person.is_told("Name the operation", "done")
            assert teacher.progress.result(lesson, 0, "task 1") == "met"
            await person.press("escape")
            teacher.reset()
            await is_ready(person)
            assert not teacher.progress.result(lesson, 0, "task 1")
            await person.press("exclamation_mark")
            await person.sees("Which operation does something else")

        at_the_keyboard(script, run=small_run())

    @pytest.mark.slow
    def test_in_a_small_terminal_8_goes_to_the_page_and_back(self, tmp_path: Path) -> None:
        async def script(person: Person) -> None:
            await open_lesson(person, small_lesson(tmp_path))
            await person.sees("Some text.", "▸ it rises")
            await person.press("8")
            await person.sees("lesson 1 · 1/2 · ? Will W1[0,0] rise or fall? · 8 reads it")
            assert person.app.current_mode == "backprop"
            await person.press("8")
            await person.sees("Some text.")

        at_the_keyboard(script, size=(80, 24), run=small_run())


class TestList:
    def test_it_shows_what_is_done_and_what_does_not_load(self, tmp_path: Path) -> None:
        small_lesson(tmp_path)
        (tmp_path / "bad.md").write_text("# No front matter\n", encoding="utf-8")

        async def script(person: Person) -> None:
            person.app.lessons_folder = tmp_path
            await person.press("8")
            await person.sees("○  1  Small", "0/2", "▸ 1 First", "bad.md:1: a lesson begins")
            await person.press("enter")
            await is_ready(person)
            await person.sees("1 Small · 1/2 · First")
            await person.press("escape")
            await person.sees("○  1  Small")

        at_the_keyboard(script, run=small_run())


def test_the_first_run_greets_and_no_other() -> None:
    assert "8 to learn" in GREETING
    assert is_first_run()
    assert not is_first_run()


@pytest.mark.parametrize(
    ("size", "dock"),
    [
        ((80, 24), Dock.LINE),
        ((100, 36), Dock.LINE),
        ((120, 40), Dock.BELOW),
        ((160, 50), Dock.SIDE),
        ((200, 60), Dock.SIDE),
    ],
)
def test_a_page_leaves_the_screen_the_room_that_it_needs(size: tuple[int, int], dock: Dock) -> None:
    place = place_of_page(*size)
    assert place.dock is dock
    assert size[0] - place.columns >= min(size[0], 110)
    assert size[1] - place.lines >= min(size[1] - 1, 24)


def test_a_page_whose_screen_is_closed_before_it_is_made_is_for_nobody(tmp_path: Path) -> None:
    async def script(person: Person) -> None:
        teacher = await open_lesson(person, small_lesson(tmp_path))
        page = LessonPanel(teacher)
        person.app.screen.mount(page)
        page.remove()
        await person.press("2")
        assert not page.is_attached

    at_the_keyboard(script, size=(80, 24), run=small_run())
