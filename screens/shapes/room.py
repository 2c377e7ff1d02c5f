"""How much room there is: the breakpoints of all screens, and what a model needs to know of them.

Stylesheets read the breakpoints as classes that Textual sets on the screen, one for the width and
one for the height. Models get a `Room`.
"""

from enum import Enum

SMALLEST = (60, 18)
MEDIUM = (110, 36)
LARGE = (170, 52)

WIDTHS = [(0, "-tiny"), (SMALLEST[0], "-narrow"), (MEDIUM[0], "-normal"), (LARGE[0], "-wide")]
HEIGHTS = [(0, "-flat"), (SMALLEST[1], "-short"), (MEDIUM[1], "-tall"), (LARGE[1], "-towering")]


class Room(Enum):
    """How much stands side by side; both sides of the terminal count.

    In a stylesheet, small is `-narrow` or `-short`, and large is `-wide` and `-towering`.
    """

    SMALL = "one view at a time"
    MEDIUM = "most views"
    LARGE = "everything"


def room_of(width: int, height: int) -> Room:
    """Return the room that a terminal has."""
    if width >= LARGE[0] and height >= LARGE[1]:
        return Room.LARGE
    if width >= MEDIUM[0] and height >= MEDIUM[1]:
        return Room.MEDIUM
    return Room.SMALL
