"""How many values fall where, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.reactive import var
from textual.strip import Strip

from screens.shapes.blocks import block_edges
from screens.shapes.histogram import Counts, axis_text, heights, rebin, title_lines
from screens.shapes.look import Look
from screens.shapes.ramp import ramp
from screens.shapes.scale import Kind
from screens.widgets.line_widget import LineWidget, fit_text, make_strip


class Histogram(LineWidget):
    """Counts of bins as columns; the ends of the range, and zero if inside, under them.

    | component class      | what it styles              |
    |----------------------|-----------------------------|
    | `histogram--title`   | the line over the columns   |
    | `histogram--axis`    | the labels under them       |
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"histogram--title", "histogram--axis"}
    DEFAULT_CSS = """
    Histogram { width: 1fr; height: auto; }
    Histogram .histogram--axis { color: $text-muted; }
    """

    counts: var[Counts | None] = var(None, init=False)

    def show(
        self,
        counts: Sequence[int] | NDArray[Any],
        edges: Sequence[float] | NDArray[Any],
        title: str = "",
        note: str = "",
    ) -> None:
        """Show counts of bins."""
        self.counts = Counts(np.asarray(counts), np.asarray(edges), title, note)

    def clear(self) -> None:
        """Show nothing."""
        self.counts = None

    def watch_counts(self) -> None:
        """Draw the new counts."""
        self.redraw()

    def preferred_size(self, room: Size) -> Size:
        """Return a height at which columns can be told apart."""
        return Size(room.width, 8)

    def draw(self, width: int, height: int) -> list[Strip]:
        """Return the title with the largest count, the columns, and the axis."""
        data, look = self.counts, self.look
        if data is None or width < 4 or height < 3 or not len(data.counts):
            return []
        counts, edges = rebin(data.counts, data.edges, width)
        widths = np.diff(block_edges(width, len(counts)))
        centres = (edges[1:] + edges[:-1]) / 2
        heading = self.style_of("histogram--title")
        titles = [
            make_strip((fit_text(look.text(line), width), heading))
            for line in title_lines(data, int(counts.max()), width)
        ]
        room = max(1, height - len(titles) - 1)
        body = [_columns(row, centres, widths, look) for row in heights(counts, room, look.ascii)]
        axis = look.text(axis_text(float(edges[0]), float(edges[-1]), width))
        return [*titles, *body, Strip([Segment(axis, self.style_of("histogram--axis"))])]


def _columns(row: str, centres: NDArray[Any], widths: NDArray[Any], look: Look) -> Strip:
    """Return a line of the columns, coloured by the sign of what they count."""
    signed = bool(centres[0] < 0 < centres[-1])
    kind: Kind = "signed" if signed else "sequential"
    levels = ramp(kind, look)
    tone = max(1, round(levels.steps * 0.7))
    split = int(np.searchsorted(centres, 0)) if signed else 0
    cells = [glyph * int(wide) for glyph, wide in zip(row, widths, strict=True)]
    parts = [("".join(cells[:split]), -tone), ("".join(cells[split:]), tone)]
    return Strip(Segment(text, Style(color=levels.color(level))) for text, level in parts if text)
