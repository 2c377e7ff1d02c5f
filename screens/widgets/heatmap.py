"""A 2-D array as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from rich.segment import Segment
from textual.binding import BindingType
from textual.geometry import Offset, Size
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip

from screens.shapes.blocks import Blocks, reduce_blocks
from screens.shapes.scale import Kind, Scale
from screens.widgets.array_rendering import render_array, render_legend
from screens.widgets.cursor import ARROWS, Cursor, Place


class Picture(Struct, frozen=True, eq=False):
    """What a heatmap shows.

    Attributes:
        values: A 2-D array, not changed afterwards.
        scale: How values become colours.
        caption: A text under the picture, before the legend.
    """

    values: NDArray[Any]
    scale: Scale
    caption: str = ""


class Heatmap(Cursor):
    """A 2-D array as coloured half blocks, two values to a cell, with a legend under it.

    Larger than its room, it shows blocks by their value of the largest magnitude, and says so.

    | component class     | what it styles         |
    |---------------------|------------------------|
    | `heatmap--legend`   | the line under it      |

    | key                   | does                 |
    |-----------------------|----------------------|
    | arrows, `h` `j` `k` `l` | move the selection, if `selectable` |
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"heatmap--legend"}
    BINDINGS: ClassVar[list[BindingType]] = [*ARROWS]
    DEFAULT_CSS = """
    Heatmap { width: auto; height: auto; max-width: 100%; max-height: 100%; }
    Heatmap .heatmap--legend { color: $text-muted; }
    """

    picture: var[Picture | None] = var(None, init=False)

    _how: tuple[Kind, Scale | None, str] | None = None  # it was asked to show its values

    @dataclass
    class Selected(Message):
        """A value was selected by key or mouse."""

        heatmap: Heatmap
        row: int
        column: int

        @property
        def control(self) -> Heatmap:
            """The heatmap."""
            return self.heatmap

    def __init__(
        self,
        *,
        selectable: bool = False,
        wide: bool = False,
        show_legend: bool = True,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Make a heatmap.

        Args:
            selectable: Whether it takes the focus and has a cursor.
            wide: Two columns to a value, where there is room for that.
            show_legend: Whether there is a line with the range under it.
            id: The ID of the widget.
            classes: Its CSS classes.
        """
        super().__init__(id=id, classes=classes)
        self.can_focus = self.selectable = selectable
        self.wide = wide
        self.show_legend = show_legend
        self.set_reactive(Cursor.place, None)

    def show(
        self,
        values: NDArray[Any],
        kind: Kind = "signed",
        *,
        scale: Scale | None = None,
        caption: str = "",
    ) -> None:
        """Show an array (a 1-D one as a row), by default over its own range."""
        values, how = np.atleast_2d(values), (kind, scale, caption)
        if self.picture is not None and how == self._how and _equal(values, self.picture.values):
            return
        self._how = how
        self.picture = Picture(values, scale or Scale.fit(values, kind), caption)

    def clear(self) -> None:
        """Show nothing."""
        self.picture = None

    def watch_picture(self, old: Picture | None, new: Picture | None) -> None:
        """Draw the new picture."""
        self.redraw(layout=_shape(old) != _shape(new))

    def preferred_size(self, room: Size) -> Size:
        """Return the size of the whole picture, wide if there is room, and its legend."""
        rows, columns = _shape(self.picture)
        if self.wide and 2 * columns <= room.width:
            return Size(2 * columns, rows + self.show_legend)
        return Size(columns, (rows + 1) // 2 + self.show_legend)

    def draw(self, width: int, height: int) -> list[Strip]:
        """Return the picture, then its legend."""
        picture = self.picture
        if picture is None or not picture.values.size or width < 1 or height < 1:
            return []
        blocks = self._blocks(width, height)
        strips = render_array(
            reduce_blocks(picture.values, *blocks.count),
            picture.scale,
            self.look,
            cursor=blocks.block_of(self.cursor) if self.cursor else None,
            wide=self._is_wide(width, height),
        )
        return [*strips, self._legend(width, blocks.count)] if self.show_legend else strips

    def _legend(self, width: int, shown: tuple[int, ...]) -> Strip:
        """Return the caption, the range, and whether the picture is reduced."""
        assert self.picture is not None
        rows, columns = self.picture.values.shape
        style = self.style_of("heatmap--legend")
        caption = self.picture.caption and self.picture.caption + " "
        if (rows, columns) != shown:
            caption += f"max|v| of {rows}×{columns} "
        caption = self.look.text(caption)
        if len(caption) > width - 8:
            caption = ""
        marks = render_legend(self.picture.scale, self.look, min(width - len(caption), 40))
        texts = [Segment(caption, style)] if caption else []
        return Strip(
            texts + [Segment(text, style + own if own else style) for text, own, _ in marks]
        )

    def _is_wide(self, width: int, height: int) -> bool:
        rows, columns = _shape(self.picture)
        return self.wide and 2 * columns <= width and rows + self.show_legend <= height

    def _room(self, width: int, height: int) -> tuple[int, int]:
        """Return how many rows and columns of values there is room for."""
        if self._is_wide(width, height):
            return _shape(self.picture)
        return max(1, 2 * (height - self.show_legend)), width

    def _blocks(self, width: int, height: int) -> Blocks:
        """Return what is shown of the array."""
        return Blocks.fit(self.extent, self._room(width, height))

    # The cursor stands on a value; keys move it by blocks, to the value that a block shows.

    @property
    def extent(self) -> Place:
        """The rows and columns of the array."""
        return _shape(self.picture)

    def neighbour(self, place: Place, rows: int, columns: int) -> Place:
        """Return the value shown by the block some blocks away."""
        assert self.picture is not None
        blocks = self._blocks(*self.content_size)
        row, column = blocks.block_of(place)
        return blocks.largest_in(self.picture.values, (row + rows, column + columns))

    def place_under(self, offset: Offset) -> Place | None:
        """Return the value under the mouse; of two in a cell the upper, then the lower."""
        if self.picture is None or not self.picture.values.size:
            return None
        blocks = self._blocks(*self.content_size)
        row, column = offset.y, offset.x
        if self._is_wide(*self.content_size):
            column //= 2
        else:
            row *= 2
            row += self.cursor is not None and blocks.block_of(self.cursor) == (row, column)
        if row >= blocks.count[0] or column >= blocks.count[1]:
            return None
        return blocks.largest_in(self.picture.values, (row, column))

    def selected_message(self, place: Place) -> Message:
        """Report the value."""
        return self.Selected(self, *place)


def _shape(picture: Picture | None) -> tuple[int, int]:
    if picture is None:
        return 0, 0
    rows, columns = picture.values.shape
    return rows, columns


def _equal(one: NDArray[Any], other: NDArray[Any]) -> bool:
    """Return whether two arrays have the same bits."""
    return (one.shape, one.dtype) == (other.shape, other.dtype) and one.tobytes() == other.tobytes()
