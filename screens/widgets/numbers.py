"""A 2-D array as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip

from screens.shapes.number_table import NumberTable
from screens.shapes.ramp import ramp
from screens.shapes.scale import Kind, Scale
from screens.widgets.cell_styles import bad_style, wide_cell
from screens.widgets.cursor import ARROWS, JUMPS, Cursor, Place
from screens.widgets.line_widget import ScrollingLineWidget


class Numbers(ScrollingLineWidget, Cursor, can_focus=True):
    """A scrolling grid of numbers with headers that stay, each cell tinted by its value.

    | component class     | what it styles                    |
    |---------------------|-----------------------------------|
    | `numbers--header`   | the names of rows and columns     |
    | `numbers--here`     | those of the selected cell        |
    | `numbers--cursor`   | the selected cell                 |

    | key                                                        | does               |
    |------------------------------------------------------------|--------------------|
    | arrows, `h` `j` `k` `l`, `home`, `end`, `pageup`, `pagedown` | move the selection |
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "numbers--header",
        "numbers--here",
        "numbers--cursor",
    }
    BINDINGS: ClassVar[list[BindingType]] = [*ARROWS, *JUMPS]
    DEFAULT_CSS = """
    Numbers .numbers--header { color: $text-muted; }
    Numbers .numbers--here { color: $text; text-style: bold; }
    Numbers .numbers--cursor { text-style: reverse bold; }
    """

    table: var[NumberTable | None] = var(None, init=False)

    @dataclass
    class Selected(Message):
        """A number was selected by key or mouse."""

        numbers: Numbers
        row: int
        column: int

        @property
        def control(self) -> Numbers:
            """The grid."""
            return self.numbers

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        """Make a grid of numbers."""
        super().__init__(id=id, classes=classes)
        self._widths = (0, 0)

    def show(
        self,
        values: NDArray[Any],
        kind: Kind | None = None,
        *,
        scale: Scale | None = None,
        form: str | None = None,
        rows: Sequence[str] = (),
        columns: Sequence[str] = (),
        texts: Sequence[Sequence[str]] = (),
        shades: NDArray[Any] | None = None,
    ) -> None:
        """Show an array (a 1-D one as a row).

        Args:
            values: The array.
            kind: The tint, over the array's own range; by default none.
            scale: The tint with its range.
            form: The format of a number, by default `d` for whole ones, else `.3f`.
            rows: The names of the rows.
            columns: The names of the columns.
            texts: How the numbers are written, row by row; by default by their format.
            shades: What tints the cells; by default the numbers themselves.
        """
        values = np.atleast_2d(values)
        form = form or ("d" if values.dtype.kind in "iu" else ".3f")
        scale = scale or (Scale.fit(values, kind) if kind else None)
        self.table = NumberTable(values, scale, form, rows, columns, texts, shades)

    def on_mount(self) -> None:
        """Measure what was shown before."""
        self.watch_table(self.table)

    def watch_table(self, table: NumberTable | None) -> None:
        """Measure the new table and draw it."""
        if table is None:
            self.virtual_size = Size(0, 0)
            self.redraw()
            return
        rows, columns = table.values.shape
        self._widths = table.measure()
        side, cell = self._widths
        size = Size(side + columns * cell, rows + 1)
        resized, self.virtual_size = size != self.virtual_size, size
        self.redraw(layout=resized)

    def on_resize(self) -> None:
        """Keep the selected cell in sight."""
        self.reveal_cursor()

    @property
    def extent(self) -> Place:
        """The rows and columns of the array."""
        if self.table is None:
            return 0, 0
        rows, columns = self.table.values.shape
        return rows, columns

    def place_under(self, offset: Offset) -> Place | None:
        """Return the number under the mouse; none on the headers."""
        side, cell = self._widths
        if offset.y < 1 or offset.x < side:
            return None
        row = offset.y - 1 + round(self.scroll_offset.y)
        return row, (offset.x - side + round(self.scroll_offset.x)) // cell

    def selected_message(self, place: Place) -> Message:
        """Report the number."""
        return self.Selected(self, *place)

    @property
    def page_rows(self) -> int:
        """The rows that are seen under the header."""
        return self.size.height - 2

    def action_jump(self, end: int) -> None:
        """Select the first (0) or the last (-1) number of the row."""
        row, _ = self.cursor or (0, 0)
        self.select((row, end % max(1, self.extent[1])))

    def reveal_cursor(self) -> None:
        """Scroll to the selected cell, beside the headers."""
        side, cell = self._widths
        row, column = self.cursor or (0, 0)
        x, y = side + column * cell, row + 1
        # The headers cover the first line and columns of the window: look that much further.
        self.reveal(Region(x, y, cell, 1))
        over = self.scroll_offset
        if x - over.x < side or y - over.y < 1:
            self.scroll_to(min(over.x, x - side), min(over.y, y - 1), animate=False, force=True)

    def draw(self, width: int, height: int) -> list[Strip]:
        """Return the header, then the visible rows."""
        if self.table is None:
            return []
        top = round(self.scroll_offset.y)
        last = min(self.table.values.shape[0], top + height - 1)
        return [self._header(width), *(self._row(row, width) for row in range(top, last))]

    def _visible_columns(self, width: int) -> range:
        """Return the columns that are seen, the first and the last of them perhaps in part."""
        assert self.table is not None
        side, cell = self._widths
        left = round(self.scroll_offset.x)
        last = -(-(left + width - side) // cell)
        return range(left // cell, min(self.table.values.shape[1], last))

    def _beside(self, name: Segment, cells: list[Segment], width: int) -> Strip:
        """Put the visible part of some cells beside a name; a number is there whole or not."""
        side, cell = self._widths
        left, room = round(self.scroll_offset.x) % cell, width - side

        def is_whole(at: int) -> bool:
            return cell > room or (left <= cell * at and cell * (at + 1) - 1 <= left + room)

        whole = [
            part if is_whole(at) else Segment(" " * cell, part.style)
            for at, part in enumerate(cells)
        ]
        return Strip([name, *Strip(whole).crop(left, left + room)])

    def _header(self, width: int) -> Strip:
        assert self.table is not None
        side, cell = self._widths
        plain, here = self.style_of("numbers--header"), self.style_of("numbers--here")
        _, selected = self.cursor or (0, 0)
        cells = []
        for column in self._visible_columns(width):
            style = here if column == selected else plain
            name = self.look.text(self.table.column_name(column))
            cells.append(Segment(name[: cell - 1].rjust(cell - 1) + " ", style))
        return self._beside(Segment(" " * side), cells, width)

    def _row(self, row: int, width: int) -> Strip:
        assert self.table is not None
        side, cell = self._widths
        name = self.look.text(self.table.row_name(row))
        cursor = self.cursor or (0, 0)
        here = self.style_of("numbers--here" if row == cursor[0] else "numbers--header")
        cells = []
        columns = self._visible_columns(width)
        shades = self.table.values if self.table.shades is None else self.table.shades
        styles = self._tints(shades[row, columns.start : columns.stop])
        for column, style in zip(columns, styles, strict=True):
            text, after = self.look.text(self.table.text(row, column)).rjust(cell - 1), " "
            if (row, column) == cursor:
                after, style = self.look.text("◂")[0], self.style_of("numbers--cursor")
            cells.append(Segment(text + after, style))
        return self._beside(Segment(name[: side - 1].rjust(side - 1) + " ", here), cells, width)

    def _tints(self, values: NDArray[Any]) -> list[Style]:
        """Return the style of each of some numbers in a row."""
        bad, scale = bad_style(self.look), self.table.scale if self.table else None
        if scale is None or not self.look.has_blocks:
            return [Style.null() if good else bad for good in np.isfinite(values)]
        levels = scale.levels(values, ramp(scale.kind, self.look).steps)
        return [wide_cell(int(level), scale.kind, self.look)[1] for level in levels]
