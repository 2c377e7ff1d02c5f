"""A table whose rows and columns can be selected, each row with the sample of a curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from rich.style import Style
from textual.binding import BindingType
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip

from screens.shapes.look import to_cells
from screens.widgets.curve_style import FAINT_DOTS, sample, tone_style
from screens.widgets.drawn import JUMPS, MOVES, DrawnScroll, fit, line

_GAP = "  "
_MARGIN = 4  # a mark, a curve's sample and a blank


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        name: What stands over it.
        align: To which side its cells go.
    """

    name: str
    align: Literal["<", ">"] = ">"


@dataclass(frozen=True)
class Row:
    """A row.

    Attributes:
        key: What ``Selected`` calls it.
        cells: A text for each column.
        mark: One character before it, such as ▶ before what is being debugged.
        tone: Of its curve; None for a faint one.
        is_drawn: Whether it has a curve at all.
    """

    key: int
    cells: tuple[str, ...]
    mark: str = " "
    tone: int | None = None
    is_drawn: bool = True


@dataclass(frozen=True)
class Contents:
    """What a table shows.

    Attributes:
        columns: From the left; the first always stays in sight.
        rows: From the top.
        ordered_by: The column that the rows are ordered by.
        descending: Whether its largest value is at the top.
    """

    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    ordered_by: int = 0
    descending: bool = False


class Table(DrawnScroll, can_focus=True):
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
    BINDINGS: ClassVar[list[BindingType]] = [*MOVES, *JUMPS]
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
    column: var[int] = var(0, init=False)

    class Selected(Message):
        """Another row was selected by key or mouse."""

        def __init__(self, table: Table, key: int) -> None:
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> Table:
            """The table."""
            return self.table

    def show(self, contents: Contents, selected: int) -> None:
        """Show rows, one of them selected."""
        self.contents = contents
        self.selected = selected

    def watch_contents(self, old: Contents, new: Contents) -> None:
        """Draw the new rows."""
        self.virtual_size = Size(self.size.width, len(new.rows) + 1)
        self.set_reactive(Table.column, self.validate_column(self.column))
        self.redraw(layout=len(old.rows) != len(new.rows))

    def validate_column(self, column: int) -> int:
        """Keep the selected column inside."""
        return min(max(column, 0), max(len(self.contents.columns) - 1, 0))

    def watch_column(self) -> None:
        """Draw the selected column in sight."""
        self.redraw()

    def watch_selected(self) -> None:
        """Draw the selected row in sight; the header takes a line of its own."""
        self.reveal(Region(0, self._place, 1, 2))
        self.redraw()

    def on_resize(self) -> None:
        """Keep the selection in sight."""
        self.call_after_refresh(self.watch_selected)

    def draw(self, width: int, height: int) -> list[Strip]:
        """The header and the visible rows."""
        if not self.contents.columns:
            return []
        width = min(width, self.scrollable_content_region.width)  # beside a scrollbar
        top, rows = round(self.scroll_offset.y), self.contents.rows
        widths = self._widths()
        seen = columns_in_sight(widths, self.column, width - _MARGIN, len(_GAP))
        shown = rows[top : top + height - 1]
        return [self._header(seen, widths), *(self._row(row, seen, widths, width) for row in shown)]

    def _header(self, seen: list[int], widths: list[int]) -> Strip:
        style, chosen = self.part("table--header"), self.part("table--column")
        more = "‹" if len(seen) > 1 and seen[1] > 1 else " "
        parts: list[tuple[str, Style | None]] = [(self.look.text(f"{more:>{_MARGIN}}"), style)]
        for number in seen:
            column = self.contents.columns[number]
            text = f"{self._heading(number):{column.align}{widths[number]}}"
            parts += [(text, chosen if number == self.column else style), (_GAP, style)]
        if seen[-1] < len(widths) - 1:
            parts[-1] = (self.look.text(" ›"), style)
        return line(*parts)

    def _row(self, row: Row, seen: list[int], widths: list[int], width: int) -> Strip:
        chosen = row.key == self.selected
        style = self.part("table--cursor" if chosen else "table--row")
        cells = []
        for number in seen:
            text, column = self.look.text(row.cells[number]), self.contents.columns[number]
            cells.append(f"{text:{column.align}{widths[number]}}")
        text = fit(_GAP.join(cells), max(width - _MARGIN, 0))
        mark = to_cells(row.mark) if self.look.ascii else row.mark
        return line((mark, None), *self._sample(row), (text, style))

    def _sample(self, row: Row) -> tuple[tuple[str, Style | None], ...]:
        if not row.is_drawn:
            return (("   ", None),)
        if row.tone is None:
            return ((self.look.text(FAINT_DOTS), self.part("table--faint")), (" ", None))
        return ((sample(row.tone, self.look)[:2], tone_style(row.tone, self.look)), (" ", None))

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

    @property
    def _place(self) -> int:
        rows = self.contents.rows
        return next((n for n, row in enumerate(rows) if row.key == self.selected), 0)

    def _select(self, place: int) -> None:
        rows = self.contents.rows
        if rows and (row := rows[min(max(place, 0), len(rows) - 1)]).key != self.selected:
            self.selected = row.key
            self.post_message(self.Selected(self, row.key))

    def action_move(self, rows: int, columns: int) -> None:
        """Move to another row or column."""
        self.column += columns
        if rows:
            self._select(self._place + rows)

    def action_jump(self, to: str) -> None:
        """Move to the first or last row."""
        self._select(0 if to == "first" else len(self.contents.rows) - 1)

    def action_page(self, pages: int) -> None:
        """Move by a screenful."""
        self._select(self._place + pages * max(1, self.size.height - 2))

    def on_click(self, event: Click) -> None:
        """Select the row or, on the header, the column under the mouse."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.y:
            self._select(offset.y - 1 + round(self.scroll_offset.y))
        else:
            self.column = self._column_at(offset.x)

    def _column_at(self, x: int) -> int:
        widths, at = self._widths(), _MARGIN
        room = self.scrollable_content_region.width - _MARGIN
        seen = columns_in_sight(widths, self.column, room, len(_GAP))
        for number in seen:
            at += widths[number] + len(_GAP)
            if x < at:
                return number
        return seen[-1]


def columns_in_sight(widths: list[int], selected: int, room: int, gap: int) -> list[int]:
    """Return which columns are shown: the first one, and then so many that the selected one is.

    A last column that has not all its room is shown as far as it goes.
    """
    first = 1
    while (
        first < selected and widths[0] + sum(w + gap for w in widths[first : selected + 1]) > room
    ):
        first += 1
    seen, at = [0], widths[0]
    for number in range(first, len(widths)):
        if at + gap >= room:
            break
        seen.append(number)
        at += gap + widths[number]
    return seen
