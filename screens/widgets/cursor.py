"""The cursor of pictures, lists and tables: moved by keys and the mouse, and always inside."""

from __future__ import annotations

from textual.binding import Binding
from textual.events import Click
from textual.geometry import Offset
from textual.message import Message
from textual.reactive import var

from screens.widgets.line_widget import LineWidget

Place = tuple[int, int]
"""A row and a column."""

UP_DOWN = [
    Binding("up,k", "move(-1, 0)", "Up", show=False, tooltip="Select the one above"),
    Binding("down,j", "move(1, 0)", "Down", show=False, tooltip="Select the one below"),
]
ARROWS = [
    *UP_DOWN,
    Binding("left,h", "move(0, -1)", "Left", show=False, tooltip="Select the one on the left"),
    Binding("right,l", "move(0, 1)", "Right", show=False, tooltip="Select the one on the right"),
]
JUMPS = [
    Binding("home", "jump(0)", "First", show=False, tooltip="Select the first"),
    Binding("end", "jump(-1)", "Last", show=False, tooltip="Select the last"),
    Binding("pageup", "page(-1)", "Page up", show=False, tooltip="Go up a screenful"),
    Binding("pagedown", "page(1)", "Page down", show=False, tooltip="Go down a screenful"),
]
"""The keys of what may be longer than the screen."""


class Cursor(LineWidget):
    """A widget with a selected row and column among those that it shows.

    A subclass says how many there are (`extent`), what is under the mouse (`place_under`), and
    which message reports a selection (`selected_message`). Its `BINDINGS` are the keys above that
    make sense for it.

    The selection is brought inside where it is read, so it is valid whatever the widget shows
    since it was made.
    """

    selectable = True
    place: var[Place | None] = var[Place | None]((0, 0), init=False)
    """What was selected last, perhaps outside by now; `cursor` is never outside."""

    @property
    def extent(self) -> Place:
        """How many rows and columns there are to select."""
        raise NotImplementedError

    def place_under(self, offset: Offset) -> Place | None:
        """Return what is under the mouse; None, or a place outside, if that is nothing."""
        raise NotImplementedError

    def selected_message(self, place: Place) -> Message:
        """Return the message that reports what was selected by key or mouse."""
        raise NotImplementedError

    @property
    def cursor(self) -> Place | None:
        """The selected row and column; None if nothing is selected, or there is nothing."""
        place = self.get_place()
        return None if place is None else clamp(place, self.extent)

    @cursor.setter
    def cursor(self, place: Place | None) -> None:
        self.set_place(place)

    @property
    def index(self) -> int:
        """The selected row, where there is one column; 0 if there is nothing."""
        return (self.cursor or (0, 0))[0]

    @index.setter
    def index(self, index: int) -> None:
        self.cursor = (index, 0)

    def get_place(self) -> Place | None:
        """Return what was selected last; a subclass may know it by a name."""
        return self.place

    def set_place(self, place: Place | None) -> None:
        """Select a place, without a message."""
        self.place = place

    def watch_place(self) -> None:
        """Draw the selection where it is now, in sight."""
        self.reveal_cursor()
        self.redraw()

    def reveal_cursor(self) -> None:
        """Scroll to the selection, in a widget that scrolls."""

    # What keys and the mouse do

    def select(self, place: Place) -> None:
        """Select the place, or the nearest that there is, and report it if it is another."""
        nearest = clamp(place, self.extent)
        if self.selectable and nearest is not None and nearest != self.cursor:
            self.set_place(nearest)
            self.post_message(self.selected_message(nearest))

    def neighbour(self, place: Place, rows: int, columns: int) -> Place:
        """Return the place some rows and columns from one that there is."""
        return place[0] + rows, place[1] + columns

    @property
    def page_rows(self) -> int:
        """How many rows are seen at once."""
        return self.size.height - 1

    def action_move(self, rows: int, columns: int) -> None:
        """Move the selection."""
        start = self.cursor or clamp((0, 0), self.extent)
        if start is not None:
            self.select(self.neighbour(start, rows, columns))

    def action_page(self, pages: int) -> None:
        """Move the selection by a screenful of rows."""
        self.action_move(pages * max(1, self.page_rows), 0)

    def action_jump(self, end: int) -> None:
        """Select the first (0) or the last (-1) row."""
        _, column = self.cursor or (0, 0)
        self.select((end % max(1, self.extent[0]), column))

    def action_choose(self) -> None:
        """Open what is selected, in a widget where that can be opened."""

    def on_click(self, event: Click) -> None:
        """Select what is under the mouse; a second click opens what the first one selected."""
        offset = event.get_content_offset(self)
        place = None if offset is None else self.place_under(offset)
        if place is None or place != clamp(place, self.extent):
            return
        if event.chain == 1:
            self.select(place)
        elif event.chain == 2 and place == self.cursor:
            self.action_choose()


def clamp(place: Place, extent: Place) -> Place | None:
    """Return the nearest place inside some rows and columns, or None if there are none."""
    rows, columns = extent
    if rows < 1 or columns < 1:
        return None
    return min(max(place[0], 0), rows - 1), min(max(place[1], 0), columns - 1)
