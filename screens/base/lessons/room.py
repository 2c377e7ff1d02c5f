"""Where the page of a lesson stands: beside the screen that it speaks of, under it, or on its own.

The screen keeps what it needs to be drawn well; where that leaves too little, a single line names
the task, and the page has the screen Learn.
"""

from enum import Enum
from typing import NamedTuple

from screens.shapes.room import MEDIUM

LIVE_LINES = 25  # for the screen, where the page stands under it
_COLUMNS = (44, 72)  # of a page beside the screen
_LINES = (12, 18)  # of a page under it


class Dock(Enum):
    """Where the page stands."""

    SIDE = "-beside"
    BELOW = "-below"
    LINE = "-folded"


class Place(NamedTuple):
    """Where the page stands, and what it takes.

    Attributes:
        dock: Where.
        columns: What it takes of the width.
        lines: What it takes of the height.
    """

    dock: Dock
    columns: int = 0
    lines: int = 0


def place_of_page(width: int, height: int, *, is_folded: bool = False) -> Place:
    """Return where the page stands in a terminal.

    Args:
        width: Of the terminal.
        height: Of it.
        is_folded: Whether the person has folded it.
    """
    if is_folded:
        return Place(Dock.LINE, lines=1)
    beside = width - MEDIUM[0]
    if beside >= _COLUMNS[0] and height >= MEDIUM[1]:
        return Place(Dock.SIDE, columns=min(beside, _COLUMNS[1]))
    below = height - LIVE_LINES
    if below >= _LINES[0]:
        return Place(Dock.BELOW, lines=min(below, _LINES[1]))
    return Place(Dock.LINE, lines=1)
