"""Labelled horizontal bars."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.color import Color
from rich.style import Style
from textual.binding import BindingType
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip

from screens.shapes.bar import Bar, BarChart, Columns, columns
from screens.shapes.format import cut
from screens.shapes.look import Look
from screens.shapes.ramp import ramp
from screens.widgets.cursor import JUMPS, UP_DOWN, Cursor, Place
from screens.widgets.line_widget import ScrollingLineWidget, make_strip

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_RIGHT_HALVES = " ▐█"


class Bars(ScrollingLineWidget, Cursor):
    """Labelled horizontal bars, one to a line; signed ones left and right of zero.

    | component class   | what it styles                         |
    |-------------------|----------------------------------------|
    | `bars--label`     | the name of a bar                      |
    | `bars--value`     | its value                              |
    | `bars--mark`      | the word after that                    |
    | `bars--cursor`    | the name of the selected bar           |

    | key                                     | does                               |
    |-----------------------------------------|------------------------------------|
    | `up` `down` `k` `j` `home` `end` `pageup` `pagedown` | move the selection, if `selectable` |
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "bars--label",
        "bars--value",
        "bars--mark",
        "bars--cursor",
    }
    BINDINGS: ClassVar[list[BindingType]] = [*UP_DOWN, *JUMPS]
    DEFAULT_CSS = """
    Bars { height: auto; max-height: 100%; overflow-x: hidden; }
    Bars .bars--mark { text-style: bold; }
    Bars .bars--cursor { text-style: reverse bold; }
    """

    chart: var[BarChart | None] = var(None, init=False)

    @dataclass
    class Selected(Message):
        """A bar was selected by key or mouse."""

        bars: Bars
        index: int

        @property
        def control(self) -> Bars:
            """The bars."""
            return self.bars

    def __init__(
        self, *, selectable: bool = False, id: str | None = None, classes: str | None = None
    ) -> None:
        """Make a bar chart; if `selectable`, with a cursor."""
        super().__init__(id=id, classes=classes)
        self.can_focus = self.selectable = selectable

    def show(
        self, bars: Sequence[Bar], *, limit: float | None = None, signed: bool = False
    ) -> None:
        """Show bars, the longest by default filling the room."""
        sizes = [abs(bar.value) for bar in bars if math.isfinite(bar.value)]
        self.chart = BarChart(tuple(bars), limit or max(sizes, default=1.0) or 1.0, signed)

    def on_mount(self) -> None:
        """Make room for what was shown before."""
        self.watch_chart()

    def watch_chart(self) -> None:
        """Draw the new bars."""
        self.redraw(layout=self.hold(Size(self.size.width, self.extent[0])))

    @property
    def extent(self) -> Place:
        """A row for each bar."""
        return len(self.chart.bars) if self.chart else 0, 1

    def place_under(self, offset: Offset) -> Place:
        """Return the bar under the mouse."""
        return offset.y + round(self.scroll_offset.y), 0

    def selected_message(self, place: Place) -> Message:
        """Report the bar."""
        return self.Selected(self, place[0])

    def reveal_cursor(self) -> None:
        """Scroll to the selected bar."""
        self.reveal(Region(0, self.index, 1, 1))

    def draw(self, width: int, height: int) -> list[Strip]:
        """Return the visible bars."""
        if self.chart is None or not self.chart.bars:
            return []
        bars, text = self.chart.bars, self.look.text
        fitted = columns(
            max(len(text(bar.label)) for bar in bars),
            max(len(text(bar.text)) for bar in bars),
            max(len(text(bar.short or bar.text)) for bar in bars),
            max(len(text(bar.mark)) for bar in bars),
            width - self.selectable - self.show_vertical_scrollbar,
        )
        top = round(self.scroll_offset.y)
        return [self._line(i, fitted) for i in range(top, min(top + height, len(bars)))]

    def _line(self, index: int, fitted: Columns) -> Strip:
        assert self.chart is not None
        bar, look = self.chart.bars[index], self.look
        selected = self.selectable and index == self.index
        pointer = look.text("▸")[0] if selected else " " if self.selectable else ""
        share = bar.value / self.chart.limit if math.isfinite(bar.value) else math.nan
        draw_bar = signed_cells if self.chart.signed else plain_cells
        # Where there is no room for both, the number comes before its bar.
        cells: Cells = [(" ", None), *draw_bar(share, fitted.bar, look)] if fitted.bar else []
        more, text = look.text("…"), bar.short or bar.text if fitted.short else bar.text
        return make_strip(
            (
                pointer + cut(look.text(bar.label), fitted.labels, more).rjust(fitted.labels),
                self.style_of("bars--cursor" if selected else "bars--label"),
            ),
            *cells,
            (
                " " + cut(look.text(text), fitted.texts, more).rjust(fitted.texts),
                self.style_of("bars--value"),
            ),
            (
                " " + cut(look.text(bar.mark), fitted.marks, more).ljust(fitted.marks)
                if fitted.marks
                else "",
                self.style_of("bars--mark"),
            ),
        )


Cells = list[tuple[str, Style | None]]


def plain_cells(share: float, width: int, look: Look) -> Cells:
    """Return a bar from the left, exact to an eighth of a cell."""
    if math.isnan(share):
        return [("!".ljust(width), Style(bold=True))]
    text = _rightward(share, width, look)
    return [(text.ljust(width), Style(color=_color(0, look)))]


def signed_cells(share: float, width: int, look: Look) -> Cells:
    """Return a bar to the left of a zero line if negative, else to the right of it."""
    half = max(0, (width - 1) // 2)
    axis = look.text("│") if look.ascii else "│"
    rest = " " * (width - 2 * half - 1)
    if math.isnan(share):
        return [(" " * half, None), ("!", Style(bold=True)), (" " * half + rest, None)]
    text = _leftward(-share, half, look) if share < 0 else _rightward(share, half, look)
    style = Style(color=_color(-1 if share < 0 else 1, look))
    left = (text.rjust(half), style) if share < 0 else (" " * half, None)
    right = (text.ljust(half), style) if share >= 0 else (" " * half, None)
    return [left, (axis, Style(dim=True)), right, (rest, None)]


def _rightward(share: float, width: int, look: Look) -> str:
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    if look.ascii:
        return "#" * round(eighths / 8)
    full, part = divmod(eighths, 8)
    return "█" * full + (_EIGHTHS[part] if part else "")


def _leftward(share: float, width: int, look: Look) -> str:
    # There are no left-growing eighths in Unicode's common blocks, only the half.
    halves = round(min(max(share, 0.0), 1.0) * width * 2)
    if look.ascii:
        return "=" * round(halves / 2)
    full, part = divmod(halves, 2)
    return (_RIGHT_HALVES[part] if part else "") + "█" * full


def _color(sign: int, look: Look) -> Color | None:
    """Return a clear tone of the colours for negative and positive, or for what has no sign."""
    levels = ramp("signed" if sign else "sequential", look)
    return levels.color((sign or 1) * max(1, round(levels.steps * 0.7)))
