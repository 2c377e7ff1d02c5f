"""Several arrays as pictures beside each other, drawn as large as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from msgspec.structs import replace
from textual.binding import BindingType
from textual.events import Click
from textual.geometry import Offset
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip

from screens.shapes.arrangement import ARROW, Spot, arrange, free_room
from screens.shapes.blocks import Blocks, largest_place
from screens.shapes.plate import Note, Plate, notes_within
from screens.widgets.cursor import ARROWS, Place, clamp
from screens.widgets.line_widget import LineWidget, make_strip
from screens.widgets.plate_rendering import render_plate


class Plates(LineWidget, can_focus=True):
    """Plates in one line or two, an arrow before a result; what is shown never asks for a layout.

    | component class     | what it styles                              |
    |---------------------|---------------------------------------------|
    | `plates--title`     | titles                                      |
    | `plates--current`   | the title of the plate that the keys move in |
    | `plates--legend`    | ranges and axes                             |

    | key                     | does                                                    |
    |-------------------------|---------------------------------------------------------|
    | arrows, `h` `j` `k` `l` | move the mark; beyond an edge, on to the next plate     |
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"plates--title", "plates--current", "plates--legend"}
    BINDINGS: ClassVar[list[BindingType]] = [*ARROWS]
    DEFAULT_CSS = """
    Plates { width: 1fr; height: 1fr; }
    Plates .plates--title { text-style: bold; color: $text-accent; }
    Plates .plates--current { text-style: bold reverse; color: $text-accent; }
    Plates .plates--legend { color: $text-muted; }
    """

    plates: var[tuple[Plate, ...]] = var((), init=False)
    notes: var[tuple[Note, ...]] = var((), init=False)
    current: var[int] = var(-1, init=False)
    """The plate that the keys move in; the last one if there is none of that number."""

    @dataclass
    class Selected(Message):
        """A value was selected by key or mouse."""

        plates: Plates
        number: int
        place: Place

        @property
        def control(self) -> Plates:
            """The widget."""
            return self.plates

    @dataclass
    class Fitted(Message):
        """There is more or less room, so that other plates may be left out."""

        plates: Plates

        @property
        def control(self) -> Plates:
            """The widget."""
            return self.plates

    def on_resize(self) -> None:
        """Report it."""
        self.post_message(self.Fitted(self))

    def show(self, plates: Sequence[Plate], notes: Sequence[Note] = ()) -> None:
        """Show plates, and as many notes as they leave room for."""
        if len(plates) != len(self.plates):
            self.current = -1
        self.plates = tuple(plate.spelled(self.look) for plate in plates)
        self.notes = tuple(Note(*map(self.look.text, note)) for note in notes)

    def mark(self, places: Sequence[Place | None]) -> None:
        """Mark a value in each plate."""
        self.plates = tuple(
            replace(plate, place=place) for plate, place in zip(self.plates, places, strict=True)
        )

    def watch_plates(self) -> None:
        """Draw the new plates."""
        self.redraw()

    def watch_notes(self) -> None:
        """Draw the new notes."""
        self.redraw()

    def watch_current(self) -> None:
        """Draw which plate the keys move in."""
        self.redraw()

    def on_focus(self) -> None:
        """Draw which plate the keys move in."""
        self.redraw()

    def on_blur(self) -> None:
        """Draw no plate as that."""
        self.redraw()

    @property
    def number(self) -> int:
        """The plate that the keys move in."""
        last = len(self.plates) - 1
        return self.current if 0 <= self.current <= last else last

    @property
    def cursor(self) -> Place | None:
        """The value that is marked in that plate."""
        return self.plates[self.number].place if self.plates else None

    @property
    def spots(self) -> list[Spot]:
        """Where the plates stand."""
        return arrange(self.plates, *self.room)

    @property
    def left_out(self) -> list[Plate]:
        """The plates that there is no room for, once it is known how much there is."""
        if not self.room.width:
            return []
        shown = {spot.number for spot in self.spots}
        return [plate for number, plate in enumerate(self.plates) if number not in shown]

    def draw(self, width: int, height: int) -> list[Strip]:
        """Return the plates, then the notes."""
        spots = arrange(self.plates, width, height)
        lines: list[list[Strip]] = [[] for _ in range(height)]
        ends = [0] * height
        for spot in spots:
            drawn = self._plate(spot)
            if len(spots) > 1 and self.plates[spot.number].is_result:
                self._put(lines, ends, spot.y + 1, spot.x - ARROW, self._arrow)
            for y, strip in enumerate(drawn[: height - spot.y], start=spot.y):
                self._put(lines, ends, y, spot.x, strip)
        if not self.notes:
            return [Strip.join(parts) for parts in lines]
        free = free_room(self.plates, spots, width, height)
        notes = notes_within(self.notes, free.width, free.height)
        pictures = [Strip.join(parts) for parts in lines]
        for y, note in enumerate(notes, start=free.y):
            pictures[y] = _with_text(pictures[y], free.x, note)
        return pictures

    @property
    def _arrow(self) -> Strip:
        return make_strip((self.look.text("→")[-1], None))

    @staticmethod
    def _put(lines: list[list[Strip]], ends: list[int], y: int, x: int, strip: Strip) -> None:
        if y < len(lines):
            lines[y] += [make_strip((" " * (x - ends[y]), None)), strip]
            ends[y] = x + strip.cell_length

    def _plate(self, spot: Spot) -> list[Strip]:
        is_current = self.has_focus and spot.number == self.number and len(self.plates) > 1
        title = self.style_of("plates--current" if is_current else "plates--title")
        return render_plate(
            self.plates[spot.number], spot, self.look, title, self.style_of("plates--legend")
        )

    # What keys and the mouse do

    def select(self, number: int, place: Place) -> None:
        """Select a value, and report it."""
        self.current = number
        if place != self.plates[number].place:
            self.mark(
                [place if each == number else plate.place for each, plate in enumerate(self.plates)]
            )
            self.post_message(self.Selected(self, number, place))

    def action_move(self, rows: int, columns: int) -> None:
        """Move the mark."""
        if not self.plates:
            return
        plate = self.plates[self.number]
        start = plate.place or largest_place(plate.values)
        there = self._neighbour(plate, start, rows, columns)
        if there == start and columns and (nearest := self._next_plate(columns)) is not None:
            self.current = nearest
        elif not plate.text:
            self.select(self.number, start if plate.place is None else there)

    def _next_plate(self, by: int) -> int | None:
        numbers = [spot.number for spot in self.spots]
        if self.number not in numbers:
            return None
        place = numbers.index(self.number) + by
        return numbers[place] if 0 <= place < len(numbers) else None

    def _blocks(self, plate: Plate, level: int) -> Blocks:
        rows, columns = plate.values.shape
        return Blocks((rows, columns), plate.outline.blocks(level))

    def _neighbour(self, plate: Plate, place: Place, rows: int, columns: int) -> Place:
        """Return the value some blocks away, or the same one at an edge."""
        level = next((each.level for each in self.spots if each.number == self.number), 0)
        blocks = self._blocks(plate, level)
        row, column = blocks.block_of(place)
        block = row + rows, column + columns
        if block != clamp(block, blocks.count):
            return place
        return blocks.largest_in(plate.values, block)

    def place_under(self, offset: Offset) -> tuple[int, Place] | None:
        """Return the plate and the value under the mouse."""
        for spot in self.spots:
            plate = self.plates[spot.number]
            x, y = offset.x - spot.x, offset.y - spot.y - 1
            columns, lines = plate.outline.cells(spot.level)
            if plate.text or not (0 <= x < columns and 0 <= y < lines):
                continue
            seams = plate.outline.seams(spot.level)
            x, y = seams.under(x, 1), seams.under(y, 0)
            if x < 0 or y < 0:
                return None
            if spot.level > 0:
                return spot.number, (y // spot.level, x // (2 * spot.level))
            blocks = self._blocks(plate, spot.level)
            is_upper = plate.place is not None and blocks.block_of(plate.place) == (2 * y, x)
            return spot.number, blocks.largest_in(plate.values, (2 * y + is_upper, x))
        return None

    def on_click(self, event: Click) -> None:
        """Select what is under the mouse."""
        offset = event.get_content_offset(self)
        found = None if offset is None else self.place_under(offset)
        if found is not None and event.chain == 1:
            self.select(*found)


def _with_text(strip: Strip, x: int, text: str) -> Strip:
    """Return a line with a text where it has nothing."""
    width = max(strip.cell_length, x)
    left, right = strip.adjust_cell_length(width).divide([x, width])
    rest = right.crop(len(text)) if len(text) < right.cell_length else Strip([])
    return Strip.join([left, make_strip((text, None)), rest])
