"""What lessons ask about runs that are broken on purpose, and about a quiz."""

from __future__ import annotations

import pytest

from screens.base.lessons.model import plain
from screens.dialogs.along_step.model import direction_words
from screens.inspect.sitting import Sitting
from tests.lessons.asking import bench, does, is_met
from tui_nn.lessons.answers.right import ANSWERS


def test_a_run_is_broken_by_the_mistake_that_was_asked_for() -> None:
    run = bench(recipe="blobs")
    assert not is_met(run, "broken uphill")
    does(run, "break_it uphill")
    assert is_met(run, "broken uphill")
    assert not is_met(run, "broken zero-weights")


@pytest.mark.parametrize(
    ("mistake", "expected"), [("none", "right"), ("uphill", "right"), ("sign-reversed", "wrong")]
)
def test_a_gradient_is_checked_numerically(mistake: str, expected: str) -> None:
    run = bench(recipe="blobs", mistake=mistake)
    assert ANSWERS["gradient"](run.asked, "W1") == expected
    assert ANSWERS["gradient"](run.asked, "b1") == expected
    assert run.asked.session.position.step == 0  # it was tried on a copy


@pytest.mark.parametrize(("mistake", "expected"), [("none", 6), ("zero-weights", 1)])
def test_what_a_batch_changes_is_counted(mistake: str, expected: int) -> None:
    assert ANSWERS["changed"](bench(recipe="moons", mistake=mistake).asked) == expected


def test_a_quiz_is_answered_one_question_after_the_other() -> None:
    run = bench(recipe="blobs", mistake="quiz-34")
    assert not is_met(run, "operation_named")
    does(run, "answer_quiz")
    assert is_met(run, "operation_named")
    assert not is_met(run, "mistake_named")
    does(run, "answer_quiz")
    assert is_met(run, "mistake_named")


def test_a_sitting_knows_how_much_of_a_quiz_is_answered_and_can_forget_it() -> None:
    sitting = Sitting()
    assert sitting.answered(None) == sitting.answered("quiz-1") == 0
    sitting.asked("quiz-1").answer(is_right=False)
    assert sitting.answered("quiz-1") == 0
    sitting.asked("quiz-1").answer(is_right=True)
    assert sitting.answered("quiz-1") == 1
    sitting.asked("quiz-1").give_up()
    assert sitting.answered("quiz-1") == 2
    sitting.forget("quiz-1")
    assert sitting.answered("quiz-1") == 0
    assert not sitting.quizzes


def test_the_step_of_a_run_with_a_mistaken_update_goes_along_what_that_takes() -> None:
    right, wrong = bench(recipe="blobs"), bench(recipe="blobs", mistake="uphill")
    assert direction_words(right.situation.snapshot.program) == ""
    assert "this run" in direction_words(wrong.situation.snapshot.program)


def test_words_beside_the_page_have_no_marks() -> None:
    assert plain("Press `g`, and go *on*.") == "Press g, and go on."
    assert plain("2 * 3 * 4") == "2 * 3 * 4"
