"""Lines of a program, with a program counter and a selection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from rich.cells import cell_len
from textual.binding import BindingType
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip

from screens.widgets.drawn import JUMPS, MOVES, DrawnScroll, fit, line

Kind = Literal["heading", "done", "next", "todo", "plain"]
_MARKS: dict[Kind, str] = {
    "heading": "",
    "done": "✓ ",
    "next": "▶ ",
    "todo": "  ",
    "plain": " ",
}


@dataclass(frozen=True)
class Line:
    """One line.

    Attributes:
        text: What it says.
        kind: A heading, or whether it has been run, is the next, or comes later; or none of it.
        name: What ``Selected`` calls it; "" if it cannot be selected.
        margin: One character to its left, such as a breakpoint's; there is a margin if any is used.
    """

    text: str
    kind: Kind = "todo"
    name: str = ""
    margin: str = ""


class Listing(DrawnScroll, can_focus=True):
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
    BINDINGS: ClassVar[list[BindingType]] = [*MOVES[:2], *JUMPS]
    DEFAULT_CSS = """
    Listing { overflow-x: hidden; height: 1fr; }
    Listing .listing--heading { text-style: bold; color: $text-muted; }
    Listing .listing--todo { color: $text-muted; }
    Listing .listing--next { text-style: bold; }
    Listing .listing--cursor { text-style: reverse; }
    """

    lines: var[tuple[Line, ...]] = var((), init=False)
    selected: var[str] = var("", init=False)

    class Selected(Message):
        """A line was selected by key or mouse."""

        def __init__(self, listing: Listing, name: str) -> None:
            super().__init__()
            self.listing = listing
            self.name = name

        @property
        def control(self) -> Listing:
            """The listing."""
            return self.listing

    def show(self, lines: tuple[Line, ...], selected: str) -> None:
        """Show lines, one of them selected."""
        self.lines = lines
        self.selected = selected

    def watch_lines(self, old: tuple[Line, ...], new: tuple[Line, ...]) -> None:
        """Draw the new lines."""
        self.virtual_size = Size(self.size.width, len(new))
        self.redraw(layout=len(old) != len(new))

    def watch_selected(self) -> None:
        """Draw the selection where it is now, in sight."""
        place = self._place(self.selected)
        if place is not None:
            # The heading above the first line of a phase comes into sight with it, and below it
            # what comes next, which may have a heading too.
            self.reveal(Region(0, max(place - 1, 0), 1, min(4, len(self.lines) - place + 1)))
        self.redraw()

    def on_resize(self) -> None:
        """Keep the selection in sight."""
        self.call_after_refresh(self.watch_selected)

    def draw(self, width: int, height: int) -> list[Strip]:
        """The visible lines."""
        top = round(self.scroll_offset.y)
        has_margin = any(each.margin for each in self.lines)
        strips = []
        for each in self.lines[top : top + height]:
            chosen = bool(each.name) and each.name == self.selected
            style = self.part("listing--cursor" if chosen else f"listing--{each.kind}")
            margin = (each.margin or " ") if has_margin and each.kind != "heading" else ""
            text = self.look.text(margin + _MARKS[each.kind] + each.text)
            if cell_len(text) > width:
                more = self.look.text("…")
                text = fit(text, width - len(more)) + more
            strips.append(line((fit(text, width), style)))
        return strips

    def _place(self, name: str) -> int | None:
        return next((n for n, each in enumerate(self.lines) if each.name == name and name), None)

    def _select(self, place: int) -> None:
        name = self.lines[place].name
        if name and name != self.selected:
            self.selected = name
            self.post_message(self.Selected(self, name))

    def action_move(self, rows: int, columns: int) -> None:  # noqa: ARG002
        """Select the line above or below, past headings."""
        place = self._place(self.selected)
        candidates = [n for n, each in enumerate(self.lines) if each.name]
        if rows and candidates:
            at = candidates.index(place) if place in candidates else 0
            self._select(candidates[min(max(at + rows, 0), len(candidates) - 1)])

    def action_jump(self, to: str) -> None:
        """Select the first or last line."""
        candidates = [n for n, each in enumerate(self.lines) if each.name]
        if candidates:
            self._select(candidates[0 if to == "first" else -1])

    def action_page(self, pages: int) -> None:
        """Move the selection by a screenful."""
        self.action_move(pages * max(1, self.size.height - 1), 0)

    def on_click(self, event: Click) -> None:
        """Select the line under the mouse."""
        offset = event.get_content_offset(self)
        if offset is not None and offset.y + round(self.scroll_offset.y) < len(self.lines):
            self._select(offset.y + round(self.scroll_offset.y))
