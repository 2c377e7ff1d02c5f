"""``lessons check``: the lessons that come with the program pass, and each fault is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lessons.small import written
from tui_nn.cli.commands import run
from tui_nn.lessons.check import check_lesson
from tui_nn.lessons.lesson import Lesson
from tui_nn.lessons.library import read_library
from tui_nn.lessons.parsing import read_lesson

# The others train for longer; what their tasks and questions ask has tests of its own.
SHORT = ("02", "03", "04")


@pytest.mark.parametrize(
    "lesson",
    [
        pytest.param(each, marks=() if each.name.startswith(SHORT) else pytest.mark.slow)
        for each in read_library().lessons
    ],
    ids=lambda each: each.name,
)
def test_the_lessons_that_come_with_it_can_be_done(lesson: Lesson) -> None:
    assert list(check_lesson(lesson)) == []


@pytest.mark.parametrize("lesson", read_library().lessons, ids=lambda each: each.name)
def test_the_lessons_that_come_with_it_are_short_and_say_whose_they_are(lesson: Lesson) -> None:
    assert 3 <= len(lesson.pages) <= 6
    assert 5 <= lesson.minutes <= 15
    assert all(page.items for page in lesson.pages)
    assert "http" in lesson.reference or "(19" in lesson.reference


def test_all_that_come_with_it_load() -> None:
    assert read_library().faults == ()


def test_a_good_lesson_passes(tmp_path: Path) -> None:
    assert list(check_lesson(read_lesson(written(tmp_path)))) == []


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("when: written dW2", "when: on_screen backprop"), 24, "met before anything is done"),
        (("solution: step_to dW2", "solution: operation"), 24, "does not meet the task"),
        (("solution: step_to dW2", "solution: step_to dW7"), 24, "no operation writes dW7"),
        (("when: written dW2", "when: explained dW7"), 24, "there is no tensor dW7"),
        (("- falls: it falls", "- stays: it stays"), 15, "is falls, and the choices are"),
        (("answer: change W1[0,0]", "answer: value W1[0,0]"), 15, "a choice is not"),
        (("answer: change W1[0,0]", "answer: change W1[7,0]"), 15, "there is no number W1[7,0]"),
        (("explain W1[0,0]", "explain W1[9,9]"), 15, "there is no number W1[9,9]"),
        (("reveal: batch; ", "reveal: "), 15, "dW1[0,0] is not computed yet"),
        (("recipe: mazur", "recipe: nowhere"), 10, "cannot be set up"),
    ],
    ids=lambda each: str(each)[:40],
)
def test_what_is_wrong_is_found(
    tmp_path: Path, change: tuple[str, str], line: int, words: str
) -> None:
    path = written(tmp_path, change)
    faults = list(check_lesson(read_lesson(path)))
    assert any(fault.startswith(f"{path}:{line}: ") and words in fault for fault in faults), faults


def test_a_number_between_two_choices_has_no_right_answer(tmp_path: Path) -> None:
    choices = ("- rises: it rises\n- falls: it falls", "- 0: 0\n- 0.31: 0.31")
    path = written(tmp_path, choices, ("answer: change W1[0,0]", "answer: value W1[0,0]"))
    assert "between two choices" in "".join(check_lesson(read_lesson(path)))


def test_the_command_says_what_is_wrong_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path)
    assert run(["lessons", "check", str(tmp_path)]) == 0
    assert "1 Small: 1 pages, 2 tasks and questions: ok" in capsys.readouterr().out
    written(tmp_path, ("solution: step_to dW2", "solution: operation"))
    assert run(["lessons", "check", str(tmp_path)]) == 1
    assert "small.md:24: the solution does not meet the task" in capsys.readouterr().err


def test_progress_is_a_row_a_task(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path)
    assert run(["lessons", "--lessons", str(tmp_path), "progress", "--csv"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "lesson,title,page,heading,item,result",
        "1,Small,1,First,task 1,",
        "1,Small,1,First,question 1,",
    ]
