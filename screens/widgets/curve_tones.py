"""How the curves of a plot are told apart: by colour, and by marks of their own besides."""

from __future__ import annotations

from rich.color import Color
from rich.style import Style

from screens.shapes.curves import Series
from screens.shapes.look import ColorMode, Look
from screens.shapes.ramp import from_256

# The first tone is a plain line; the others have marks, so that colour is never the only sign.
# Where there is no braille, a line is made of its marker.
MARKS = ("", "◆", "+", "x", "o", "*", "#", "%")
_MARKERS = ("hd", "•", "+", "x", "o", "*", "#", "%")
_ASCII_MARKERS = ("*", "+", "x", "o", "#", "%", "@", "=")
_SAMPLES = {"hd": "▄▀"}
TONES = len(_MARKERS)
FAINT_DOTS = "··"
# Blue and orange first; all told apart by colour-blind eyes, and by their markers besides.
_COLORS: dict[ColorMode, tuple[Color, ...]] = {
    "256": tuple(map(from_256, (75, 214, 79, 213, 227, 203, 147, 252))),
    "16": tuple(map(Color.from_ansi, (12, 11, 10, 13, 14, 9, 7, 15))),
}
_COLORS["truecolor"] = _COLORS["256"]
_LIGHT_COLORS = tuple(map(from_256, (25, 130, 29, 127, 58, 160, 93, 240)))


def tone_of(series: Series, number: int) -> int:
    """Return the tone of a series: its own, or by its number among the others."""
    return (number if series.tone is None else series.tone) % TONES


def tone_style(tone: int, look: Look) -> Style:
    """Return the colour of a tone, where there are colours."""
    if look.colors == "none":
        return Style(bold=True)
    return Style(color=(_LIGHT_COLORS if look.is_light else _COLORS[look.colors])[tone])


def tone_marker(tone: int, look: Look) -> str:
    """Return the marker of a tone: a character, or plotext's name of braille or quarter blocks."""
    if look.has_braille:
        return "braille"
    return (_ASCII_MARKERS if look.ascii else _MARKERS)[tone]


def marker_of(series: Series, number: int, look: Look) -> str:
    """Return the marker of a series: without braille, faint ones without a tone are dots."""
    if not series.faint or look.has_braille:
        return tone_marker(tone_of(series, number), look)
    if series.tone is None:
        return "." if look.ascii else "·"
    return tone_marker(series.tone, look) if look.has_blocks else ":"


def mark_of(series: Series, number: int) -> str:
    """Return what the points of a series are marked with, or ""."""
    return series.mark or ("" if series.faint else MARKS[tone_of(series, number)])


def tone_sample(tone: int, look: Look) -> str:
    """Return two cells of a curve, as a table shows it."""
    marker = tone_marker(tone, look)
    return f"⠤{MARKS[tone] or '⠒'}" if marker == "braille" else _SAMPLES.get(marker, marker * 2)


def series_sample(series: Series, number: int, look: Look) -> str:
    """Return some cells of a series, as a legend shows it."""
    if series.mark:
        return look.text(series.mark)
    if series.dots:
        return "..." if look.ascii else "···"
    marker = marker_of(series, number, look)
    if marker == "braille":
        return f"⠤{mark_of(series, number) or '⠒'}⠒"
    return _SAMPLES.get(marker, marker * 2)
