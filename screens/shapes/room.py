"""How much room a screen has: decides what stands side by side and what is shown in turn."""

from enum import StrEnum

_MEDIUM = (110, 36)
_LARGE = (170, 52)


class Room(StrEnum):
    """The rooms that a screen is laid out for, as CSS classes."""

    SMALL = "-small"
    MEDIUM = "-medium"
    LARGE = "-large"


def room_of(width: int, height: int) -> Room:
    """Return the room that a terminal has; both its sides count."""
    if width >= _LARGE[0] and height >= _LARGE[1]:
        return Room.LARGE
    if width >= _MEDIUM[0] and height >= _MEDIUM[1]:
        return Room.MEDIUM
    return Room.SMALL
