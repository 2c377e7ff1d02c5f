"""A small array as a picture with its words, and the sizes in which it can be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import force_setattr, replace
from numpy.typing import NDArray

from screens.shapes.format import figure
from screens.shapes.look import Look
from screens.shapes.scale import Scale

LARGEST = 4  # lines of a value's cell, at most
_LEAST = 12  # columns of a note
_REDUCED = (112, 84, 56, 42, 28, 21, 14, 10, 7, 4)  # blocks at most along a side, below level 0


class Seams(NamedTuple):
    """After how many lines and columns of cells another picture begins; 0 for none."""

    lines: int
    columns: int

    def cuts(self, size: int, axis: int) -> range:
        """Return before which cells there is a gap, along lines (0) or columns (1)."""
        each = self[axis]
        return range(each, size, each) if each else range(0)

    def under(self, at: int, axis: int) -> int:
        """Return which cell there would be without gaps; -1 in a gap."""
        each = self[axis]
        if not each:
            return at
        tile, within = divmod(at, each + 1)
        return -1 if within == each else tile * each + within


class Outline(Struct, frozen=True):
    """How much room a plate takes: all there is to know to arrange it.

    Attributes:
        shape: Rows and columns of its values.
        title: Letters of its title.
        axes: Letters of what its axes are.
        legend: Letters of its range.
        text: Letters of its value in words; 0 for a picture.
        is_result: Whether it comes of the plates before it.
        tile: Rows and columns of each of the pictures that it is made of; 0 where it is one.
    """

    shape: tuple[int, int]
    title: int
    axes: int
    legend: int
    text: int
    is_result: bool
    tile: tuple[int, int] = (0, 0)

    def cells(self, level: int) -> tuple[int, int]:
        """Return the columns and lines of the picture alone, at a level.

        From 1, a value takes two columns and one line times the level. At 0 a cell shows two
        values, one above the other. Below that, it shows two blocks of them.
        """
        if self.text:
            return self.text, 1
        rows, columns = self.shape
        if level > 0:
            rows, columns = level * rows, 2 * level * columns
        else:
            rows, columns = self.blocks(level)
            rows = (rows + 1) // 2
        seams = self.seams(level)
        return columns + len(seams.cuts(columns, 1)), rows + len(seams.cuts(rows, 0))

    def seams(self, level: int) -> Seams:
        """Return where there is a gap between the pictures that it is made of, at a level."""
        rows, columns = self.tile
        if level > 0:
            return Seams(level * rows, 2 * level * columns)
        if level < 0:  # none where a block holds values of two pictures
            by = [-(-n // m) for n, m in zip(self.shape, self.blocks(level), strict=True)]
            rows, columns = (
                n // f if n % f == 0 else 0 for n, f in zip(self.tile, by, strict=True)
            )
        return Seams(0 if rows % 2 else rows // 2, columns)

    def blocks(self, level: int) -> tuple[int, int]:
        """Return the rows and columns of what is drawn: of values, or below 0 of blocks of them."""
        rows, columns = self.shape
        if level >= 0:
            return rows, columns
        most = _REDUCED[-level - 1]
        return -(-rows // -(-rows // most)), -(-columns // -(-columns // most))

    def levels(self) -> range:
        """Return the levels there are, from the smallest."""
        return range(1) if self.text else range(-len(_REDUCED), LARGEST + 1)

    def size(self, level: int) -> tuple[int, int]:
        """Return the columns and lines of everything, at a level."""
        width, height = self.cells(level)
        width = max(width, self.title, self.legend)
        if self.text:
            return width, height + 1
        words_below = bool(self.axes) and not self.has_axes_above(width)
        return max(width, self.axes * words_below), height + 2 + words_below

    def has_axes_above(self, width: int) -> bool:
        """Return whether there is room in the title's line for what the axes are."""
        return self.title + 2 + self.axes <= width


class Plate(Struct, frozen=True, eq=False):
    """An array with a title over it, and its range and what its axes are under it.

    Attributes:
        title: What it is.
        values: [rows, columns].
        scale: How values become colours.
        axes: What its rows and columns are.
        labels: A name of one letter for each value, row by row, or none at all.
        text: The value in words, in place of a picture of a single one.
        place: The row and column of the value that is marked, if any.
        is_result: Whether it comes of the plates before it.
        legend: The range where there is no room to show its colours; by default that of the scale.
        tile: Rows and columns of each of the pictures that it is made of; 0 where it is one.
    """

    title: str
    values: NDArray[Any]
    scale: Scale
    axes: str = ""
    labels: tuple[str, ...] = ()
    text: str = ""
    place: tuple[int, int] | None = None
    is_result: bool = False
    legend: str = ""
    tile: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        if not self.legend and not self.text:
            force_setattr(self, "legend", range_words(self.scale))

    def spelled(self, look: Look) -> Plate:
        """Return it in the letters that a terminal has, which may be more of them."""
        words = (self.title, self.axes, self.text, self.legend)
        title, axes, text, legend = map(look.text, words)
        return replace(self, title=title, axes=axes, text=text, legend=legend)

    @property
    def outline(self) -> Outline:
        """How much room it takes."""
        rows, columns = self.values.shape
        words = len(self.title), len(self.axes), len(self.legend), len(self.text)
        return Outline((rows, columns), *words, self.is_result, self.tile)


class Note(NamedTuple):
    """A line beside plates.

    Attributes:
        text: What it says.
        short: The same where there is little room.
    """

    text: str
    short: str


def range_words(scale: Scale) -> str:
    """Return the range of a scale in a few letters; of nothing but zeros, that."""
    if scale.limit == scale.low == 0:
        return "all 0"
    if scale.kind == "signed" and not scale.one_sided:
        return f"±{figure(scale.limit, 2)}"
    return f"{figure(scale.low)}…{figure(scale.limit)}"


def notes_within(notes: Sequence[Note], width: int, height: int) -> list[str]:
    """Return the first notes as lines of a width, all of them short if any is too long.

    What is too long even so is broken, as long as there are lines for it.
    """
    shown = notes[:height]
    if all(len(note.text) <= width for note in shown):
        return [note.text for note in shown]
    lines = [line for note in notes for line in wrap(note.short, max(1, width))]
    return lines[:height] if width >= _LEAST else []
