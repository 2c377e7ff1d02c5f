"""A 2-D array as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from textual.binding import BindingType
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip

from screens.shapes.scale import Kind, Scale
from screens.widgets.drawn import MOVES, Drawn
from screens.widgets.paint import block_edges, legend, paint, reduce_blocks


@dataclass(frozen=True, eq=False)
class Picture:
    """What a heatmap shows.

    Attributes:
        values: A 2-D array, not changed afterwards.
        scale: How values become colours.
        caption: A text under the picture, before the legend.
    """

    values: NDArray[Any]
    scale: Scale
    caption: str = ""


class Heatmap(Drawn):
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
    BINDINGS: ClassVar[list[BindingType]] = [*MOVES]
    DEFAULT_CSS = """
    Heatmap { width: auto; height: auto; max-width: 100%; max-height: 100%; }
    Heatmap .heatmap--legend { color: $text-muted; }
    """

    picture: var[Picture | None] = var(None, init=False)
    cursor: var[tuple[int, int] | None] = var(None, init=False)

    class Selected(Message):
        """A value was selected by key or mouse."""

        def __init__(self, heatmap: Heatmap, row: int, column: int) -> None:
            super().__init__()
            self.heatmap = heatmap
            self.row = row
            self.column = column

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

    def show(
        self,
        values: NDArray[Any],
        kind: Kind = "signed",
        *,
        scale: Scale | None = None,
        caption: str = "",
    ) -> None:
        """Show an array (a 1-D one as a row), by default over its own range."""
        values = np.atleast_2d(values)
        self.picture = Picture(values, scale or Scale.fit(values, kind), caption)

    def clear(self) -> None:
        """Show nothing."""
        self.picture = None

    def watch_picture(self, old: Picture | None, new: Picture | None) -> None:
        """Draw the new picture, moving a cursor that is outside of it."""
        if new is not None and self.cursor is not None:
            rows, columns = new.values.shape
            self.cursor = min(self.cursor[0], rows - 1), min(self.cursor[1], columns - 1)
        self.redraw(layout=_shape(old) != _shape(new))

    def watch_cursor(self) -> None:
        """Draw the cursor where it is now."""
        self.redraw()

    def wanted(self, room: Size) -> Size:
        """The size of the whole picture, wide if there is room, and its legend."""
        rows, columns = _shape(self.picture)
        if self.wide and 2 * columns <= room.width:
            return Size(2 * columns, rows + self.show_legend)
        return Size(columns, (rows + 1) // 2 + self.show_legend)

    def draw(self, width: int, height: int) -> list[Strip]:
        """The picture, then its legend."""
        if self.picture is None or width < 1 or height < 1:
            return []
        room = self._room(width, height)
        values, picture = self.picture.values, self.picture
        shown = reduce_blocks(values, *room)
        cursor = self._to_block(self.cursor, shown.shape) if self.cursor else None
        wide = self._is_wide(width, height)
        strips = paint(shown, picture.scale, self.look, cursor=cursor, wide=wide)
        return [*strips, self._legend(width, shown.shape)] if self.show_legend else strips

    def _legend(self, width: int, shown: tuple[int, ...]) -> Strip:
        """The caption, the range, and whether the picture is reduced."""
        assert self.picture is not None
        rows, columns = self.picture.values.shape
        style = self.part("heatmap--legend")
        caption = self.picture.caption and self.picture.caption + " "
        if (rows, columns) != shown:
            caption += f"max|v| of {rows}×{columns} "
        caption = self.look.text(caption)
        if len(caption) > width - 8:
            caption = ""
        marks = legend(self.picture.scale, self.look, min(width - len(caption), 40))
        texts = [Segment(caption, style)] if caption else []
        return Strip(
            texts + [Segment(text, style + own if own else style) for text, own, _ in marks]
        )

    def _is_wide(self, width: int, height: int) -> bool:
        rows, columns = _shape(self.picture)
        return self.wide and 2 * columns <= width and rows + self.show_legend <= height

    def _room(self, width: int, height: int) -> tuple[int, int]:
        """How many rows and columns of values there is room for."""
        if self._is_wide(width, height):
            return _shape(self.picture)
        return max(1, 2 * (height - self.show_legend)), width

    def _blocks(self) -> tuple[int, int]:
        """How many rows and columns of blocks are shown."""
        rows, columns = _shape(self.picture)
        room = self._room(*self.content_size)
        return min(rows, room[0]), min(columns, room[1])

    def _to_block(self, cursor: tuple[int, int], shown: tuple[int, ...]) -> tuple[int, int]:
        """The block that a value is in."""
        row, column = (
            int(np.searchsorted(block_edges(n, m), at, side="right")) - 1
            for n, m, at in zip(_shape(self.picture), shown, cursor, strict=True)
        )
        return row, column

    def _select_block(self, row: int, column: int) -> None:
        """Select the value that a block shows, its largest."""
        assert self.picture is not None
        blocks = self._blocks()
        row, column = min(max(row, 0), blocks[0] - 1), min(max(column, 0), blocks[1] - 1)
        rows, columns = (
            block_edges(n, m) for n, m in zip(_shape(self.picture), blocks, strict=True)
        )
        block = self.picture.values[
            rows[row] : rows[row + 1], columns[column] : columns[column + 1]
        ]
        # What is not finite is what one wants to look at: let it win.
        size = np.where(np.isfinite(block), np.abs(block), np.inf)
        inner = divmod(int(size.argmax()), block.shape[1])
        at = int(rows[row]) + inner[0], int(columns[column]) + inner[1]
        if at != self.cursor:
            self.cursor = at
            self.post_message(self.Selected(self, *at))

    def action_move(self, rows: int, columns: int) -> None:
        """Move the selection by so many blocks."""
        if self.selectable and self.picture is not None:
            row, column = self._to_block(self.cursor or (0, 0), self._blocks())
            self._select_block(row + rows, column + columns)

    def on_click(self, event: Click) -> None:
        """Select the value under the mouse; of two in a cell, the upper, then the lower."""
        offset = event.get_content_offset(self)
        if not self.selectable or self.picture is None or offset is None:
            return
        row, column = offset.y, offset.x
        if self._is_wide(*self.content_size):
            column //= 2
        else:
            row *= 2
            if event.chain > 1:
                return  # a double click opens what its first click selected
            if self.cursor and self._to_block(self.cursor, self._blocks()) == (row, column):
                row += 1
        if row < self._blocks()[0] and column < self._blocks()[1]:
            self._select_block(row, column)


def _shape(picture: Picture | None) -> tuple[int, int]:
    if picture is None:
        return 0, 0
    rows, columns = picture.values.shape
    return rows, columns
