"""How many values fall where, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.reactive import var
from textual.strip import Strip

from screens.shapes.look import Look
from screens.shapes.scale import Kind, ramp
from screens.widgets.drawn import Drawn
from screens.widgets.paint import block_edges

_EIGHTHS = " ▁▂▃▄▅▆▇█"


@dataclass(frozen=True, eq=False)
class Counts:
    """What a histogram shows.

    Attributes:
        counts: How many values are in each bin.
        edges: Where bins begin, and the end of the last; one more than counts.
        title: A line over the columns.
        note: A remark, such as `3 not finite`, after the title.
    """

    counts: NDArray[Any]
    edges: NDArray[Any]
    title: str = ""
    note: str = ""


class Histogram(Drawn):
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

    def wanted(self, room: Size) -> Size:
        """A height to tell columns apart at."""
        return Size(room.width, 8)

    def draw(self, width: int, height: int) -> list[Strip]:
        """The title with the largest count, the columns, and the axis."""
        data, look = self.counts, self.look
        if data is None or width < 4 or height < 3 or not len(data.counts):
            return []
        counts, edges = rebin(data.counts, data.edges, width)
        widths = np.diff(block_edges(width, len(counts)))
        centres = (edges[1:] + edges[:-1]) / 2
        top = look.text(" · ".join(filter(None, [data.title, f"max {counts.max():,}", data.note])))
        title = Strip([Segment(top[:width], self.part("histogram--title"))])
        body = [
            _columns(row, centres, widths, look) for row in heights(counts, height - 2, look.ascii)
        ]
        axis = axis_text(float(edges[0]), float(edges[-1]), width)
        return [title, *body, Strip([Segment(axis, self.part("histogram--axis"))])]


def rebin(
    counts: NDArray[Any], edges: NDArray[Any], width: int
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Join bins where there are more of them than columns."""
    if len(counts) <= width:
        return counts, edges
    starts = block_edges(len(counts), width)
    return np.add.reduceat(counts, starts[:-1]), edges[starts]


def heights(counts: NDArray[Any], rows: int, ascii: bool) -> list[str]:
    """The columns as lines of text from top to bottom, one character to a bin."""
    share = counts / max(1, counts.max())
    # A bin with anything in it shows at least the thinnest block.
    eighths = np.maximum(np.rint(share * rows * 8).astype(int), counts > 0)
    glyphs = "  ...:::#" if ascii else _EIGHTHS
    lines = []
    for row in range(rows - 1, -1, -1):
        part = np.clip(eighths - row * 8, 0, 8)
        text = "".join(glyphs[n] for n in part)
        if ascii and row == 0:
            text = "".join("." if g == " " and n else g for g, n in zip(text, part, strict=True))
        lines.append(text)
    return lines


def axis_text(low: float, high: float, width: int) -> str:
    """The labels under the columns: both ends, and zero where it is between them."""
    left, right = f"{low:.3g}", f"{high:.3g}"
    text = list(left + right.rjust(width - len(left)))
    if low < 0 < high:
        at = min(int(-low / (high - low) * width), width - 1)
        if all(c == " " for c in text[max(at - 1, 0) : at + 2]):
            text[at] = "0"
    return "".join(text)


def _columns(row: str, centres: NDArray[Any], widths: NDArray[Any], look: Look) -> Strip:
    """A line of the columns, coloured by the sign of what they count."""
    signed = bool(centres[0] < 0 < centres[-1])
    kind: Kind = "signed" if signed else "sequential"
    levels = ramp(kind, look)
    tone = max(1, round(levels.steps * 0.7))
    split = int(np.searchsorted(centres, 0)) if signed else 0
    cells = [glyph * int(wide) for glyph, wide in zip(row, widths, strict=True)]
    parts = [("".join(cells[:split]), -tone), ("".join(cells[split:]), tone)]
    return Strip(Segment(text, Style(color=levels.color(level))) for text, level in parts if text)
