"""A part of the plane as lines of cells: what is computed there, boundaries, and marks of points.

Where there are half blocks a cell shows two values, one above the other; else a character shows
one. A mark takes a whole cell, and lets the ground of what is computed there be seen.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rich.color import Color
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from screens.shapes.look import Look
from screens.shapes.luminance import luminance
from screens.shapes.plane import CHOSEN, NO_MARK, POINTER, Field
from screens.shapes.ramp import ramp
from screens.shapes.scale import BAD, Kind
from screens.widgets.array_rendering import runs
from screens.widgets.cell_styles import bad_style, cursor_style
from screens.widgets.curve_tones import TONES, tone_style

EDGE, EMPTY, BETWEEN = 120, 121, 122
"""Codes beside levels and ``BAD``: a boundary, nothing computed, and between two pictures."""

_MARKS = "○×△◇□+▽☆"
_ASCII_MARKS = "oxv%&$ns"
_POINTER = "┼"
_FILLS = ":~,;'\"`_"  # of the classes, where there are no colours to a cell
_STEPS = {"truecolor": 5, "256": 5, "16": 1, "none": 1}  # of a class's hue, above none of it
_PER_CLASS = 8  # codes of the levels of a class
_GROUND, _LIGHT_GROUND = ColorTriplet(28, 28, 28), ColorTriplet(238, 238, 238)
_WHITE, _BLACK = ColorTriplet(255, 255, 255), ColorTriplet(0, 0, 0)
_READ_ALIKE = 0.179  # the luminance on which black and white can be read equally well
_READABLE = {12: 14, 14: 15}  # of the sixteen colours: bright blue is not, on blue
_DARK = {12: 4, 11: 3, 10: 2, 13: 5, 14: 6, 9: 1, 7: 8, 15: 7}  # of the sixteen colours


def mark_glyph(number: int, look: Look) -> str:
    """Return what the points of a class are marked with."""
    marks = _ASCII_MARKS if look.ascii else _MARKS
    return marks[number % len(marks)]


def mark_style(number: int, look: Look, ground: Color | None = None) -> Style:
    """Return the colour of the marks of a class, light or dark as the ground asks for."""
    color = tone_style(number % TONES, look).color
    if color is None:
        return Style(bold=True)
    under = _LIGHT_GROUND if look.is_light else _GROUND
    is_dark = luminance(under if ground is None else ground.get_truecolor()) < _READ_ALIKE
    if look.colors == "16":
        light = Color.from_ansi(_READABLE.get(color.number or 0, color.number or 0))
        return Style(color=light if is_dark else Color.from_ansi(0), bold=is_dark)
    toward = _mixed(color, _WHITE, 0.55) if is_dark else _mixed(color, _BLACK, 0.75)
    return Style(color=toward, bold=True)


def codes_of(field: Field, look: Look) -> NDArray[np.int8]:
    """Return the code of each value: of its level and its class, or of a boundary."""
    if field.classes is None:
        codes = field.scale.levels(field.values, ramp(field.scale.kind, look).steps)
    else:
        levels = field.scale.levels(field.values, _STEPS[look.colors])
        codes = (levels + _PER_CLASS * (field.classes % TONES)).astype(np.int8)
        codes[levels == BAD] = BAD
    codes[field.edge] = EDGE
    return codes


def kind_of(field: Field) -> Kind | None:
    """Return how the levels of a field are coloured; None by classes."""
    return None if field.classes is not None else field.scale.kind


def render_field(field: Field | None, marks: NDArray[np.int8], look: Look) -> list[Strip]:
    """Draw a part of the plane.

    Args:
        field: What is computed there, one row to a line or two; None for nothing.
        marks: [lines, columns].
        look: How this terminal is drawn.

    Returns:
        One strip for each line of marks.
    """
    if field is None:
        return render_codes(np.full(marks.shape, EMPTY, np.int8), marks, None, look)
    return render_codes(codes_of(field, look), marks, kind_of(field), look)


def render_codes(
    codes: NDArray[np.int8], marks: NDArray[np.int8], kind: Kind | None, look: Look
) -> list[Strip]:
    """Draw values by their codes, [rows, columns], with marks, [lines, columns]."""
    is_halved = len(codes) > len(marks)
    top, bottom = (codes[::2], codes[1::2]) if is_halved else (codes, codes)
    return [
        _strip(upper.tobytes(), lower.tobytes(), mark.tobytes(), kind, look)
        for upper, lower, mark in zip(top, bottom, marks, strict=True)
    ]


@lru_cache(8192)
def _strip(top: bytes, bottom: bytes, marks: bytes, kind: Kind | None, look: Look) -> Strip:
    """Return a line of cells. Cached, so that an unchanged line is the very same object."""
    upper, lower, marked = (np.frombuffer(each, np.int8) for each in (top, bottom, marks))
    codes = (upper.astype(np.int32) * 256 + lower) * 256 + marked
    segments = []
    for start, end in runs(codes):
        glyph, style = _cell(int(upper[start]), int(lower[start]), int(marked[start]), kind, look)
        segments.append(Segment(glyph * (end - start), style))
    return Strip(segments, len(marks))


@lru_cache(8192)
def _cell(top: int, bottom: int, mark: int, kind: Kind | None, look: Look) -> tuple[str, Style]:
    """Return the character and the style of a cell."""
    if mark >= CHOSEN:
        return mark_glyph(mark - CHOSEN, look), cursor_style(look)
    if mark == POINTER:
        return look.text(_POINTER), cursor_style(look)
    if BAD in (top, bottom):
        return "!", bad_style(look)
    if mark != NO_MARK:
        under = _color(bottom if top == EDGE else top, kind, look) if look.has_blocks else None
        style = mark_style(mark - 1, look, under)
        return mark_glyph(mark - 1, look), style + Style(bgcolor=under)
    if not look.has_blocks:
        return _glyph(top, kind, look)
    upper, lower = _color(top, kind, look), _color(bottom, kind, look)
    if upper == lower:
        return " ", Style(bgcolor=upper)
    return "▀", Style(color=upper, bgcolor=lower)


def _glyph(code: int, kind: Kind | None, look: Look) -> tuple[str, Style]:
    """Return the character of one value, where there are no half blocks."""
    if code in (EDGE, EMPTY, BETWEEN):
        return (".", Style(bold=True)) if code == EDGE else (" ", Style())
    color = _color(code, kind, look)
    if kind is not None:
        return ramp(kind, look).glyph(code), Style(color=color if code else None)
    number, level = divmod(code, _PER_CLASS)
    return (_FILLS[number] if 2 * level > _STEPS[look.colors] else " "), Style(color=color)


def _color(code: int, kind: Kind | None, look: Look) -> Color | None:
    """Return the colour of one value, or None where there are none."""
    if look.colors == "none" or code == BETWEEN:
        return None
    if code == EDGE:
        return (
            Color.from_triplet(_BLACK if look.is_light else _WHITE)
            if look.has_themes
            else (Color.from_ansi(15))
        )
    if code == EMPTY:
        return ramp("signed", look).color(0)
    if kind is not None:
        return ramp(kind, look).color(code)
    number, level = divmod(code, _PER_CLASS)
    tone = tone_style(number, look).color
    assert tone is not None
    if look.colors == "16":
        return Color.from_ansi(_DARK[tone.number or 0] if level else 0)
    ground = _LIGHT_GROUND if look.is_light else _GROUND
    return _mixed(
        Color.from_triplet(ground), tone.get_truecolor(), 0.85 * level / _STEPS[look.colors]
    )


def _mixed(color: Color, other: ColorTriplet, share: float) -> Color:
    """Return a colour with a share of another one."""
    pairs = zip(color.get_truecolor(), other, strict=True)
    return Color.from_rgb(*(a + share * (b - a) for a, b in pairs))
