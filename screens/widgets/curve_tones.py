"""The colour and the marker of each curve of a plot."""

from __future__ import annotations

from rich.color import Color
from rich.style import Style

from screens.shapes.curves import Series
from screens.shapes.look import ColorMode, Look
from screens.shapes.ramp import from_256

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


def tone_of(series: Series, number: int) -> int:
    """Return the tone of a series: its own, or by its number among the others."""
    return (number if series.tone is None else series.tone) % TONES


def tone_style(tone: int, look: Look) -> Style:
    """Return the colour of a tone, where there are colours."""
    return Style(color=_COLORS[look.colors][tone]) if look.colors != "none" else Style(bold=True)


def tone_marker(tone: int, look: Look) -> str:
    """Return the marker of a tone: a character, or `hd` for quarter blocks."""
    return (_ASCII_MARKERS if look.ascii else _MARKERS)[tone]


def marker_of(series: Series, number: int, look: Look) -> str:
    """Return the marker of a series: faint ones without a tone are dots."""
    if not series.faint:
        return tone_marker(tone_of(series, number), look)
    if series.tone is None:
        return "." if look.ascii else "·"
    return tone_marker(series.tone, look) if look.has_blocks else ":"


def marker_sample(marker: str) -> str:
    """Return two cells of a curve, as a legend shows it."""
    return _SAMPLES.get(marker, marker * 2)
