"""The base of every picture: a widget drawn line by line, which sends only lines that changed."""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import set_cell_size
from rich.console import RenderableType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.widget import Widget

from screens.shapes.look import Look

_NOTHING = Strip([])
_EFFECTS = ("outline_top", "hatch", "tint", "text_opacity")


class LineWidget(Widget):
    """A widget whose lines come from `draw` and are kept until something changed.

    A subclass defines `draw`, and calls `redraw` when its data changed.
    """

    ALLOW_SELECT = False  # a drag over a picture selects no text

    _lines: list[Strip] | None = None
    _lines_size: Size = Size(0, 0)
    _styles_by_name: Mapping[str, Style] = {}
    _manner: tuple[Style, Color, int] | None = None
    _finished: dict[int, tuple[Strip, Strip]] = {}  # noqa: RUF012 - each widget makes its own

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
        before, room = self._lines or [], self.room
        self._lines, changed = _merged(before, self.draw(*room))
        if changed:
            width = self._content_size.width
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    @property
    def room(self) -> Size:
        """The columns and lines to draw in."""
        return self._content_size

    @property
    def _content_size(self) -> Size:
        """As ``content_size``, which looks the widget up in the layout each time."""
        return self.outer_size - self.styles.gutter.totals

    @property
    def _is_stale(self) -> bool:
        return self._lines is None or self._lines_size != self.room

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return lines as Textual would, without working out a frame and effects for each of them.

        What has any is left to Textual. What became of a strip is kept as long as it is drawn.
        """
        styles = self.styles
        if styles.gutter.totals != (0, 0) or styles.has_any_rules(*_EFFECTS) or self.opacity != 1.0:
            return super().render_lines(crop)
        _, background = self.background_colors
        manner = self.visual_style.rich_style, background, self._content_size.width
        if manner != self._manner:
            self._manner, self._finished = manner, {}
        strips = []
        for y in crop.line_range:
            strip = self._strip_at(y)
            drawn, finished = self._finished.get(y, (None, strip))
            if drawn is not strip:
                finished = self._finish(strip, *manner)
                self._finished[y] = strip, finished
            strips.append(finished.crop(*crop.column_span))
        return strips

    def render_line(self, y: int) -> Strip:
        """Return the line at `y`, on the widget's own background."""
        base = self.visual_style.rich_style
        return self._strip_at(y).adjust_cell_length(self._content_size.width).apply_style(base)

    def _strip_at(self, y: int) -> Strip:
        if self._lines is None or self._is_stale:
            self._lines_size = self.room
            self._lines = self.draw(*self._lines_size)
        return self._lines[y] if y < len(self._lines) else _NOTHING

    def _finish(self, strip: Strip, base: Style, background: Color, width: int) -> Strip:
        """Do to a line what Textual does: each of its own methods would make another strip."""
        if strip.cell_length > width:
            strip = strip.crop(0, width)
        segments = [*strip]
        if (missing := width - strip.cell_length) > 0:
            segments.append(Segment(" " * missing))
        segments = [*Segment.apply_style(segments, base)]
        for each in self.get_line_filters():
            segments = each.apply(segments, background)
        return Strip(segments, width)

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
        self._lines = self._manner = None
        self._styles_by_name = {}
        super().notify_style_update()


class UnobtrusiveScrollBar(ScrollBar):
    """A scroll bar that is not seen while there is nothing to scroll."""

    def render(self) -> RenderableType:
        """Return the bar, or nothing."""
        return super().render() if self.window_size < self.window_virtual_size else ""


class ScrollingLineWidget(LineWidget, ScrollView):
    """A line widget that scrolls: its `draw` reads `scroll_offset`."""

    # ScrollView's own style is not inherited: Textual follows the first base alone. A list whose
    # length changes with every step has `overflow-y: scroll`: a bar that comes and goes would ask
    # for a layout of the whole screen.
    DEFAULT_CSS = """
    ScrollingLineWidget { width: 1fr; height: 1fr; overflow: auto auto; }
    ScrollingLineWidget { scrollbar-size-vertical: 1; }
    """

    @property
    def room(self) -> Size:
        """What the scrollbars leave."""
        return self._content_size - self.scrollbar_gutter.totals

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """The bar, which Textual makes when it is first needed."""
        if self._vertical_scrollbar is None:
            self._vertical_scrollbar = bar = UnobtrusiveScrollBar(
                vertical=True, name="vertical", thickness=self.scrollbar_size_vertical
            )
            bar.display = False
            self.app._start_widget(self, bar)
        return self._vertical_scrollbar

    def hold(self, size: Size) -> bool:
        """Say how large the whole is.

        Setting ``virtual_size`` would always ask for a layout.

        Returns:
            Whether there has to be one, since it moves something.
        """
        before = self.virtual_size
        if size != before:
            self.set_reactive(Widget.virtual_size, size)
            # A bar with nothing to scroll is not seen, and need not be drawn anew.
            if self.is_attached and not (self._has_room_for(size) and self._has_room_for(before)):
                self._scroll_update(size)
        is_other = size.height != before.height and self.styles.is_auto_height
        return is_other or (size.width != before.width and self.styles.is_auto_width)

    def _has_room_for(self, size: Size) -> bool:
        return size.width <= self.room.width and size.height <= self.room.height

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


def _merged(before: list[Strip], after: list[Strip]) -> tuple[list[Strip], list[int]]:
    """Return a new drawing, with the very strips of the old one where they are equal.

    Returns:
        The drawing, and where it differs.
    """
    changed = list(range(len(after), len(before)))
    for y, strip in enumerate(after):
        if y >= len(before) or (before[y] is not strip and before[y] != strip):
            changed.append(y)
        else:
            after[y] = before[y]
    return after, changed
