"""The ground of every picture: a widget drawn line by line, sending only lines that changed."""

from __future__ import annotations

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from screens.shapes.look import Look

MOVES = [
    Binding("up,k", "move(-1, 0)", "Up", show=False, tooltip="Select the one above"),
    Binding("down,j", "move(1, 0)", "Down", show=False, tooltip="Select the one below"),
    Binding("left,h", "move(0, -1)", "Left", show=False, tooltip="Select the one on the left"),
    Binding("right,l", "move(0, 1)", "Right", show=False, tooltip="Select the one on the right"),
]
"""The keys that move a selection; a widget that uses them has an `action_move(rows, columns)`."""

JUMPS = [
    Binding("home", "jump('first')", "First", show=False, tooltip="Select the first"),
    Binding("end", "jump('last')", "Last", show=False, tooltip="Select the last"),
    Binding("pageup", "page(-1)", "Page up", show=False, tooltip="A screenful back"),
    Binding("pagedown", "page(1)", "Page down", show=False, tooltip="A screenful on"),
]
"""The keys of a list longer than the screen."""


class Drawn(Widget):
    """A widget whose lines come from `draw` and are kept until something changed.

    A subclass defines `draw`, and calls `redraw` when its data changed.
    """

    ALLOW_SELECT = False  # a drag over a picture selects no text

    _lines: list[Strip] | None = None
    _lines_size: Size = Size(0, 0)

    @property
    def look(self) -> Look:
        """How this terminal is drawn: the app's `look`, if it has one."""
        look = getattr(self.app, "look", None)
        return look if isinstance(look, Look) else Look()

    def draw(self, width: int, height: int) -> list[Strip]:
        """Draw the visible part, `height` lines at most, each `width` cells at most."""
        raise NotImplementedError

    def wanted(self, room: Size) -> Size:
        """The size of the whole picture, where the style leaves it open."""
        return room

    # fmt: off
    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002 - Textual's
        """The width of the whole picture."""
        return self.wanted(container).width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """The height of the whole picture at a width."""
        return self.wanted(Size(width, container.height)).height
    # fmt: on

    def redraw(self, *, layout: bool = False) -> None:
        """Draw again; only lines that differ are sent to the terminal.

        Args:
            layout: The size that the widget wants may have changed, too.
        """
        if layout or self._is_stale or not self.is_attached or not self.is_on_screen:
            self._lines = None
            self.refresh(layout=layout)
            return
        before, width = self._lines or [], self.content_size.width
        self._lines = self.draw(*self.room)
        if changed := _changed_lines(before, self._lines):
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    @property
    def room(self) -> Size:
        """The columns and lines that there are to draw in."""
        return self.content_size

    @property
    def _is_stale(self) -> bool:
        return self._lines is None or self._lines_size != self.room

    def render_line(self, y: int) -> Strip:
        """The line at `y`, on the widget's own background."""
        if self._lines is None or self._is_stale:
            self._lines_size = self.room
            self._lines = self.draw(*self._lines_size)
        strip = self._lines[y] if y < len(self._lines) else Strip([])
        base = self.visual_style.rich_style
        return strip.adjust_cell_length(self.content_size.width).apply_style(base)

    def part(self, name: str) -> Style:
        """The style of a component class."""
        return self.get_component_rich_style(name)

    def notify_style_update(self) -> None:
        """Forget the lines, whose colours may have changed."""
        self._lines = None
        super().notify_style_update()


class DrawnScroll(Drawn, ScrollView):
    """The same for a list longer than its room: `draw` looks at `scroll_offset`."""

    # ScrollView's own style is not inherited: Textual follows the first base alone.
    DEFAULT_CSS = """
    DrawnScroll { width: 1fr; height: 1fr; overflow: auto auto; scrollbar-size-vertical: 1; }
    """

    @property
    def room(self) -> Size:
        """What the scrollbars leave."""
        return self.scrollable_content_region.size

    def wanted(self, room: Size) -> Size:
        """The size of the whole list."""
        return Size(self.virtual_size.width or room.width, self.virtual_size.height or 1)

    def watch_scroll_x(self, old_value: float, new_value: float) -> None:
        """Draw what came into view."""
        self._lines = None
        super().watch_scroll_x(old_value, new_value)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Draw what came into view."""
        self._lines = None
        super().watch_scroll_y(old_value, new_value)

    def reveal(self, region: Region) -> None:
        """Scroll, without animation, so that a part of the virtual area is seen."""
        self.scroll_to_region(region, animate=False, force=True)


def fit(text: str, width: int) -> str:
    """Cut or pad a text to a width; the hat of m̂ has none of its own."""
    return set_cell_size(text, width)


def line(*parts: tuple[str, Style | None]) -> Strip:
    """A strip of texts with their styles, empty ones left out."""
    return Strip([Segment(text, style) for text, style in parts if text])


def _changed_lines(before: list[Strip], after: list[Strip]) -> list[int]:
    """Where two drawings differ."""
    height = max(len(before), len(after))
    blank = Strip([])
    old = before + [blank] * (height - len(before))
    new = after + [blank] * (height - len(after))
    return [y for y in range(height) if old[y] is not new[y] and old[y] != new[y]]
