"""A table whose rows and columns can be selected, each row with the sample of a curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from textual.binding import BindingType
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip

from screens.shapes.table import Contents, Row, columns_in_sight
from screens.widgets.cursor import ARROWS, JUMPS, Cursor, Place, clamp
from screens.widgets.curve_tones import FAINT_DOTS, tone_sample, tone_style
from screens.widgets.line_widget import ScrollingLineWidget, fit_text, make_strip

_GAP = "  "
_MARGIN = 4  # a mark, a curve's sample and a blank


class Table(ScrollingLineWidget, Cursor, can_focus=True):
    """Rows under a header that stays; columns that have no room come when they are selected.

    | component class      | what it styles                       |
    |----------------------|--------------------------------------|
    | `table--header`      | names of columns                     |
    | `table--column`      | the name of the selected column      |
    | `table--cursor`      | the selected row                     |
    | `table--row`         | the others                           |
    | `table--faint`       | samples of faint curves              |

    | key                  | does                                 |
    |----------------------|--------------------------------------|
    | `up` `down` `k` `j`, `home`, `end` | move to another row    |
    | `left` `right` `h` `l` | move to another column             |
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--header",
        "table--column",
        "table--cursor",
        "table--row",
        "table--faint",
    }
    BINDINGS: ClassVar[list[BindingType]] = [*ARROWS, *JUMPS]
    DEFAULT_CSS = """
    Table { overflow-x: hidden; height: auto; }
    Table .table--header { text-style: bold; color: $text-muted; }
    Table .table--column { text-style: bold underline; }
    Table:focus .table--column { text-style: bold reverse; }
    Table .table--cursor { text-style: reverse; }
    Table .table--faint { color: $text-disabled; }
    """

    contents: var[Contents] = var(Contents(), init=False)
    selected: var[int] = var(0, init=False)

    @dataclass
    class Selected(Message):
        """Another row was selected by key or mouse."""

        table: Table
        key: int

        @property
        def control(self) -> Table:
            """The table."""
            return self.table

    def show(self, contents: Contents, selected: int) -> None:
        """Show rows, one of them selected."""
        self.contents = contents
        self.selected = selected

    def watch_contents(self) -> None:
        """Draw the new rows."""
        self.redraw(layout=self.hold(Size(self.size.width, len(self.contents.rows) + 1)))

    def watch_selected(self) -> None:
        """Draw the selected row in sight."""
        self.watch_place()

    def on_resize(self) -> None:
        """Keep the selection in sight."""
        self.call_after_refresh(self.watch_place)

    # A row is known by its key, since their order changes; a column by its number.

    @property
    def column(self) -> int:
        """The number of the selected column."""
        return (self.cursor or (0, 0))[1]

    @property
    def extent(self) -> Place:
        """The rows and columns that there are."""
        return len(self.contents.rows), len(self.contents.columns)

    def get_place(self) -> Place:
        """Find the selected row by its key."""
        rows, (_, column) = self.contents.rows, self.place or (0, 0)
        return next((n for n, row in enumerate(rows) if row.key == self.selected), 0), column

    def set_place(self, place: Place | None) -> None:
        """Keep the key of the selected row."""
        if place is not None:
            self.selected = self.contents.rows[place[0]].key
        self.place = place

    def place_under(self, offset: Offset) -> Place:
        """Return the row or, on the header, the column under the mouse."""
        if offset.y:
            return offset.y - 1 + round(self.scroll_offset.y), self.column
        return self.get_place()[0], self._column_at(offset.x)

    def selected_message(self, place: Place) -> Message:  # noqa: ARG002 - Cursor's
        """Report the row."""
        return self.Selected(self, self.selected)

    def select(self, place: Place) -> None:
        """Select a place; only another row is reported."""
        if (nearest := clamp(place, self.extent)) is not None:
            self.place = (self.place or (0, 0))[0], nearest[1]
            super().select(nearest)

    @property
    def page_rows(self) -> int:
        """The rows that are seen under the header."""
        return self.size.height - 2

    def reveal_cursor(self) -> None:
        """Scroll to the selected row; the header takes a line of its own."""
        self.reveal(Region(0, self.get_place()[0], 1, 2))

    def draw(self, width: int, height: int) -> list[Strip]:
        """Return the header and the visible rows."""
        if not self.contents.columns:
            return []
        width = min(width, self.scrollable_content_region.width)  # beside a scrollbar
        top, rows = round(self.scroll_offset.y), self.contents.rows
        widths = self._widths()
        seen = columns_in_sight(widths, self.column, width - _MARGIN, len(_GAP))
        shown = rows[top : top + height - 1]
        return [self._header(seen, widths), *(self._row(row, seen, widths, width) for row in shown)]

    def _header(self, seen: list[int], widths: list[int]) -> Strip:
        style, chosen = self.style_of("table--header"), self.style_of("table--column")
        more = "‹" if len(seen) > 1 and seen[1] > 1 else " "
        parts: list[tuple[str, Style | None]] = [(self.look.text(f"{more:>{_MARGIN}}"), style)]
        for number in seen:
            column = self.contents.columns[number]
            text = f"{self._heading(number):{column.align}{widths[number]}}"
            parts += [(text, chosen if number == self.column else style), (_GAP, style)]
        if seen[-1] < len(widths) - 1:
            parts[-1] = (self.look.text(" ›"), style)
        return make_strip(*parts)

    def _row(self, row: Row, seen: list[int], widths: list[int], width: int) -> Strip:
        chosen = row.key == self.selected
        style = self.style_of("table--cursor" if chosen else "table--row")
        cells = []
        for number in seen:
            text, column = self.look.text(row.cells[number]), self.contents.columns[number]
            cells.append(f"{text:{column.align}{widths[number]}}")
        text = fit_text(_GAP.join(cells), max(width - _MARGIN, 0))
        return make_strip((row.mark, None), *self._sample(row), (text, style))

    def _sample(self, row: Row) -> tuple[tuple[str, Style | None], ...]:
        if not row.is_drawn:
            return (("   ", None),)
        if row.tone is None:
            return ((self.look.text(FAINT_DOTS), self.style_of("table--faint")), (" ", None))
        sample = tone_sample(row.tone, self.look)
        return ((sample, tone_style(row.tone, self.look)), (" ", None))

    def _heading(self, number: int) -> str:
        arrow = (
            "" if number != self.contents.ordered_by else " ↓" if self.contents.descending else " ↑"
        )
        return self.look.text(self.contents.columns[number].name + arrow)

    def _widths(self) -> list[int]:
        rows = self.contents.rows
        return [
            max(len(self._heading(n)), *(len(self.look.text(row.cells[n])) for row in rows))
            if rows
            else len(self._heading(n))
            for n in range(len(self.contents.columns))
        ]

    def _column_at(self, x: int) -> int:
        widths, at = self._widths(), _MARGIN
        room = self.scrollable_content_region.width - _MARGIN
        seen = columns_in_sight(widths, self.column, room, len(_GAP))
        for number in seen:
            at += widths[number] + len(_GAP)
            if x < at:
                return number
        return seen[-1]
