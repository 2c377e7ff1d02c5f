"""The lessons of a folder, and those that do not load."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from tui_nn.assets import asset
from tui_nn.errors import TuiNNError
from tui_nn.lessons.lesson import Lesson
from tui_nn.lessons.parsing import read_lesson

LANGUAGE = "en"


class Library(Struct, frozen=True):
    """What a folder holds.

    Attributes:
        lessons: By their numbers.
        faults: Why a file is no lesson, a line each.
    """

    lessons: tuple[Lesson, ...]
    faults: tuple[str, ...]

    def lesson(self, number: int) -> Lesson:
        """Return a lesson by its number.

        Raises:
            TuiNNError: There is none.
        """
        for each in self.lessons:
            if each.number == number:
                return each
        numbers = ", ".join(str(each.number) for each in self.lessons)
        raise TuiNNError(f"there is no lesson {number}; there are {numbers or 'none'}")


def lessons_folder() -> Path:
    """Return the folder of the lessons that come with the program."""
    return asset("lessons", LANGUAGE)


def read_library(folder: Path | None = None) -> Library:
    """Return the lessons of a folder, those that come with the program if None.

    Raises:
        TuiNNError: There is no such folder.
    """
    folder = folder or lessons_folder()
    if not folder.is_dir():
        raise TuiNNError(f"{folder}: there is no such folder of lessons")
    lessons: dict[int, Lesson] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.md")):
        try:
            lesson = read_lesson(path)
        except TuiNNError as error:
            faults.append(str(error))
            continue
        if lesson.number in lessons:
            other = lessons[lesson.number].path.name
            faults.append(f"{path}:2: lesson {lesson.number} is {other} already")
        else:
            lessons[lesson.number] = lesson
    return Library(tuple(lessons[number] for number in sorted(lessons)), tuple(faults))
