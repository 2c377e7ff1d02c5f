"""What the page of a lesson shows: its tasks and questions, and how far one is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct, field

from screens.shapes.format import counted
from tui_nn.lessons.lesson import QUESTION, TASK, Lesson, Page, Task
from tui_nn.lessons.progress import RIGHT, WRONG, Progress

OPEN, DONE, FAILED = "○", "✓", "✗"
POINTER = "▸"
_MARKS = re.compile(r"`([^`]+)`|\*(\S[^*]*)\*")
CHOOSING = "  ↑ ↓ choose, enter answers"


class Opened(Struct):
    """The page that is open.

    Attributes:
        lesson: The lesson.
        number: Which of its pages, from 0.
        hints: How many hints of the task in hand were asked for.
        choice: Which answer of the question in hand is pointed at.
        said: What was said to each question that was answered.
        is_ready: Whether the app is set up, and what is done counts.
    """

    lesson: Lesson
    number: int
    hints: int = 0
    choice: int = 0
    said: dict[int, str] = field(default_factory=dict)
    is_ready: bool = False

    @property
    def page(self) -> Page:
        """The page itself."""
        return self.lesson.pages[self.number]

    @property
    def is_last(self) -> bool:
        """Whether it is the lesson's last one."""
        return self.number == len(self.lesson.pages) - 1

    def question(self, progress: Progress) -> int | None:
        """Return the question in hand, or None if all are answered."""
        return self._first(progress, QUESTION, len(self.page.questions))

    def task(self, progress: Progress) -> int | None:
        """Return the task in hand, or None if all are met."""
        return self._first(progress, TASK, len(self.page.tasks))

    def _first(self, progress: Progress, kind: str, count: int) -> int | None:
        for place in range(count):
            if not progress.result(self.lesson, self.number, f"{kind} {place + 1}"):
                return place
        return None


def plain(text: str) -> str:
    """Return words without the marks of Markdown: they stand where only the page is Markdown."""
    return _MARKS.sub(lambda found: found[1] or found[2], text)


def heading(opened: Opened, width: int) -> str:
    """Return the title of the page: ``4 Backward · 2/5 · The chain rule``.

    Args:
        opened: The page.
        width: Columns; where they are too few, the lesson is named by its number alone.
    """
    lesson = opened.lesson
    title = f"{opened.number + 1}/{len(lesson.pages)} · {opened.page.title}"
    whole = f"{lesson.number} {lesson.title} · {title}"
    return whole if len(whole) <= width else f"lesson {lesson.number} · {title}"


def todo_lines(opened: Opened, progress: Progress) -> Iterator[tuple[str, str]]:
    """Yield the questions and tasks as lines, each with its style: a style's name or ""."""
    yield from _question_lines(opened, progress)
    in_hand = opened.task(progress)
    for place, task in enumerate(opened.page.tasks):
        is_met = place != in_hand and bool(_result(opened, progress, TASK, place))
        yield f"{DONE if is_met else OPEN} {plain(task.words)}", "done" if is_met else "todo"
        if place == in_hand:
            yield from ((f"  hint: {plain(hint)}", "hint") for hint in task.hints[: opened.hints])
            yield help_words(opened, task), "hint"
    if not opened.page.items or progress.is_done(opened.lesson, opened.number):
        yield end_words(opened), "done"


def help_words(opened: Opened, task: Task) -> str:
    """Return what gives help with a task."""
    if opened.hints < len(task.hints):
        help_ = "a hint" if not opened.hints else "another hint"
    else:
        help_ = "the solution, played"
    return f"  8: here and back. Here, h: {help_}"


def _question_lines(opened: Opened, progress: Progress) -> Iterator[tuple[str, str]]:
    in_hand = opened.question(progress)
    for place, question in enumerate(opened.page.questions):
        result = _result(opened, progress, QUESTION, place)
        mark = {RIGHT: DONE, WRONG: FAILED}.get(result, "?")
        yield f"{mark} {plain(question.words)}", "done" if result else "todo"
        if place == in_hand:
            for number, choice in enumerate(question.choices):
                is_chosen = number == opened.choice
                pointer = POINTER if is_chosen else " "
                yield f"  {pointer} {plain(choice.words)}", "chosen" if is_chosen else ""
        elif place in opened.said:
            yield f"  {plain(opened.said[place])}", ""
        if not result:
            yield CHOOSING, "hint"
        yield "", ""
        if not result:
            break  # one after another: what follows may depend on it


def _result(opened: Opened, progress: Progress, kind: str, place: int) -> str:
    return progress.result(opened.lesson, opened.number, f"{kind} {place + 1}")


def end_words(opened: Opened) -> str:
    """Return what is said when everything on the page is done."""
    done = "all done" if opened.page.items else "read"
    if opened.is_last:
        return f"{DONE} {done}: the lesson ends here. enter or 8 goes to the list"
    return f"{DONE} {done}: enter or 8 goes on"


def folded_words(opened: Opened, progress: Progress, width: int) -> str:
    """Return the one line that stands for the page where there is no room for it."""
    place = f"lesson {opened.lesson.number} · {opened.number + 1}/{len(opened.lesson.pages)}"
    if progress.is_done(opened.lesson, opened.number):
        end = "8 goes on" if opened.page.items else "8 reads it"
        return f"{place} · {DONE} done · {end}"
    question, task = opened.question(progress), opened.task(progress)
    if question is not None:
        words = f"? {plain(opened.page.questions[question].words)}"
    else:
        words = f"{OPEN} {plain(opened.page.tasks[task or 0].words)}"
    end = " · 8 reads it"
    room = width - len(place) - len(end) - 3
    if len(words) > room:
        words = f"{words[: max(room - 1, 0)]}…"
    return f"{place} · {words}{end}"


def lesson_line(lesson: Lesson, progress: Progress, *, brief: bool) -> str:
    """Return a line of the list of lessons.

    Args:
        lesson: The lesson.
        progress: What was done.
        brief: Whether to leave out how long it takes, which stands beside the list as well.
    """
    done, items = progress.counts(lesson)
    mark = DONE if done == items else OPEN if not done else POINTER
    minutes = "" if brief else f"{lesson.minutes:>3} min  "
    return f"{mark} {lesson.number:>2}  {lesson.title:37.37} {minutes}{done:>2}/{items}"


def lesson_words(lesson: Lesson, progress: Progress) -> str:
    """Return what is said of a lesson in the list: its pages, and where to read more."""
    at = progress.page(lesson)
    lines = [
        f"{counted(len(lesson.pages), 'page')}, about {lesson.minutes} minutes",
        f"enter opens page {at + 1}",
        "",
    ]
    for number, page in enumerate(lesson.pages):
        is_done = bool(page.items) and progress.is_done(lesson, number)
        mark = DONE if is_done else POINTER if number == at else OPEN
        lines.append(f"{mark} {number + 1} {page.title}")
    return "\n".join([*lines, "", f"Read more: {lesson.reference}"])


def answer_words(*, is_right: bool, answer: str, why_not: str, why: str) -> str:
    """Return what is said to an answer.

    Args:
        is_right: Whether it was right.
        answer: The right one, in words.
        why_not: What is said to the one that was chosen.
        why: Why it is so, with its numbers.
    """
    verdict = "Right." if is_right else f"No: {answer}."
    return " ".join(filter(None, [verdict, why_not, why]))
