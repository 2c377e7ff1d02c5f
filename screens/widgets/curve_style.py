"""How the curves of a plot are told apart: by colour, and by marks of their own besides."""

from __future__ import annotations

from rich.color import Color
from rich.style import Style

from screens.shapes.curves import Series
from screens.shapes.look import ColorMode, Look
from screens.shapes.scale import from_256

# The first tone is a plain line; the others have marks, so that colour is never the only sign.
# Where there is no braille, a line is made of its mark.
MARKS = ("", "◆", "+", "x", "o", "*", "#", "%")
_LINES = ("hd", "•", "+", "x", "o", "*", "#", "%")
_ASCII_LINES = ("*", "+", "x", "o", "#", "%", "@", "=")
FAINT_DOTS = "··"
# Blue and orange first; all told apart by colour-blind eyes.
_TONES: dict[ColorMode, tuple[Color, ...]] = {
    "256": tuple(map(from_256, (75, 214, 79, 213, 227, 203, 147, 252))),
    "16": tuple(map(Color.from_ansi, (12, 11, 10, 13, 14, 9, 7, 15))),
}
_TONES["truecolor"] = _TONES["256"]


def tone_of(series: Series, number: int) -> int:
    """Return the colour and mark of a series."""
    return (number if series.tone is None else series.tone) % len(MARKS)


def tone_style(tone: int, look: Look) -> Style:
    """Return the colour of a tone, where there are colours."""
    return Style(color=_TONES[look.colors][tone]) if look.colors != "none" else Style(bold=True)


def line_marker(series: Series, number: int, look: Look) -> str:
    """Return what a series is drawn with, as plotext names it."""
    if look.has_braille:
        return "braille"
    if not series.faint:
        return (_ASCII_LINES if look.ascii else _LINES)[tone_of(series, number)]
    if series.tone is None:
        return "." if look.ascii else "·"
    return _LINES[series.tone % len(MARKS)] if look.has_blocks else ":"


def sample(tone: int, look: Look) -> str:
    """Return a few cells of a curve, as a legend shows it."""
    if look.has_braille:
        return f"⠤{MARKS[tone] or '⠒'}⠒"
    symbol = (_ASCII_LINES if look.ascii else _LINES)[tone]
    return "▄▀▄" if symbol == "hd" else symbol * 3


def sample_of(series: Series, number: int, look: Look) -> str:
    """Return a few cells of a series, as a legend shows it."""
    if series.mark:
        return look.text(series.mark)
    if series.dots:
        return "..." if look.ascii else "···"
    if not series.faint:
        return sample(tone_of(series, number), look)
    marker = line_marker(series, number, look)
    return {"braille": "⠤⠒⠤", "hd": "▄▀▄"}.get(marker, marker * 3)
