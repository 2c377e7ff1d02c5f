"""The characters and the style of one cell of a picture, by the levels that it shows."""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color
from rich.style import Style

from screens.shapes.look import Look
from screens.shapes.ramp import Ramp, ramp
from screens.shapes.scale import BAD, Kind

# More levels beside BAD, for cells that show something else than a value.
NOTHING = 126
CURSOR = 125

BAD_STYLE = Style(color=Color.from_rgb(255, 255, 255), bgcolor=Color.from_rgb(215, 0, 0), bold=True)
CURSOR_STYLE = Style(color=Color.from_rgb(0, 0, 0), bgcolor=Color.from_rgb(255, 0, 255), bold=True)
REVERSE = Style(reverse=True, bold=True)


@lru_cache(4096)
def half_cell(top: int, bottom: int, kind: Kind, look: Look) -> tuple[str, Style]:
    """Return the character and style of a cell with one value above another."""
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
    """Return the two characters and the style of a cell that shows one value."""
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
    """Return the style of a cursor, always with a character that is nowhere else in a picture."""
    return CURSOR_STYLE if look.has_blocks and look.colors != "16" else REVERSE


def bad_style(look: Look) -> Style:
    """Return the style of a value that is not finite, which is also drawn as `!`."""
    if look.colors == "16":
        return Style(color=Color.from_ansi(15), bgcolor=Color.from_ansi(1), bold=True)
    return REVERSE if look.colors == "none" else BAD_STYLE
