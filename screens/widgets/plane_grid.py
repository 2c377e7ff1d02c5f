"""Many small pictures of the plane, in groups under headings: what each neuron computes there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from rich.style import Style
from textual.binding import BindingType
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.strip import Strip

from screens.shapes.format import fit
from screens.shapes.plane import PlaneGroup
from screens.widgets.cursor import ARROWS, JUMPS, Cursor, Place
from screens.widgets.line_widget import ScrollingLineWidget, make_strip
from screens.widgets.plane_rendering import BETWEEN, codes_of, kind_of, render_codes

LEAST, MOST = 4, 12  # lines of a picture
GAP = 1

_NOTHING = Strip([])


def lines_that_fit(counts: Sequence[int], width: int, height: int) -> int:
    """Return how many lines a picture takes so that all are seen at once, or the fewest.

    Args:
        counts: How many pictures each group has.
        width: Columns that there are.
        height: Lines that there are.
    """
    for lines in range(MOST, LEAST, -1):
        across = per_row(lines, width)
        if across and sum(1 + -(-count // across) * (lines + 1) for count in counts) <= height:
            return lines
    return LEAST


def per_row(lines: int, width: int) -> int:
    """Return how many pictures stand side by side, each twice as many columns as lines."""
    return (width + GAP) // (2 * lines + GAP)


class Spot(Struct, frozen=True):
    """Where a picture stands: its group, its number in it, its row of pictures, its column."""

    group: int
    number: int
    y: int
    column: int


class PlaneGrid(ScrollingLineWidget, Cursor, can_focus=True):
    """A scrolling grid of small pictures of the plane; only what is visible is drawn.

    | component class       | what it styles                   |
    |-----------------------|----------------------------------|
    | `plane-grid--heading` | the line over a group            |
    | `plane-grid--caption` | the line under a picture         |
    | `plane-grid--cursor`  | that of the selected picture     |

    | key                                | does               |
    |------------------------------------|--------------------|
    | arrows, `h` `j` `k` `l`, `home`, `end`, `pageup`, `pagedown` | move the selection |
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "plane-grid--heading", "plane-grid--caption", "plane-grid--cursor",
    }  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [*ARROWS, *JUMPS]
    DEFAULT_CSS = """
    PlaneGrid { overflow-x: hidden; overflow-y: scroll; }
    PlaneGrid .plane-grid--heading { color: $text-accent; text-style: bold; }
    PlaneGrid .plane-grid--caption { color: $text-muted; }
    PlaneGrid .plane-grid--cursor { text-style: reverse bold; }
    """

    @dataclass
    class Selected(Message):
        """A picture was selected by key or mouse.

        Attributes:
            group: Which group it is in, from 0.
            number: Which picture of it, from 0.
        """

        plane_grid: PlaneGrid
        group: int
        number: int

        @property
        def control(self) -> PlaneGrid:
            """The grid."""
            return self.plane_grid

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._groups: Sequence[PlaneGroup] = ()
        self._marks = np.zeros((LEAST, 2 * LEAST), np.int8)
        self._spots: list[Spot] = []
        self._of = -1, -1, -1  # what the spots are worked out for

    def show(self, groups: Sequence[PlaneGroup], marks: NDArray[np.int8], selected: Place) -> None:
        """Show pictures.

        Args:
            groups: With headings.
            marks: [lines, columns], what is marked in every one of them.
            selected: The group and the number in it of the selected one.
        """
        self._groups, self._marks = groups, marks
        layout = self._arrange()
        spots = enumerate(self._spots)
        index = next((i for i, spot in spots if (spot.group, spot.number) == selected), None)
        place = None if index is None else (index, 0)
        if place != self.place:
            self.place = place  # which draws
        self.redraw(layout=layout)

    def _arrange(self) -> bool:
        """Work out where the pictures stand; return whether there has to be a layout."""
        lines, columns = self._marks.shape
        across = max(1, (self.room.width + GAP) // (columns + GAP))
        y, spots = 0, []
        for number, group in enumerate(self._groups):
            y += 1
            for at in range(len(group.captions)):
                row, column = divmod(at, across)
                spots.append(Spot(number, at, y + row * (lines + 1), column))
            y += -(-len(group.captions) // across) * (lines + 1)
        self._spots = spots
        return self.hold(Size(self.size.width, y))

    def on_resize(self) -> None:
        """Another number of pictures fits in a row."""
        self._arrange()
        self.refresh()

    def reveal_cursor(self) -> None:
        """Scroll to the selected picture; of a group's first row its heading is seen, too."""
        if self._spots and self.cursor:
            spot = self._spots[self.index]
            above = 1 if spot.number == spot.column else 0
            self.reveal(Region(0, spot.y - above, 1, len(self._marks) + 1 + above))

    def draw(self, width: int, height: int) -> list[Strip]:
        """Return the visible lines; those of pictures side by side are drawn as one."""
        top, lines = round(self.scroll_offset.y), len(self._marks)
        drawn: dict[int, Strip] = {}
        for at, group in enumerate(self._groups):
            spots = [(i, spot) for i, spot in enumerate(self._spots) if spot.group == at]
            words = self.look.text(fit(group.headings, width))[:width]
            drawn[spots[0][1].y - 1] = make_strip((words, self.style_of("plane-grid--heading")))
            codes = codes_of(group.fields, self.look)
            for y in {spot.y for _, spot in spots}:
                if top - lines <= y + 1 and y < top + height:
                    row = [(i, spot) for i, spot in spots if spot.y == y]
                    for line, strip in enumerate(self._row(group, codes, row), y):
                        drawn[line] = strip
        return [drawn.get(y, _NOTHING).crop(0, width) for y in range(top, top + height)]

    def _row(
        self, group: PlaneGroup, codes: NDArray[np.int8], row: Sequence[tuple[int, Spot]]
    ) -> list[Strip]:
        """Return the lines of pictures side by side, and their captions."""
        shown = codes[[spot.number for _, spot in row]]
        shown = np.pad(shown, ((0, 0), (0, 0), (0, GAP)), constant_values=BETWEEN)
        marks = np.tile(np.pad(self._marks, ((0, 0), (0, GAP))), len(row))
        beside = shown.transpose(1, 0, 2).reshape(shown.shape[1], -1)
        strips = render_codes(beside, marks, kind_of(group.fields), self.look)
        captions = (self._caption(group.captions[spot.number], index) for index, spot in row)
        return [*strips, make_strip(*(part for each in captions for part in each))]

    def _caption(
        self, captions: Sequence[str], index: int
    ) -> tuple[tuple[str, Style | None], tuple[str, Style | None]]:
        """Return the words under a picture, and the gap after them; the selected is pointed at."""
        is_selected, width = index == self.index and self.cursor is not None, self._marks.shape[1]
        texts = [f"▸{text}" if is_selected else text for text in captions]
        style = self.style_of(f"plane-grid--{'cursor' if is_selected else 'caption'}")
        return (self.look.text(fit(texts, width))[:width].ljust(width), style), (" " * GAP, None)

    # The cursor's rows are the pictures; on the screen they stand side by side.

    @property
    def extent(self) -> Place:
        """A row for each picture."""
        return len(self._spots), 1

    def neighbour(self, place: Place, rows: int, columns: int) -> Place:
        """Return the picture some rows and columns away; sideways goes on in the next row."""
        spot = self._spots[place[0]]
        if not rows:
            return place[0] + columns, 0
        heights = sorted({each.y for each in self._spots})
        y = heights[min(max(heights.index(spot.y) + rows, 0), len(heights) - 1)]
        beside = [i for i, each in enumerate(self._spots) if each.y == y]
        return min(beside, key=lambda i: abs(self._spots[i].column - spot.column)), 0

    def place_under(self, offset: Offset) -> Place | None:
        """Return the picture under the mouse."""
        x, y = offset + self.scroll_offset
        lines, columns = self._marks.shape
        for index, spot in enumerate(self._spots):
            left = spot.column * (columns + GAP)
            if spot.y <= y <= spot.y + lines and left <= x < left + columns:
                return index, 0
        return None

    def selected_message(self, place: Place) -> Message:
        """Report the picture."""
        spot = self._spots[place[0]]
        return self.Selected(self, spot.group, spot.number)

    @property
    def page_rows(self) -> int:
        """The rows of pictures that are seen at once."""
        return self.size.height // (len(self._marks) + 1)
