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
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip

from screens.shapes.scale import Kind, Scale, ramp
from screens.widgets.drawn import JUMPS, MOVES, DrawnScroll
from screens.widgets.paint import bad_style, wide_cell


@dataclass(frozen=True, eq=False)
class Table:
    """What a grid of numbers shows.

    Attributes:
        values: A 2-D array, not changed afterwards.
        scale: How values tint their cells; None for no tint.
        form: The format of a number, as in `format(value, form)`.
        rows: The names of the rows; by default their numbers.
        columns: The names of the columns; by default their numbers.
        texts: How the numbers are written, row by row, where a format does not say it.
        shades: What tints the cells in place of the values.
    """

    values: NDArray[Any]
    scale: Scale | None = None
    form: str = "d"
    rows: Sequence[str] = ()
    columns: Sequence[str] = ()
    texts: Sequence[Sequence[str]] = ()
    shades: NDArray[Any] | None = None

    def text(self, row: int, column: int) -> str:
        """A number as it is written."""
        if self.texts:
            return self.texts[row][column]
        value = self.values[row, column]
        return format(value, self.form) if np.isfinite(value) else f"!{value}"

    def row_name(self, row: int) -> str:
        """The name of a row."""
        return self.rows[row] if row < len(self.rows) else str(row)

    def column_name(self, column: int) -> str:
        """The name of a column."""
        return self.columns[column] if column < len(self.columns) else str(column)


