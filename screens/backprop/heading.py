"""The lines over the pictures: which operation it is, and of which step and row."""

from textwrap import wrap
from typing import NamedTuple

HEADING = 4
"""Lines that there are for it, whatever it says."""

_BETWEEN = 3  # columns at least between two texts of one line


class HeadingLine(NamedTuple):
    """A line, how it is styled, and what stands at its right end."""

    text: str
    style: str = ""
    right: str = ""


def heading_lines(
    formula: str, why: str, torch: str, note: str, *, width: int
) -> list[HeadingLine]:
    """Return the lines of an operation, the note at the end of one where it fits.

    Where there are not lines enough, PyTorch gives way.

    Args:
        formula: What the operation computes.
        why: One sentence for the learner.
        torch: The same in PyTorch.
        note: Which step and row it is of.
        width: Columns there are.
    """
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
