"""How far one is: a plain file, written whole at each step."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, field

from tui_nn.errors import TuiNNError
from tui_nn.files import state_folder, write_file
from tui_nn.lessons.lesson import Lesson

FILE = "lessons.json"
MET, RIGHT, WRONG = "met", "right", "wrong"


class Progress(Struct):
    """What was done in the lessons.

    Attributes:
        path: Its file.
        pages: The page that was seen last, from 0, by the lesson's name.
        results: By the lesson's name, what was done: ``{"2 task 1": "met"}``, pages from 1.
    """

    path: Path
    pages: dict[str, int] = field(default_factory=dict)
    results: dict[str, dict[str, str]] = field(default_factory=dict)

    def result(self, lesson: Lesson, page: int, item: str) -> str:
        """Return what came of a task or a question, or ""."""
        return self.results.get(lesson.name, {}).get(f"{page + 1} {item}", "")

    def note(self, lesson: Lesson, page: int, item: str, result: str) -> None:
        """Note what came of a task or a question."""
        self.results.setdefault(lesson.name, {})[f"{page + 1} {item}"] = result
        self._save()

    def turn(self, lesson: Lesson, page: int) -> None:
        """Note which page is seen."""
        self.pages[lesson.name] = page
        self._save()

    def reset(self, lesson: Lesson, page: int) -> None:
        """Forget what was done on a page."""
        done = self.results.get(lesson.name, {})
        for item in lesson.pages[page].items:
            done.pop(f"{page + 1} {item}", None)
        self._save()

    def is_done(self, lesson: Lesson, page: int) -> bool:
        """Return whether all tasks of a page are met, and all its questions answered."""
        return all(self.result(lesson, page, item) for item in lesson.pages[page].items)

    def counts(self, lesson: Lesson) -> tuple[int, int]:
        """Return how many tasks and questions are done, and how many there are."""
        rows = [row.result for row in self.rows(lesson)]
        return sum(map(bool, rows)), len(rows)

    def page(self, lesson: Lesson) -> int:
        """Return the page at which to go on."""
        return min(self.pages.get(lesson.name, 0), len(lesson.pages) - 1)

    def rows(self, lesson: Lesson) -> Iterator[Row]:
        """Yield a row for each task and question."""
        for number, page in enumerate(lesson.pages):
            for item in page.items:
                result = self.result(lesson, number, item)
                yield Row(lesson.number, lesson.title, number + 1, page.title, item, result)

    def _save(self) -> None:
        content = {"pages": self.pages, "results": self.results}
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise TuiNNError(f"{self.path}: cannot be written: {error.strerror}") from None
        write_file(self.path, json.dumps(content, indent=1, ensure_ascii=False) + "\n")


class Row(Struct, frozen=True):
    """A task or a question, and what came of it.

    Attributes:
        lesson: The lesson's number.
        title: Its title.
        page: Its page, from 1.
        heading: The page's title.
        item: ``task 1`` or ``question 1``.
        result: ``met``, ``right`` or ``wrong``, or "" for not yet.
    """

    lesson: int
    title: str
    page: int
    heading: str
    item: str
    result: str


def read_progress(path: Path | None = None) -> Progress:
    """Return what was done so far: nothing where there is no file, or one that cannot be read."""
    path = path or state_folder() / FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        pages = {str(name): int(page) for name, page in content["pages"].items()}
        results = {
            str(name): {str(item): str(result) for item, result in done.items()}
            for name, done in content["results"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Progress(path)
    return Progress(path, pages, results)
