"""The base of every picture: a widget drawn line by line, which sends only lines that changed."""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from screens.shapes.look import Look


class LineWidget(Widget):
    """A widget whose lines come from `draw` and are kept until something changed.

    A subclass defines `draw`, and calls `redraw` when its data changed.
    """

    ALLOW_SELECT = False  # a drag over a picture selects no text

    _lines: list[Strip] | None = None
    _lines_size: Size = Size(0, 0)
    _styles_by_name: Mapping[str, Style] = {}

    @property
    def look(self) -> Look:
        """How this terminal is drawn: the app's `look`, if it has one."""
        look = getattr(self.app, "look", None)
        return look if isinstance(look, Look) else Look()

    def draw(self, width: int, height: int) -> list[Strip]:
        """Draw the visible part, `height` lines at most, each `width` cells at most."""
        raise NotImplementedError

    def preferred_size(self, room: Size) -> Size:
        """Return the size of the whole picture, where the style leaves it open."""
        return room

    # fmt: off
    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002 - Textual's
        """Return the width of the whole picture."""
        return self.preferred_size(container).width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return the height of the whole picture at a width."""
        return self.preferred_size(Size(width, container.height)).height
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
        """The columns and lines to draw in."""
        return self.content_size

    @property
    def _is_stale(self) -> bool:
        return self._lines is None or self._lines_size != self.room

    def render_line(self, y: int) -> Strip:
        """Return the line at `y`, on the widget's own background."""
        if self._lines is None or self._is_stale:
            self._lines_size = self.room
            self._lines = self.draw(*self._lines_size)
        strip = self._lines[y] if y < len(self._lines) else Strip([])
        base = self.visual_style.rich_style
        return strip.adjust_cell_length(self.content_size.width).apply_style(base)

    def style_of(self, name: str) -> Style:
        """Return the style of a component class; Textual's own cache lasts for one refresh."""
        if name not in self._styles_by_name:
            self._styles_by_name = {
                **self._styles_by_name,
                name: self.get_component_rich_style(name),
            }
        return self._styles_by_name[name]

    def notify_style_update(self) -> None:
        """Forget the lines and the styles, whose colours may have changed."""
        self._lines = None
        self._styles_by_name = {}
        super().notify_style_update()


class ScrollingLineWidget(LineWidget, ScrollView):
    """A line widget that scrolls: its `draw` reads `scroll_offset`."""

    # ScrollView's own style is not inherited: Textual follows the first base alone.
    DEFAULT_CSS = """
    ScrollingLineWidget { width: 1fr; height: 1fr; overflow: auto auto; }
    ScrollingLineWidget { scrollbar-size-vertical: 1; }
    """

    @property
    def room(self) -> Size:
        """What the scrollbars leave."""
        return self.scrollable_content_region.size

    def preferred_size(self, room: Size) -> Size:
        """Return the size of the whole list."""
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


def fit_text(text: str, width: int) -> str:
    """Cut or pad a text to a width in cells; the hat of m̂ takes none."""
    return set_cell_size(text, width)


def make_strip(*parts: tuple[str, Style | None]) -> Strip:
    """Return a strip of texts with their styles, empty ones left out."""
    return Strip([Segment(text, style) for text, style in parts if text])


def _changed_lines(before: list[Strip], after: list[Strip]) -> list[int]:
    """Return where two drawings differ."""
    height = max(len(before), len(after))
    blank = Strip([])
    old = before + [blank] * (height - len(before))
    new = after + [blank] * (height - len(after))
    return [y for y in range(height) if old[y] is not new[y] and old[y] != new[y]]
