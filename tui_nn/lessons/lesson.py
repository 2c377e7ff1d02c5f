"""What a lesson is: pages with text, tasks and questions."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from tui_nn.lessons.setup import Setup

TASK, QUESTION = "task", "question"


class Call(Struct, frozen=True):
    """A condition, an answer or an action by its name, as a lesson writes it: ``written dW2``.

    Attributes:
        name: Of a row of its table.
        arguments: What follows, a word each.
        line: Where it stands in the file.
    """

    name: str
    arguments: tuple[str, ...]
    line: int

    def __str__(self) -> str:
        return " ".join((self.name, *self.arguments))


class Task(Struct, frozen=True):
    """Something to do in the app, by whatever way leads there.

    Attributes:
        words: What.
        when: What is true once it is done.
        hints: One after another.
        solution: What does it.
        line: Where it stands in the file.
    """

    words: str
    when: Call
    hints: tuple[str, ...]
    solution: tuple[Call, ...]
    line: int


class Choice(Struct, frozen=True):
    """A possible answer.

    Attributes:
        key: What the function that works the answer out returns, or a number near it.
        words: As it is offered.
        why_not: What is said to whoever chose it wrongly, or "".
    """

    key: str
    words: str
    why_not: str = ""


class Question(Struct, frozen=True):
    """Something to predict, before the app shows it.

    Attributes:
        words: The question.
        choices: What can be answered.
        answer: Works the right one out from the live numbers.
        reveal: What then shows it.
        why: Why it is so; ``{W1[0,0]}`` stands for a number of the batch, ``{sample:p[3]}`` for
            one of the selected sample.
        line: Where it stands in the file.
    """

    words: str
    choices: tuple[Choice, ...]
    answer: Call
    reveal: tuple[Call, ...]
    why: str
    line: int


class Page(Struct, frozen=True):
    """A page of a lesson.

    Attributes:
        title: Its heading.
        text: Markdown, without the heading.
        setup: How the app is set up for it.
        tasks: What to do.
        questions: What to predict.
        line: Where it begins in the file.
    """

    title: str
    text: str
    setup: Setup
    tasks: tuple[Task, ...]
    questions: tuple[Question, ...]
    line: int

    @property
    def items(self) -> tuple[str, ...]:
        """What its tasks and questions are called in the progress: ``task 1``."""
        tasks = (f"{TASK} {number + 1}" for number in range(len(self.tasks)))
        questions = (f"{QUESTION} {number + 1}" for number in range(len(self.questions)))
        return (*tasks, *questions)


class Lesson(Struct, frozen=True):
    """A lesson.

    Attributes:
        path: Its file, whose name is what the progress calls it.
        number: Its place in the list.
        title: What it is about.
        minutes: How long it takes.
        reference: Where to read more.
        pages: One after another.
    """

    path: Path
    number: int
    title: str
    minutes: int
    reference: str
    pages: tuple[Page, ...]

    @property
    def name(self) -> str:
        """What it is called in the progress."""
        return self.path.stem

    def line(self, number: int) -> str:
        """Return a line of its file as messages name it."""
        return f"{self.path}:{number}"
