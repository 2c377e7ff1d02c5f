"""Lessons are read as they are written; what is wrong is said with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lessons.small import written
from tui_nn.errors import TuiNNError
from tui_nn.lessons.check import check_lesson
from tui_nn.lessons.parsing import read_lesson
from tui_nn.lessons.progress import MET, read_progress
from tui_nn.lessons.setup import arranged


def test_a_page_holds_text_settings_tasks_and_questions(tmp_path: Path) -> None:
    lesson = read_lesson(written(tmp_path, ("Some text.", "Some text.\n\n```set\nstep: 3\n```\n")))
    (page,) = lesson.pages
    assert (page.title, page.text) == ("First", "Some text.")
    assert (page.setup.recipe, page.setup.screen, page.setup.step) == ("mazur", "backprop", 3)
    (task,) = page.tasks
    assert (task.words, str(task.when), task.hints) == (
        "Step to ∇W2.",
        "written dW2",
        ("Press n.",),
    )
    (question,) = page.questions
    assert [each.key for each in question.choices] == ["rises", "falls"]
    assert [str(each) for each in question.reveal] == ["batch", "explain W1[0,0]"]


def test_a_page_may_set_any_key_of_its_recipe(tmp_path: Path) -> None:
    lines = "recipe: mazur\nlearning_rate: 3\nmistake: uphill\nlayers: 2, 3, 2\nweights: none"
    (page,) = read_lesson(written(tmp_path, ("recipe: mazur", lines))).pages
    recipe = arranged(None, page.setup).recipe
    assert recipe.training.learning_rate == 3
    assert recipe.training.mistake == "uphill"
    assert recipe.network.layers == [2, 3, 2]


def test_a_value_that_no_recipe_can_have_is_said_where_it_is_set_up(tmp_path: Path) -> None:
    path = written(tmp_path, ("recipe: mazur", "recipe: mazur\noptimizer: magic"))
    assert "optimizer=magic" in "".join(check_lesson(read_lesson(path)))


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("---\nnumber: 1", "number: 1"), 1, "begins with its front matter"),
        (("title: Small\n", ""), 1, "the front matter has no title"),
        (("minutes: 5", "minutes: soon"), 4, "'soon' is no number"),
        (("recipe: mazur", "receipt: mazur"), 6, "receipt: no such key"),
        (("recipe: mazur", "recipe mazur"), 6, "a line is `key: value`"),
        (("recipe: mazur", "recipe: mazur\nstep: two"), 7, "step: 'two' is no number"),
        (("# First", "First"), 10, "a page begins with"),
        (("when: written dW2", "when: wrote dW2"), 25, "no condition is called 'wrote'"),
        (("when: written dW2", "when: written"), 25, "it is written written NAME"),
        (("when: written dW2", "when: steps many"), 25, "'many' is no int"),
        (("solution: step_to dW2", "solution: jump"), 27, "no action is called 'jump'"),
        (("answer: change", "answer: chance"), 18, "no answer is called 'chance'"),
        (("answer: change W1[0,0]\n", ""), 15, "there has to be one answer"),
        (("- falls: it falls\n", ""), 15, "two choices"),
        (("why: Its", "wrong never: no\nwhy: Its"), 20, "no choice is called 'never'"),
        (("hint: Press n.", "tip: Press n."), 26, "a line is `key: value`"),
        (("solution: step_to dW2\n```", "solution: step_to dW2"), 27, "a fence is not closed"),
    ],
    ids=lambda each: str(each)[:40],
)
def test_what_is_wrong_is_said_with_its_line(
    tmp_path: Path, change: tuple[str, str], line: int, words: str
) -> None:
    path = written(tmp_path, change)
    with pytest.raises(TuiNNError) as raised:
        read_lesson(path)
    assert str(raised.value).startswith(f"{path}:{line}: ")
    assert words in str(raised.value)


def test_progress_is_kept_and_a_page_can_be_reset(tmp_path: Path) -> None:
    lesson = read_lesson(written(tmp_path))
    progress = read_progress(tmp_path / "state" / "lessons.json")
    progress.note(lesson, 0, "task 1", MET)
    progress.turn(lesson, 0)
    again = read_progress(progress.path)
    assert again.counts(lesson) == (1, 2)
    assert not again.is_done(lesson, 0)
    again.reset(lesson, 0)
    assert read_progress(progress.path).counts(lesson) == (0, 2)


@pytest.mark.parametrize("content", ["", "[]", '{"pages": 3}', '{"pages": {"a": "b"}}'])
def test_a_damaged_file_is_no_progress(tmp_path: Path, content: str) -> None:
    path = tmp_path / "lessons.json"
    path.write_text(content, encoding="utf-8")
    assert read_progress(path).results == {}
