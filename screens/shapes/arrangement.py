"""Where plates stand beside each other, and how large they can be drawn there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from screens.shapes.plate import Outline, Plate

GAP = 1
ARROW = 2  # columns before a result
_MARGIN = 3  # columns between plates and what else there is


class Spot(Struct, frozen=True):
    """Where a plate stands.

    Attributes:
        number: Which plate.
        x: Its first column.
        y: Its first line.
        width: Its columns, words included.
        level: How large its picture is.
    """

    number: int
    x: int
    y: int
    width: int
    level: int


def arrange(plates: Sequence[Plate], width: int, height: int) -> list[Spot]:
    """Return where plates stand, as large as there is room for: all in a line, or in two.

    Plates of one shape are of one size. Where there is no room for all, those before the last
    are left out; before a result stands an arrow.
    """
    return [*_arrange(tuple(plate.outline for plate in plates), width, height)]


@lru_cache(256)
def _arrange(outlines: tuple[Outline, ...], width: int, height: int) -> tuple[Spot, ...]:
    tables = [_Sizes(outline) for outline in outlines]
    for count in range(len(tables), 0, -1):
        kept = [*range(count - 1), len(tables) - 1]
        found = [
            arrangement
            for cut in range(count, 0, -1)
            if (arrangement := _Arrangement.fit(tables, [kept[:cut], kept[cut:]], width, height))
        ]
        if found:  # the smallest pictures as large as can be; in one line if that is as good
            return tuple(max(found, key=lambda each: each.picture_levels).spots())
    return ()


class _Sizes:
    """The sizes of a plate by its level, from the smallest."""

    def __init__(self, outline: Outline) -> None:
        self.shape = outline.shape
        self.levels = outline.levels()
        self.is_picture, self.is_result = not outline.text, outline.is_result
        self.whole = {level: outline.size(level) for level in self.levels}
        self.area = {level: _product(outline.cells(level)) for level in self.levels}


class _Arrangement(Struct, frozen=True):
    """Plates in one or two lines, each at a level."""

    tables: list[_Sizes]
    shelves: list[list[int]]
    levels: dict[int, int]

    @classmethod
    def fit(
        cls, tables: list[_Sizes], shelves: list[list[int]], width: int, height: int
    ) -> _Arrangement | None:
        """Return the largest for which there is room, or None if there is none at all."""
        numbers = [number for shelf in shelves for number in shelf]
        found = cls(tables, shelves, {each: tables[each].levels[0] for each in numbers})
        if not found.is_within(width, height):
            return None
        groups: dict[tuple[int, ...], list[int]] = {}
        for number in numbers:
            groups.setdefault(tables[number].shape, []).append(number)
        growing = list(groups.values())
        while growing:
            group = min(growing, key=found.area)
            larger = found.with_larger(group)
            if larger is not None and larger.is_within(width, height):
                found = larger
            else:
                growing.remove(group)
        return found

    @property
    def picture_levels(self) -> list[int]:
        """The levels of the pictures, the smallest first."""
        return sorted(level for n, level in self.levels.items() if self.tables[n].is_picture)

    def area(self, group: list[int]) -> int:
        """Return the cells of each picture of a group."""
        return self.tables[group[0]].area[self.levels[group[0]]]

    def with_larger(self, group: list[int]) -> _Arrangement | None:
        """Return it with some plates a level larger; None if they have no such level."""
        level = self.levels[group[0]] + 1
        if not all(level in self.tables[number].levels for number in group):
            return None
        return _Arrangement(self.tables, self.shelves, self.levels | dict.fromkeys(group, level))

    def is_within(self, width: int, height: int) -> bool:
        """Return whether there is room for it."""
        spots = list(self.spots())
        lines = max(each.y + self.size(each.number)[1] for each in spots)
        return lines <= height and all(each.x + each.width <= width for each in spots)

    def size(self, number: int) -> tuple[int, int]:
        """Return the columns and lines of a plate."""
        return self.tables[number].whole[self.levels[number]]

    def spots(self) -> Iterator[Spot]:
        """Return where the plates stand."""
        y = 0
        for shelf in filter(None, self.shelves):
            x = 0
            for number in shelf:
                x += ARROW if self.tables[number].is_result and len(self.levels) > 1 else 0
                width = self.size(number)[0]
                yield Spot(number, x, y, width, self.levels[number])
                x += width + GAP
            y += max(self.size(number)[1] for number in shelf)


def _product(pair: tuple[int, int]) -> int:
    return pair[0] * pair[1]


class Rectangle(NamedTuple):
    """Some cells."""

    x: int
    y: int
    width: int
    height: int


def free_room(plates: Sequence[Plate], spots: Sequence[Spot], width: int, height: int) -> Rectangle:
    """Return the largest rectangle that plates leave: under them, at their right, or both."""
    ends, low = [0] * height, 0
    for spot in spots:
        bottom = spot.y + plates[spot.number].outline.size(spot.level)[1]
        for y in range(spot.y, min(bottom, height)):
            ends[y] = max(ends[y], spot.x + spot.width)
        if spot != spots[-1]:
            low = max(low, bottom)
    found = [Rectangle(0, 0, 0, 0)]
    for top in range(height):
        for bottom in range(top + 1, height + 1):
            x = max(ends[top:bottom])
            x, y = (x + _MARGIN, top) if x else (0, top + (top > 0))
            found.append(Rectangle(x, y, max(0, width - x), max(0, bottom - y)))
    if spots and spots[-1].y == 0:  # under the plates before the last
        y = low + 1
        found.append(Rectangle(0, y, max(0, spots[-1].x - ARROW - 1), max(0, height - y)))
    return max(found, key=lambda each: each.width * each.height)