class Numbers(DrawnScroll, can_focus=True):
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
    BINDINGS: ClassVar[list[BindingType]] = [*MOVES, *JUMPS]
    DEFAULT_CSS = """
    Numbers .numbers--header { color: $text-muted; }
    Numbers .numbers--here { color: $text; text-style: bold; }
    Numbers .numbers--cursor { text-style: reverse bold; }
    """

    table: var[Table | None] = var(None, init=False)
    cursor: var[tuple[int, int]] = var((0, 0), init=False)

    class Selected(Message):
        """A number was selected by key or mouse."""

        def __init__(self, numbers: Numbers, row: int, column: int) -> None:
            super().__init__()
            self.numbers = numbers
            self.row = row
            self.column = column

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
        self.table = Table(values, scale, form, rows, columns, texts, shades)

    def on_mount(self) -> None:
        """Measure what was shown before."""
        self.watch_table(self.table)

    def watch_table(self, table: Table | None) -> None:
        """Measure the new table and draw it."""
        if table is None:
            self.virtual_size = Size(0, 0)
            self.redraw()
            return
        rows, columns = table.values.shape
        self._widths = _measure(table)
        side, cell = self._widths
        self.set_reactive(Numbers.cursor, _inside(self.cursor, table))
        size = Size(side + columns * cell, rows + 1)
        resized, self.virtual_size = size != self.virtual_size, size
        self.redraw(layout=resized)

    def validate_cursor(self, cursor: tuple[int, int]) -> tuple[int, int]:
        """Keep the selection inside."""
        return cursor if self.table is None else _inside(cursor, self.table)

    def watch_cursor(self) -> None:
        """Show the selected cell, beside the headers."""
        side, cell = self._widths
        row, column = self.cursor
        x, y = side + column * cell, row + 1
        # The headers cover the first line and columns of the window: look that much further.
        self.reveal(Region(x, y, cell, 1))
        over = self.scroll_offset
        if x - over.x < side or y - over.y < 1:
            self.scroll_to(min(over.x, x - side), min(over.y, y - 1), animate=False, force=True)
        self.redraw()

    def draw(self, width: int, height: int) -> list[Strip]:
        """The header, then the visible rows."""
        if self.table is None:
            return []
        top = round(self.scroll_offset.y)
        last = min(self.table.values.shape[0], top + height - 1)
        return [self._header(width), *(self._row(row, width) for row in range(top, last))]

    def _visible_columns(self, width: int) -> range:
        """The columns that are seen, the first and the last of them perhaps in part."""
        assert self.table is not None
        side, cell = self._widths
        left = round(self.scroll_offset.x)
        last = -(-(left + width - side) // cell)
        return range(left // cell, min(self.table.values.shape[1], last))

    def _beside(self, name: Segment, cells: list[Segment], width: int) -> Strip:
        """Put the visible part of some cells beside a name."""
        side, cell = self._widths
        left = round(self.scroll_offset.x) % cell
        return Strip([name, *Strip(cells).crop(left, left + width - side)])

    def _header(self, width: int) -> Strip:
        assert self.table is not None
        side, cell = self._widths
        plain, here = self.part("numbers--header"), self.part("numbers--here")
        cells = []
        for column in self._visible_columns(width):
            style = here if column == self.cursor[1] else plain
            name = self.look.text(self.table.column_name(column))
            cells.append(Segment(name[: cell - 1].rjust(cell - 1) + " ", style))
        return self._beside(Segment(" " * side), cells, width)

    def _row(self, row: int, width: int) -> Strip:
        assert self.table is not None
        side, cell = self._widths
        name = self.look.text(self.table.row_name(row))
        here = self.part("numbers--here" if row == self.cursor[0] else "numbers--header")
        cells = []
        columns = self._visible_columns(width)
        shades = self.table.values if self.table.shades is None else self.table.shades
        styles = self._tints(shades[row, columns.start : columns.stop])
        for column, style in zip(columns, styles, strict=True):
            text, after = self.look.text(self.table.text(row, column)).rjust(cell - 1), " "
            if (row, column) == self.cursor:
                after, style = self.look.text("◂")[0], self.part("numbers--cursor")
            cells.append(Segment(text + after, style))
        return self._beside(Segment(name[: side - 1].rjust(side - 1) + " ", here), cells, width)

    def _tints(self, values: NDArray[Any]) -> list[Style]:
        """The style of each of some numbers in a row."""
        bad, scale = bad_style(self.look), self.table.scale if self.table else None
        if scale is None or not self.look.has_blocks:
            return [Style.null() if good else bad for good in np.isfinite(values)]
        levels = scale.levels(values, ramp(scale.kind, self.look).steps)
        return [wide_cell(int(level), scale.kind, self.look)[1] for level in levels]

    def _select(self, row: int, column: int) -> None:
        before, self.cursor = self.cursor, (row, column)
        if self.cursor != before:
            self.post_message(self.Selected(self, *self.cursor))

    def action_move(self, rows: int, columns: int) -> None:
        """Move the selection."""
        self._select(self.cursor[0] + rows, self.cursor[1] + columns)

    def action_jump(self, to: str) -> None:
        """Select the first or last number of the row."""
        self._select(self.cursor[0], 0 if to == "first" else 1 << 30)

    def action_page(self, pages: int) -> None:
        """Move the selection by a screenful of rows."""
        self._select(self.cursor[0] + pages * max(1, self.size.height - 2), self.cursor[1])

    def on_click(self, event: Click) -> None:
        """Select the number under the mouse."""
        self.select_at(event)

    def select_at(self, event: Click) -> bool:
        """Select the number under the mouse; return whether there is one."""
        offset = event.get_content_offset(self)
        if self.table is None or offset is None or offset.y < 1 or offset.x < self._widths[0]:
            return False
        row = offset.y - 1 + round(self.scroll_offset.y)
        column = (offset.x - self._widths[0] + round(self.scroll_offset.x)) // self._widths[1]
        self._select(row, column)
        rows, columns = self.table.values.shape
        return bool(row < rows and column < columns)


def _inside(cursor: tuple[int, int], table: Table) -> tuple[int, int]:
    rows, columns = table.values.shape
    return min(max(cursor[0], 0), rows - 1), min(max(cursor[1], 0), columns - 1)


def _measure(table: Table) -> tuple[int, int]:
    """The widths of the row names and of a cell, each with a gap after it."""
    rows, columns = table.values.shape
    side = max((len(table.row_name(row)) for row in range(rows)), default=0)
    names = [table.column_name(column) for column in range(columns)]
    if table.texts:
        return side + 1, max(map(len, [*names, *(text for row in table.texts for text in row)])) + 1
    flat = table.values.ravel()
    finite = flat[np.isfinite(flat)]
    longest = [format(v, table.form) for v in (finite.min(), finite.max())] if finite.size else []
    if finite.size < flat.size:
        longest.append("!-inf")
    # A whole-number form needs no more: floats of one form differ in width by sign and size only.
    return side + 1, max(map(len, [*longest, *names]), default=1) + 1
