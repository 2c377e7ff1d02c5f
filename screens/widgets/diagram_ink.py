"""The characters of a diagram: a drawing as a table of them, and what lines are made of."""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

Ink = list[list[tuple[str, Style | None]]]
"""A character and its style for each column of each line."""


@lru_cache(64)
def colored(color: Color | None, bold: bool) -> Style:
    """Return the style of a line; styles are made once, since that takes long."""
    return Style(color=color, bold=bold)


def wire_glyphs(ascii: bool, negative: bool, heavy: bool) -> dict[str, str]:
    """Return the characters of a line."""
    if ascii:
        return {"-": "=" if heavy else "-", "\\": "\\", "/": "/", "|": "|"}
    level = ("╍" if heavy else "╌") if negative else ("━" if heavy else "─")
    return {"-": level, "\\": "╲", "/": "╱", "|": "┃" if heavy else "│"}


def bracket_lines(top: int, bottom: int) -> list[tuple[int, str]]:
    """Return the lines and characters that hold a neuron's numbers together."""
    if top == bottom:
        return [(top, "│")]
    between = [(y, "│") for y in range(top + 1, bottom)]
    return [(top, "┌"), *between, (bottom, "└")]


def write(ink: Ink, x: int, y: int, text: str, style: Style | None) -> None:
    """Put a text into the drawing, as far as there is room."""
    if y < len(ink):
        for at, letter in enumerate(text[: max(len(ink[y]) - x, 0)], start=x):
            ink[y][at] = (letter, style)


def strip(line: list[tuple[str, Style | None]]) -> Strip:
    """Return a line, neighbours of one style together."""
    segments: list[Segment] = []
    text, style = "", line[0][1] if line else None
    for letter, own in line:
        if own is not style:
            segments.append(Segment(text, style))
            text, style = "", own
        text += letter
    return Strip([*segments, Segment(text, style)])
