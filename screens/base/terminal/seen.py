"""A compositor that asks widgets only for the lines of theirs that are seen and have changed.

The stock one asks every widget that meets the rectangle around all changes for all of its lines,
then cuts each line at the edges of every widget there is, then throws away what is covered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, cast

from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate
from textual.geometry import NULL_REGION, Region
from textual.strip import Strip
from textual.widget import Widget

Span = tuple[int, int, int]
"""A row, and the columns where a piece of it begins and ends."""


class Seen(NamedTuple):
    """A piece of a line in which one widget is seen.

    Attributes:
        x: The column where it begins.
        end: The column behind it.
        widget: The widget; None where there is none.
        region: Where the whole of it is.
    """

    x: int
    end: int
    widget: Widget | None
    region: Region = NULL_REGION


class SeenCompositor(Compositor):
    """Draws what is seen, and of that only what is dirty."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[list[Seen]] = []
        self._drawn: list[list[Seen]] = []  # those that were drawn last
        # The arrangement that `_lines` belongs to. To draw a widget can lead to another one.
        self._lines_of: dict[Widget, tuple[Region, Region]] = {}

    @property
    def lines(self) -> list[list[Seen]]:
        """For each line of the screen who is seen in it, from left to right."""
        if self._lines_of is not (visible := self.visible_widgets):
            self._lines_of = visible
            self._lines = seen_lines(visible, *self.size)
        return self._lines

    def update_widgets(self, widgets: set[Widget]) -> None:
        """Note what is dirty.

        Textual takes a dirty widget that nobody sees for a new one, and works out anew where
        all are. What is new asks for a layout itself.
        """
        super().update_widgets(widgets & self.visible_widgets.keys())

    def render_full_update(self, simplify: bool = False) -> LayoutUpdate:
        """Draw everything."""
        self._drawn = self.lines
        return super().render_full_update(simplify)

    def render_partial_update(self) -> ChopsUpdate | None:
        """Draw what is dirty, and where somebody else is seen than was drawn."""
        dirty = self._dirty_regions | self._rearranged()
        self._dirty_regions.clear()
        self._drawn = self.lines
        if not dirty:
            return None
        spans = list(self._regions_to_spans(dirty))
        ends = [[seen.end for seen in line] for line in self._drawn]
        return ChopsUpdate(self._chops(spans), spans, ends)

    def _rearranged(self) -> set[Region]:
        """Return the lines in which somebody else is seen.

        Textual marks what a layout moves, but not where it looks one up in between: then what
        came or went in it is never drawn.
        """
        if self._lines_of is self.visible_widgets and self._drawn is self._lines:
            return set()
        now = self.lines
        before = self._drawn if len(self._drawn) == len(now) else [[]] * len(now)
        width = self.size.width
        return {Region(0, y, width, 1) for y in range(len(now)) if now[y] != before[y]}

    def _render_chops(
        self, crop: Region, is_rendered_line: Callable[[int], bool]
    ) -> Sequence[Mapping[int, Strip]]:
        spans = [(y, crop.x, crop.right) for y in crop.line_range if is_rendered_line(y)]
        return cast("Sequence[Mapping[int, Strip]]", self._chops(spans))

    def _chops(self, spans: Iterable[Span]) -> list[dict[int, Strip | None]]:
        """Draw spans: for each line of the screen the strips in it, None where not asked for."""
        lines, visible = self.lines, self._lines_of
        chops: list[dict[int, Strip | None]]
        chops = [dict.fromkeys([seen.x for seen in line]) for line in lines]
        asked: dict[Widget, dict[int, list[Seen]]] = {}
        for y, x, end in spans:
            for seen in _within(lines[y], x, end):
                if seen.widget is not None:
                    asked.setdefault(seen.widget, {}).setdefault(y, []).append(seen)
        for widget, wanted in asked.items():
            region, clip = visible[widget]
            shown = region.intersection(clip)
            for y, strip in _drawn(widget, region, shown, sorted(wanted)):
                for seen in wanted[y]:
                    chops[y][seen.x] = strip.crop(seen.x - shown.x, seen.end - shown.x)
        return chops


def _within(line: list[Seen], x: int, end: int) -> Iterator[Seen]:
    for seen in line:
        if seen.x >= end:
            break
        if seen.end > x:
            yield seen


def _drawn(
    widget: Widget, region: Region, shown: Region, lines: list[int]
) -> Iterator[tuple[int, Strip]]:
    """Ask a widget for lines, neighbours at once.

    Args:
        widget: Whom to ask.
        region: Where it is on the screen.
        shown: The part of that which is not cut off.
        lines: Which lines of the screen, in order.
    """
    start = 0
    while start < len(lines):
        y = lines[start]
        count = 1
        while start + count < len(lines) and lines[start + count] == y + count:
            count += 1
        crop = Region(shown.x - region.x, y - region.y, shown.width, count)
        for line, strip in enumerate(widget.render_lines(crop), y):
            yield line, strip.adjust_cell_length(shown.width)
        start += count


def seen_lines(
    visible: Mapping[Widget, tuple[Region, Region]], width: int, height: int
) -> list[list[Seen]]:
    """Work out who is seen where.

    Args:
        visible: Widgets from the front to the back, with where they are and what of it is not
            cut off.
        width: Of the screen.
        height: Of the screen.
    """
    lines: list[list[Seen]] = [[Seen(0, width, None)] for _ in range(height)]
    open_lines = [1] * height  # how many pieces of each are not taken yet
    for widget, (region, clip) in visible.items():
        shown = region.intersection(clip)
        if not shown:
            continue
        for y in range(max(shown.y, 0), min(shown.bottom, height)):
            if open_lines[y]:
                left, right = max(shown.x, 0), min(shown.right, width)
                lines[y] = _taken(lines[y], Seen(left, right, widget, region))
                open_lines[y] = sum(seen.widget is None for seen in lines[y])
    return lines


def _taken(line: list[Seen], new: Seen) -> list[Seen]:
    """Return a line in which a widget has taken what was free of a piece."""
    result: list[Seen] = []
    for seen in line:
        left, right = max(seen.x, new.x), min(seen.end, new.end)
        if seen.widget is not None or left >= right:
            result.append(seen)
            continue
        if seen.x < left:
            result.append(Seen(seen.x, left, None))
        result.append(new._replace(x=left, end=right))
        if right < seen.end:
            result.append(Seen(right, seen.end, None))
    return result
