"""Lines of a program, with a program counter and a selection."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from textual.binding import BindingType
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip

from screens.shapes.format import cut
from screens.shapes.line import Line, LineKind
from screens.widgets.cursor import JUMPS, UP_DOWN, Cursor, Place
from screens.widgets.line_widget import ScrollingLineWidget, fit_text, make_strip

_MARKS: dict[LineKind, str] = {
    "heading": "",
    "done": "✓ ",
    "next": "▶ ",
    "todo": "  ",
    "plain": " ",
}


class Listing(ScrollingLineWidget, Cursor, can_focus=True):
    """A program's lines; the program counter is the ``▶``, the selection stands in reverse.

    | component class      | what it styles                       |
    |----------------------|--------------------------------------|
    | `listing--heading`   | headings                             |
    | `listing--done`      | what has been run                    |
    | `listing--next`      | the line at the program counter      |
    | `listing--todo`      | what comes later                     |
    | `listing--plain`     | lines of other lists                 |
    | `listing--cursor`    | the selected line                    |

    | key                  | does                                 |
    |----------------------|--------------------------------------|
    | `up` `down` `k` `j`, `home`, `end` | move the selection     |
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "listing--heading",
        "listing--done",
        "listing--next",
        "listing--todo",
        "listing--plain",
        "listing--cursor",
    }
    BINDINGS: ClassVar[list[BindingType]] = [*UP_DOWN, *JUMPS]
    DEFAULT_CSS = """
    Listing { overflow-x: hidden; height: 1fr; }
    Listing .listing--heading { text-style: bold; color: $text-muted; }
    Listing .listing--todo { color: $text-muted; }
    Listing .listing--next { text-style: bold; }
    Listing .listing--cursor { text-style: reverse; }
    """

    lines: var[tuple[Line, ...]] = var((), init=False)
    selected: var[str] = var("", init=False)

    @dataclass
    class Selected(Message):
        """A line was selected by key or mouse."""

        listing: Listing
        name: str

        @property
        def control(self) -> Listing:
            """The listing."""
            return self.listing

    def show(self, lines: tuple[Line, ...], selected: str) -> None:
        """Show lines, one of them selected."""
        if (lines, selected) == (self.lines, self.selected):
            return
        is_moved = selected != self.selected
        self.set_reactive(Listing.lines, lines)
        self.set_reactive(Listing.selected, selected)
        layout = self.hold(Size(self.size.width, len(lines)))
        if is_moved:
            self.reveal_cursor()
        self.redraw(layout=layout)

    def watch_selected(self) -> None:
        """Draw the selection where it is now, in sight."""
        self.reveal_cursor()
        self.redraw()

    def on_resize(self) -> None:
        """Keep the selection in sight."""
        self.call_after_refresh(self.watch_selected)

    # Headings cannot be selected: the rows of the cursor are the lines that have a name.

    @property
    def _named(self) -> list[int]:
        return [number for number, each in enumerate(self.lines) if each.name]

    @property
    def extent(self) -> Place:
        """A row for each line with a name."""
        return len(self._named), 1

    def get_place(self) -> Place | None:
        """Find the selected line by its name."""
        names = [each.name for each in self.lines if each.name]
        return (names.index(self.selected), 0) if self.selected in names else None

    def set_place(self, place: Place | None) -> None:
        """Keep the name of the selected line."""
        self.selected = "" if place is None else self.lines[self._named[place[0]]].name

    def place_under(self, offset: Offset) -> Place | None:
        """Return the line under the mouse, if it has a name."""
        number, named = offset.y + round(self.scroll_offset.y), self._named
        return (named.index(number), 0) if number in named else None

    def selected_message(self, place: Place) -> Message:  # noqa: ARG002 - Cursor's
        """Report the line."""
        return self.Selected(self, self.selected)

    def reveal_cursor(self) -> None:
        """Scroll to the selected line, with the heading above it.

        What comes next, which may have a heading too, comes into sight below it.
        """
        if (cursor := self.cursor) is not None:
            number = self._named[cursor[0]]
            self.reveal(Region(0, max(number - 1, 0), 1, min(4, len(self.lines) - number + 1)))

    def draw(self, width: int, height: int) -> list[Strip]:
        """Return the visible lines."""
        top = round(self.scroll_offset.y)
        has_margin = any(each.margin for each in self.lines)
        strips = []
        for each in self.lines[top : top + height]:
            chosen = bool(each.name) and each.name == self.selected
            style = self.style_of("listing--cursor" if chosen else f"listing--{each.kind}")
            margin = (each.margin or " ") if has_margin and each.kind != "heading" else ""
            text = self.look.text(margin + _MARKS[each.kind] + each.text)
            strips.append(_strip(text, width, style, self.look.text("…")))
        return strips


@lru_cache(1024)
def _strip(text: str, width: int, style: Style, more: str) -> Strip:
    """Return a line. Cached, so that an unchanged one is the very same object."""
    if cell_len(text) > width:
        text = cut(text, width, more)
    return make_strip((fit_text(text, width), style))
