"""An array as lines of coloured cells, for every widget that shows one.

A cell of a terminal is about twice as high as wide, so one cell shows two values, one above the
other, as the upper and lower half of `▀`. Without colours, or in ASCII, a cell shows a character
for both, so a picture has the same size everywhere.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from screens.shapes.format import figure, signed
from screens.shapes.look import Look
from screens.shapes.plate import range_words
from screens.shapes.ramp import Ramp, ramp
from screens.shapes.scale import BAD, Kind, Levels, Scale
from screens.widgets.cell_styles import (
    CURSOR,
    NOTHING,
    REVERSE,
    cursor_style,
    half_cell,
    wide_cell,
)

_LINES = 1024  # that are remembered: several screens full of them, at some kilobytes each


def render_array(
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


def render_legend(scale: Scale, look: Look, width: int) -> list[Segment]:
    """Return the range of a scale with its colours between, as `−0.31 ▄▄▄ 0 ▄▄▄ +0.31`."""
    levels, is_signed = ramp(scale.kind, look), scale.kind == "signed" and not scale.one_sided
    low = look.text(figure(-scale.limit if is_signed else scale.low))
    high = look.text(signed(scale.limit) if is_signed else figure(scale.limit))
    spare = width - len(low) - len(high) - 2 - 3 * is_signed
    if spare < 2 or scale.limit == scale.low:
        words = [f"{low}..{high}", look.text(range_words(scale))][scale.limit == scale.low :]
        return [Segment(next((word for word in words if len(word) <= width), ""))]
    above = list(range(is_signed, levels.steps + 1))
    while len(above) * (1 + is_signed) > spare:
        above = above[::-2][::-1]  # half of them, the last one kept
    below = [Segment(_sample(levels, -n), _ink(levels, -n)) for n in reversed(above)]
    up = [Segment(_sample(levels, n), _ink(levels, n)) for n in above]
    middle = [*below, Segment(" 0 "), *up] if is_signed else up
    return [Segment(low + " "), *middle, Segment(" " + high)]


def _sample(levels: Ramp, level: int) -> str:
    return levels.glyph(level) if levels.glyphs else "▄"


def _ink(levels: Ramp, level: int) -> Style:
    return Style(color=levels.color(level))


def _merge(upper: Levels, lower: Levels, kind: Kind) -> Levels:
    """Return one level for the two of a cell: the mean of ink, else the larger magnitude."""
    a, b = upper.astype(np.int16), np.where(lower == NOTHING, upper, lower).astype(np.int16)
    both = (a + b + 1) // 2 if kind == "grey" else np.where(np.abs(b) > np.abs(a), b, a)
    both[(upper == BAD) | (lower == BAD)] = BAD
    return both.astype(np.int8)


def runs(codes: NDArray[Any]) -> list[tuple[int, int]]:
    """Return the beginning and end of each run of equal elements."""
    cuts = np.flatnonzero(codes[1:] != codes[:-1]) + 1
    return list(zip([0, *cuts.tolist()], [*cuts.tolist(), len(codes)], strict=True))


@lru_cache(_LINES)
def _half_strip(upper: bytes, lower: bytes, kind: Kind, look: Look) -> Strip:
    """Return a line of cells. Cached, so that an unchanged line is the very same object."""
    top, bottom = np.frombuffer(upper, np.int8), np.frombuffer(lower, np.int8)
    segments = []
    for start, end in runs(top.astype(np.int16) * 256 + bottom):
        glyph, style = half_cell(int(top[start]), int(bottom[start]), kind, look)
        segments.append(Segment(glyph * (end - start), style))
    return Strip(segments, len(top))


def render_cells(
    values: NDArray[Any],
    scale: Scale,
    look: Look,
    size: int,
    *,
    cursor: tuple[int, int] | None = None,
    labels: tuple[str, ...] = (),
) -> list[Strip]:
    """Draw a 2-D array with a rectangle of cells to a value.

    Args:
        values: The array, rows by columns.
        scale: How values become colours.
        look: How this terminal is drawn.
        size: Lines of a rectangle, and half its columns.
        cursor: The row and column of a value to mark.
        labels: A letter for each value, row by row, or none at all.

    Returns:
        One strip for each line.
    """
    levels, columns = scale.levels(values, ramp(scale.kind, look).steps), values.shape[1]
    here, at = cursor or (-1, -1)
    strips = []
    for y, row in enumerate(levels):
        names, mark = labels[y * columns : (y + 1) * columns], at if y == here else -1
        plain = _cell_strip(row.tobytes(), scale.kind, look, size, mark, ())
        named = _cell_strip(row.tobytes(), scale.kind, look, size, mark, names)
        strips += [named if line == (size - 1) // 2 else plain for line in range(size)]
    return strips


@lru_cache(_LINES)
def _cell_strip(
    row: bytes, kind: Kind, look: Look, size: int, cursor: int, labels: tuple[str, ...]
) -> Strip:
    """Return one line of rectangles. Cached as `_half_strip` is."""
    segments = []
    for column, level in enumerate(np.frombuffer(row, np.int8).tolist()):
        glyphs, style = wide_cell(level, kind, look)
        glyphs *= size
        if labels:
            middle = len(glyphs) // 2 if size > 1 else 0
            glyphs = glyphs[:middle] + labels[column] + glyphs[middle + 1 :]
        if column == cursor:
            glyphs, style = _marked(glyphs, style, look, has_label=bool(labels))
        segments.append(Segment(glyphs, style))
    return Strip(Segment.simplify(segments), 2 * size * len(row))


def _marked(glyphs: str, style: Style, look: Look, *, has_label: bool) -> tuple[str, Style]:
    """Return a cell of the selected value: in brackets, unless its label leaves no room."""
    if len(glyphs) > 2 or not has_label:
        glyphs = f"[{glyphs[1:-1]}]"
    elif look.has_blocks:
        return glyphs, cursor_style(look)
    return glyphs, style + (Style(bold=True) if look.has_blocks else REVERSE)


@lru_cache(_LINES)
def _wide_strip(row: bytes, kind: Kind, look: Look, cursor: int) -> Strip:
    """Return a line of cells two columns wide. Cached as `_half_strip` is."""
    levels = np.frombuffer(row, np.int8)
    codes = levels.astype(np.int16)
    if cursor >= 0:
        codes[cursor] = 1000  # a run of its own
    segments = []
    for start, end in runs(codes):
        glyph, style = wide_cell(int(levels[start]), kind, look)
        if start == cursor:
            glyph, style = "[]", style + (Style(bold=True) if look.has_blocks else REVERSE)
        segments.append(Segment(glyph * (end - start), style))
    return Strip(segments, 2 * len(levels))
