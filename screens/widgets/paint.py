"""From an array to lines of coloured cells: the one painter that every picture uses.

A cell of a terminal is about twice as high as wide, so one cell shows two values, one above the
other, as the upper and lower half of `▀`. Without colours, or in ASCII, a cell shows a character
for both, so a picture has the same size everywhere.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from screens.shapes.look import Look
from screens.shapes.scale import BAD, Kind, Levels, Ramp, Scale, ramp

# More levels beside BAD, for cells that show something else than a value.
NOTHING = 126
CURSOR = 125

BAD_STYLE = Style(color=Color.from_rgb(255, 255, 255), bgcolor=Color.from_rgb(215, 0, 0), bold=True)
CURSOR_STYLE = Style(color=Color.from_rgb(0, 0, 0), bgcolor=Color.from_rgb(255, 0, 255), bold=True)
REVERSE = Style(reverse=True, bold=True)


def paint(
    values: NDArray[Any],
    scale: Scale,
    look: Look,
    *,
    cursor: tuple[int, int] | None = None,
    wide: bool = False,
) -> list[Strip]:
    """Draw a 2-D array.

    Args:
        values: The array, rows by columns.
        scale: How values become colours.
        look: How this terminal is drawn.
        cursor: The row and column of a value to mark.
        wide: One value in two columns and a row of its own, else two values in one cell.

    Returns:
        One strip for each line: rows if wide, else half of them, rounded up.
    """
    levels = scale.levels(values, ramp(scale.kind, look).steps)
    if wide:
        here, at = cursor or (-1, -1)
        return [
            _wide_strip(row.tobytes(), scale.kind, look, at if y == here else -1)
            for y, row in enumerate(levels)
        ]
    if len(levels) % 2:
        levels = np.vstack([levels, np.full((1, levels.shape[1]), NOTHING, np.int8)])
    upper, lower = levels[::2].copy(), levels[1::2].copy()
    if not look.has_blocks:
        upper, lower = _merge(upper, lower, scale.kind), np.full_like(lower, NOTHING)
    if cursor:
        # The other half becomes NOTHING: the mark takes the whole cell.
        row, column = cursor
        upper[row // 2, column] = CURSOR if row % 2 == 0 else NOTHING
        lower[row // 2, column] = CURSOR if row % 2 else NOTHING
    return [
        _half_strip(top.tobytes(), bottom.tobytes(), scale.kind, look)
        for top, bottom in zip(upper, lower, strict=True)
    ]


def legend(scale: Scale, look: Look, width: int) -> list[Segment]:
    """The range of a scale with its colours between, as `-0.31 ▄▄▄ 0 ▄▄▄ +0.31`."""
    levels, signed = ramp(scale.kind, look), scale.kind == "signed"
    low = f"{-scale.limit if signed else scale.low:.3g}"
    high = f"{scale.limit:{'+' if signed else ''}.3g}"
    spare = width - len(low) - len(high) - 2 - 3 * signed
    if spare < 2:
        words = (f"{low}..{high}", look.text(f"±{scale.limit:.2g}") if signed else high)
        return [Segment(next((word for word in words if len(word) <= width), ""))]
    above = list(range(signed, levels.steps + 1))
    while len(above) * (1 + signed) > spare:
        above = above[::-2][::-1]  # half of them, the last one kept
    below = [Segment(_sample(levels, -n), _ink(levels, -n)) for n in reversed(above)]
    up = [Segment(_sample(levels, n), _ink(levels, n)) for n in above]
    middle = [*below, Segment(" 0 "), *up] if signed else up
    return [Segment(low + " "), *middle, Segment(" " + high)]


def _sample(levels: Ramp, level: int) -> str:
    return levels.glyph(level) if levels.glyphs else "▄"


def _ink(levels: Ramp, level: int) -> Style:
    return Style(color=levels.color(level))


def reduce_blocks(values: NDArray[Any], rows: int, columns: int) -> NDArray[Any]:
    """Reduce an array to at most `rows` by `columns` blocks.

    A block shows its value of the largest magnitude with its sign (so that nothing large hides)
    and stays not finite if any of its values is.
    """
    rows, columns = min(rows, values.shape[0]), min(columns, values.shape[1])
    if (rows, columns) == values.shape:
        return values
    edges = [block_edges(n, m)[:-1] for n, m in zip(values.shape, (rows, columns), strict=True)]
    high = np.maximum.reduceat(np.maximum.reduceat(values, edges[0], axis=0), edges[1], axis=1)
    low = np.minimum.reduceat(np.minimum.reduceat(values, edges[0], axis=0), edges[1], axis=1)
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(low) > np.abs(high), low, high)


def block_edges(length: int, blocks: int) -> NDArray[np.intp]:
    """Where each of `blocks` nearly equal parts of a length begins, and the end."""
    return (np.arange(blocks + 1) * length) // blocks


def halve(image: NDArray[Any]) -> NDArray[Any]:
    """Reduce an image to half its size by the mean of 2 by 2 pixels."""
    rows, columns = image.shape[0] // 2 * 2, image.shape[1] // 2 * 2
    blocks = image[:rows, :columns].reshape(rows // 2, 2, columns // 2, 2)
    return np.asarray(blocks.mean(axis=(1, 3)))


def _merge(upper: Levels, lower: Levels, kind: Kind) -> Levels:
    """One level for the two of a cell: the mean of ink, else the larger magnitude."""
    a, b = upper.astype(np.int16), np.where(lower == NOTHING, upper, lower).astype(np.int16)
    both = (a + b + 1) // 2 if kind == "grey" else np.where(np.abs(b) > np.abs(a), b, a)
    both[(upper == BAD) | (lower == BAD)] = BAD
    return both.astype(np.int8)


def _runs(codes: NDArray[Any]) -> list[tuple[int, int]]:
    """The beginning and end of each run of equal elements."""
    cuts = np.flatnonzero(codes[1:] != codes[:-1]) + 1
    return list(zip([0, *cuts.tolist()], [*cuts.tolist(), len(codes)], strict=True))


@lru_cache(8192)
def _half_strip(upper: bytes, lower: bytes, kind: Kind, look: Look) -> Strip:
    """A line of cells. Cached, so that an unchanged line is the very same object."""
    top, bottom = np.frombuffer(upper, np.int8), np.frombuffer(lower, np.int8)
    segments = []
    for start, end in _runs(top.astype(np.int16) * 256 + bottom):
        glyph, style = _half_cell(int(top[start]), int(bottom[start]), kind, look)
        segments.append(Segment(glyph * (end - start), style))
    return Strip(segments, len(top))


@lru_cache(8192)
def _wide_strip(row: bytes, kind: Kind, look: Look, cursor: int) -> Strip:
    """A line of cells two columns wide. Cached as `_half_strip` is."""
    levels = np.frombuffer(row, np.int8)
    codes = levels.astype(np.int16)
    if cursor >= 0:
        codes[cursor] = 1000  # a run of its own
    segments = []
    for start, end in _runs(codes):
        glyph, style = wide_cell(int(levels[start]), kind, look)
        if start == cursor:
            glyph, style = "[]", style + (Style(bold=True) if look.has_blocks else REVERSE)
        segments.append(Segment(glyph * (end - start), style))
    return Strip(segments, 2 * len(levels))


@lru_cache(4096)
def _half_cell(top: int, bottom: int, kind: Kind, look: Look) -> tuple[str, Style]:
    """The character and style of a cell with one value above another."""
    if CURSOR in (top, bottom):
        return "^" if top == CURSOR else "v", cursor_style(look)
    if BAD in (top, bottom):
        return "!", bad_style(look)
    levels = ramp(kind, look)
    if not look.has_blocks:
        return _glyph_cell(levels, top)
    if bottom == NOTHING:
        return "▀", Style(color=levels.color(top))
    if top == bottom:
        return " ", Style(bgcolor=levels.color(top))
    return "▀", Style(color=levels.color(top), bgcolor=levels.color(bottom))


@lru_cache(4096)
def wide_cell(level: int, kind: Kind, look: Look) -> tuple[str, Style]:
    """The two characters and the style of a cell that shows one value."""
    if level == BAD:
        return "!!", bad_style(look)
    levels = ramp(kind, look)
    if not look.has_blocks:
        glyph, style = _glyph_cell(levels, level)
        return glyph * 2, style
    return "  ", Style(color=levels.ink(level), bgcolor=levels.color(level))


def _glyph_cell(levels: Ramp, level: int) -> tuple[str, Style]:
    return levels.glyph(level), Style(color=levels.color(level) if level else None)


def cursor_style(look: Look) -> Style:
    """The style of a cursor, always with a character that is nowhere else in a picture."""
    return CURSOR_STYLE if look.has_blocks and look.colors != "16" else REVERSE


def bad_style(look: Look) -> Style:
    """The style of a value that is not finite, which is also drawn as `!`."""
    if look.colors == "16":
        return Style(color=Color.from_ansi(15), bgcolor=Color.from_ansi(1), bold=True)
    return REVERSE if look.colors == "none" else BAD_STYLE
