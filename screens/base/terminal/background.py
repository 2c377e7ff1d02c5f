"""Learns from the terminal on what background its text stands.

Its answer comes like typed text, whenever it comes, and among typed text. Textual does not know it
and would take it for keys, so it is taken out of what Textual parses.
"""

import re
import sys
from collections.abc import Iterable

from textual._xterm_parser import XTermParser
from textual.driver import Driver
from textual.message import Message

from screens.shapes.look import ThemeName
from screens.shapes.luminance import luminance
from tui_nn.terminal import BACKGROUND

_ANSWER = re.compile(BACKGROUND.answer.pattern.decode("ascii"))
_BEGUN = re.compile(r"\x1b\](?:1(?:1(?:;[^\x07\x1b]{0,64}\x1b?)?)?)?\Z")
_COLOR = re.compile(r"rgba?:([0-9a-f]{1,4})/([0-9a-f]{1,4})/([0-9a-f]{1,4})", re.IGNORECASE)
_MIDDLE = 0.18  # the luminance of a grey halfway between black and white, to the eye


class BackgroundTold(Message):
    """The terminal has said what its background is."""

    def __init__(self, color: str) -> None:
        super().__init__()
        self.color = color


class AnswerParser(XTermParser):
    """Textual's parser of what is typed, which knows the answer."""

    _kept = ""

    def feed(self, data: str) -> Iterable[Message]:
        """Parse what came; the beginning of an answer waits for the rest of it."""
        text = self._kept + data
        while (found := _ANSWER.search(text)) is not None:
            if found.start():  # parsing nothing would end it
                yield from super().feed(text[: found.start()])
            yield BackgroundTold(found[1])
            text = text[found.end() :]
            if not text:
                self._kept = ""
                return
        begun = _BEGUN.search(text) if data else None
        self._kept = text[begun.start() :] if begun else ""
        if text := text[: begun.start()] if begun else text:
            yield from super().feed(text)
        elif not data:
            yield from super().feed("")


def teach(driver: Driver) -> bool:
    """Have a driver understand the answer, before it starts; return whether it does."""
    module = sys.modules[type(driver).__module__]
    if not hasattr(module, XTermParser.__name__):
        return False
    vars(module)[XTermParser.__name__] = AnswerParser
    return True


def ask(driver: Driver) -> None:
    """Ask the terminal for its background."""
    driver.write(BACKGROUND.question.decode("ascii"))


def theme_on(color: str) -> ThemeName | None:
    """Return the theme for a background, as ``rgb:ffff/ffff/ffff``; None if that says nothing."""
    if (found := _COLOR.match(color)) is None:
        return None
    red, green, blue = (
        round(255 * int(part, 16) / (16 ** len(part) - 1)) for part in found.groups()
    )
    return "light" if luminance((red, green, blue)) > _MIDDLE else "dark"
