"""Tries lessons without a terminal: whether each page can be done as its file says."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tui_nn.errors import TuiNNError
from tui_nn.lessons.actions import perform
from tui_nn.lessons.answers.right import right_choice
from tui_nn.lessons.conditions.holding import holds
from tui_nn.lessons.desk import Bench
from tui_nn.lessons.lesson import Lesson, Page, Question, Task
from tui_nn.lessons.words import filled


def check_lesson(lesson: Lesson) -> Iterator[str]:
    """Yield what is wrong with a lesson, a line each that names where.

    Of each page, the app is set up; each task is unmet at first, and met by its solution, played
    after those before it; each question has one right answer by the live numbers, what reveals it
    can be shown, and so can the numbers in its explanation.
    """
    for page in lesson.pages:
        for line, words in _faults(page):
            yield f"{lesson.line(line)}: {words}"


def _faults(page: Page) -> Iterator[tuple[int, str]]:
    try:
        bench = Bench(page.setup)
    except TuiNNError as error:
        yield page.line, f"the page cannot be set up: {error}"
        return
    for task in page.tasks:
        yield from _tried(task.line, lambda task=task: _unmet(bench, task))  # type: ignore[misc]
    for question in page.questions:
        yield from _tried(question.line, lambda question=question: _revealed(page, question))  # type: ignore[misc]
    for task in page.tasks:
        yield from _tried(task.line, lambda task=task: _solved(bench, task))  # type: ignore[misc]


def _tried(line: int, attempt: Callable[[], str]) -> Iterator[tuple[int, str]]:
    try:
        words = attempt()
    except TuiNNError as error:
        words = str(error)
    if words:
        yield line, words


def _unmet(bench: Bench, task: Task) -> str:
    return "the task is met before anything is done" if holds(task.when, bench.situation) else ""


def _solved(bench: Bench, task: Task) -> str:
    perform(bench, task.solution)
    return "" if holds(task.when, bench.situation) else "the solution does not meet the task"


def _revealed(page: Page, question: Question) -> str:
    bench = Bench(page.setup)
    right_choice(question, bench.asked)
    perform(bench, question.reveal)
    filled(question.why, bench.situation)
    return ""
