"""A connection of a diagram as characters: level, then slanting, then level again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple


class Stroke(NamedTuple):
    r"""A cell of a line.

    Attributes:
        x: Its column.
        y: Its line.
        kind: ``-`` level, ``\`` down, ``/`` up, ``|`` upright.
    """

    x: int
    y: int
    kind: str


@lru_cache(1024)
def strokes(start: tuple[int, int], end: tuple[int, int]) -> tuple[Stroke, ...]:
    """Return the cells of a line from one cell to another on its right.

    It slants in the middle, a line down or up with each column, or several where there are fewer
    columns than lines.
    """
    return tuple(_strokes(start, end))


def _strokes(start: tuple[int, int], end: tuple[int, int]) -> Iterator[Stroke]:
    (left, first), (right, last) = start, end
    columns, steps = right - left + 1, abs(last - first)
    way = 1 if last > first else -1
    slanting = min(steps, columns - 2)
    level = (columns - slanting) // 2
    y, done = first, 0
    for at in range(columns):
        x, on = left + at, at - level
        if not 0 <= on < slanting:
            yield Stroke(x, y, "-")
            continue
        here = (steps * (on + 1)) // slanting - done
        done += here
        for step in range(here):
            # A slanting cell leads from the line above to the line below, so it stands in between.
            y += way if step or on else 0
            yield Stroke(x, y, ("\\" if way > 0 else "/") if not step else "|")
        if on == slanting - 1:
            y = last
