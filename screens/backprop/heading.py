"""The lines over the pictures: which operation it is, and of which step and row."""

from textwrap import wrap
from typing import NamedTuple

HEADING = 4
"""Lines that there are for it, whatever it says."""

_BETWEEN = 3  # columns at least between two texts of one line


class Heading(NamedTuple):
    """What an operation is called.

    Attributes:
        formula: What it computes.
        why: One sentence for the learner.
        torch: The same in PyTorch.
        note: Which step and row is seen of it.
    """

    formula: str
    why: str
    torch: str
    note: str


class HeadingLine(NamedTuple):
    """A line, how it is styled, and what stands at its right end."""

    text: str
    style: str = ""
    right: str = ""


def heading_lines(heading: Heading, width: int) -> list[HeadingLine]:
    """Return the lines of a width, the note at the end of one where it fits.

    Where there are not lines enough, PyTorch gives way.
    """
    formula, why, torch, note = heading
    lines = [HeadingLine(text, "bold") for text in wrap(formula, width)]
    lines += [HeadingLine(text) for text in wrap(why, width)]
    last = HeadingLine(torch, "dim")
    for number, line in enumerate([*lines, last]):
        if line.style and len(line.text) + _BETWEEN + len(note) <= width:
            with_note = [*lines, last]
            with_note[number] = line._replace(right=note.rjust(width - len(line.text)))
            return with_note
    notes = [HeadingLine(text, "dim") for text in wrap(note, width)]
    if len(torch) <= width and len(lines) + len(notes) < HEADING:
        notes.insert(0, last)
    return [*lines, *notes]
