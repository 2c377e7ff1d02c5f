"""How many values fall where: bins, and their heights as lines of text."""

from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from screens.shapes.blocks import block_edges
from screens.shapes.format import figure

_EIGHTHS = " ▁▂▃▄▅▆▇█"


class Counts(Struct, frozen=True, eq=False):
    """Counts of bins, and the words over them.

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


def rebin(
    counts: NDArray[Any], edges: NDArray[Any], width: int
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Join bins where there are more of them than columns."""
    if len(counts) <= width:
        return counts, edges
    starts = block_edges(len(counts), width)
    return np.add.reduceat(counts, starts[:-1]), edges[starts]


def heights(counts: NDArray[Any], rows: int, ascii: bool) -> list[str]:
    """Return the columns as lines of text from top to bottom, one character to a bin."""
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


def title_lines(data: Counts, tallest: int, width: int) -> list[str]:
    """Return the title with the height of the tallest bar: in one line if they fit there."""
    words = ", ".join(filter(None, [f"tallest bar: {tallest:,}", data.note]))
    whole = f"{data.title} ({words})" if data.title else words
    return [whole] if len(whole) <= width or not data.title else [data.title, words]


def axis_text(low: float, high: float, width: int) -> str:
    """Return the labels under the columns: both ends, and zero where it is between them."""
    left, right = figure(low), figure(high)
    text = list(left + right.rjust(width - len(left)))
    if low < 0 < high:
        at = min(int(-low / (high - low) * width), width - 1)
        if all(c == " " for c in text[max(at - 1, 0) : at + 2]):
            text[at] = "0"
    return "".join(text)
