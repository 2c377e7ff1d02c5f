"""A terminal's display, and what a person sees on it."""

import re
from functools import lru_cache
from typing import Any, NamedTuple

import pyte
from wcwidth import wcswidth

NO_WRAP = "\x1b[?7l"
# What a terminal takes in and pyte would print.
_UNSHOWN = re.compile(r"\x1b\[[<>=?][0-9;]*[uq]|\x1b\[\?[0-9;]*\$p")


_ATTRIBUTES = ("bold", "italics", "underscore", "strikethrough", "reverse", "blink")


class Glyph(NamedTuple):
    """What is seen in a cell, however it was written.

    Attributes:
        text: The character; for half blocks always the lower one.
        ink: Its colour; nothing where none of it shows.
        ground: The colour behind it.
        attributes: Bold, italic and so on, as far as they show.
    """

    text: str
    ink: str
    ground: str
    attributes: frozenset[str]


class Display:
    """A terminal that shows what it is sent.

    Attributes:
        sent: What has come since `sent` was last emptied.
    """

    def __init__(self, width: int, height: int, *, wraps: bool = False) -> None:
        self.sent = ""
        self._screen = pyte.Screen(width, height)
        self._stream = pyte.Stream(self._screen)
        if not wraps:
            self._stream.feed(NO_WRAP)

    def feed(self, data: str) -> None:
        self.sent += data
        self._stream.feed(_UNSHOWN.sub("", data))

    def resize(self, width: int, height: int) -> None:
        self._screen.resize(height, width)

    @property
    def seen(self) -> list[list[Glyph]]:
        """All cells."""
        return seen_on(self._screen)

    @property
    def text(self) -> str:
        return "\n".join(self._screen.display)

    def differences(self, other: "Display") -> list[str]:
        """Say in which cells something else is seen."""
        return [
            f"line {y}, column {x}: {one} is not {two}"
            for y, (ones, twos) in enumerate(zip(self.seen, other.seen, strict=True))
            for x, (one, two) in enumerate(zip(ones, twos, strict=True))
            if one != two
        ]


def seen_on(screen: pyte.Screen) -> list[list[Glyph]]:
    """What is seen in all cells of a screen."""
    columns = range(screen.columns)
    lines = [[screen.buffer[y][x] for x in columns] for y in range(screen.lines)]
    return [[_glyph(cell) for cell in _mended(line)] for line in lines]


def _mended(line: list[Any]) -> list[Any]:
    """Blank halves of wide characters whose other half was written over, as a terminal does."""
    wide = [not cell.data.isascii() and wcswidth(cell.data) == 2 for cell in line]
    lonely = {
        x
        for x, cell in enumerate(line)
        if (wide[x] and (x + 1 == len(line) or line[x + 1].data))
        or (not cell.data and not (x and wide[x - 1]))
    }
    return [cell._replace(data=" ") if x in lonely else cell for x, cell in enumerate(line)]


@lru_cache(1 << 14)
def _glyph(cell: Any) -> Glyph:
    attributes = frozenset(name for name in _ATTRIBUTES if getattr(cell, name))
    text, ink, ground = cell.data, cell.fg, cell.bg
    if text == "▀" and not attributes and "default" not in (ink, ground):
        text, ink, ground = "▄", ground, ink
    if text == "▄" and not attributes and ink == ground != "default":
        text = " "
    if text == " " and not attributes & {"underscore", "strikethrough", "reverse"}:
        ink, attributes = "", frozenset()
    return Glyph(text, ink, ground, attributes)
