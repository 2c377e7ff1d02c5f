"""Labelled horizontal bars."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.color import Color
from rich.style import Style
from textual.binding import BindingType
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip

from screens.shapes.look import Look
from screens.shapes.scale import ramp
from screens.widgets.drawn import JUMPS, MOVES, DrawnScroll, fit, line

_LEAST = 5  # columns of a bar
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_RIGHT_HALVES = " ▐█"


@dataclass(frozen=True)
class Bar:
    """One bar.

    Attributes:
        label: The name on its left.
        value: Its length; one that is not finite has no bar but `!`.
        text: The value as it is written, on its right.
        mark: A word after that, such as `◀ predicted`.
    """

    label: str
    value: float
    text: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Chart:
    """What a bars widget shows.

    Attributes:
        bars: The bars from top to bottom.
        limit: The value of a bar of full length.
        signed: Whether bars go left and right of a zero line.
    """

    bars: tuple[Bar, ...]
    limit: float
    signed: bool = False


class Bars(DrawnScroll):
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
    BINDINGS: ClassVar[list[BindingType]] = [*MOVES[:2], *JUMPS]
    DEFAULT_CSS = """
    Bars { height: auto; max-height: 100%; overflow-x: hidden; }
    Bars .bars--mark { text-style: bold; }
    Bars .bars--cursor { text-style: reverse bold; }
    """

    chart: var[Chart | None] = var(None, init=False)
    index: var[int] = var(0, init=False)

    class Selected(Message):
        """A bar was selected by key or mouse."""

        def __init__(self, bars: Bars, index: int) -> None:
            super().__init__()
            self.bars = bars
            self.index = index

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
        self.chart = Chart(tuple(bars), limit or max(sizes, default=1.0) or 1.0, signed)

    def on_mount(self) -> None:
        """Make room for what was shown before."""
        self.watch_chart(None, self.chart)

    def watch_chart(self, old: Chart | None, new: Chart | None) -> None:
        """Draw the new bars."""
        count = len(new.bars) if new else 0
        self.set_reactive(Bars.index, min(self.index, max(count - 1, 0)))
        self.virtual_size = Size(self.size.width, count)
        self.redraw(layout=count != (len(old.bars) if old else 0))

    def validate_index(self, index: int) -> int:
        """Keep the selection inside."""
        return min(max(index, 0), max(len(self.chart.bars) - 1, 0)) if self.chart else 0

    def watch_index(self) -> None:
        """Show the selected bar."""
        self.reveal(Region(0, self.index, 1, 1))
        self.redraw()

    def draw(self, width: int, height: int) -> list[Strip]:
        """The visible bars."""
        if self.chart is None or not self.chart.bars:
            return []
        bars, look = self.chart.bars, self.look
        labels = max(len(look.text(bar.label)) for bar in bars)
        texts = max(len(look.text(bar.text)) for bar in bars)
        marks = max(len(look.text(bar.mark)) for bar in bars)
        room = width - labels - texts - marks - 3 - self.selectable
        if room < _LEAST:  # too narrow for everything: the marks go first
            marks = max(0, marks - (_LEAST - room))
            room = width - labels - texts - marks - 3 - self.selectable
        top = round(self.scroll_offset.y)
        return [
            self._line(i, labels, texts, marks, max(room, 0))
            for i in range(top, min(top + height, len(bars)))
        ]

    def _line(self, index: int, labels: int, texts: int, marks: int, room: int) -> Strip:
        assert self.chart is not None
        bar, look = self.chart.bars[index], self.look
        selected = self.selectable and index == self.index
        pointer = look.text("▸")[0] if selected else " " if self.selectable else ""
        share = bar.value / self.chart.limit if math.isfinite(bar.value) else math.nan
        cells = (signed_cells if self.chart.signed else plain_cells)(share, room, look)
        return line(
            (
                pointer + look.text(bar.label).rjust(labels),
                self.part("bars--cursor" if selected else "bars--label"),
            ),
            (" ", None),
            *cells,
            (" " + look.text(bar.text).rjust(texts), self.part("bars--value")),
            (" " + fit(look.text(bar.mark), marks) if marks else "", self.part("bars--mark")),
        )

    def _select(self, index: int) -> None:
        before, self.index = self.index, index
        if self.index != before:
            self.post_message(self.Selected(self, self.index))

    def action_move(self, rows: int, _columns: int) -> None:
        """Move the selection."""
        if self.selectable:
            self._select(self.index + rows)

    def action_jump(self, to: str) -> None:
        """Select the first or last bar."""
        if self.selectable and self.chart:
            self._select(0 if to == "first" else len(self.chart.bars) - 1)

    def action_page(self, pages: int) -> None:
        """Move the selection by a screenful."""
        if self.selectable:
            self._select(self.index + pages * max(1, self.size.height - 1))

    def on_click(self, event: Click) -> None:
        """Select the bar under the mouse."""
        offset = event.get_content_offset(self)
        if self.selectable and offset is not None:
            self._select(offset.y + round(self.scroll_offset.y))


Cells = list[tuple[str, Style | None]]


def plain_cells(share: float, width: int, look: Look) -> Cells:
    """A bar from the left, exact to an eighth of a cell."""
    if math.isnan(share):
        return [("!".ljust(width), Style(bold=True))]
    text = _rightward(share, width, look)
    return [(text.ljust(width), Style(color=_color(0, look)))]


def signed_cells(share: float, width: int, look: Look) -> Cells:
    """A bar to the left of a zero line if negative, else to the right of it."""
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
    """A clear tone of the colours for negative and positive, or for what has no sign."""
    levels = ramp("signed" if sign else "sequential", look)
    return levels.color((sign or 1) * max(1, round(levels.steps * 0.7)))
