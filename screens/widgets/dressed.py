"""An app that is drawn as its look says: how many colours, and ASCII alone if need be."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter
from textual.theme import Theme

from screens.shapes.look import Look, to_cells

ReturnType = TypeVar("ReturnType")


# Colours of the 256, and greys elsewhere: Textual's own dark blues turn garish among the 256.
DARK = Theme(
    name="tui-nn",
    primary="#5fafff",
    secondary="#5f87af",
    accent="#ffaf5f",
    warning="#ffd75f",
    error="#ff5f5f",
    success="#5fd787",
    foreground="#dadada",
    background="#121212",
    surface="#1c1c1c",
    panel="#262626",
    variables={
        "scrollbar": "#4e4e4e",
        "scrollbar-hover": "#767676",
        "scrollbar-active": "#5fafff",
        "scrollbar-background": "#1c1c1c",
        "scrollbar-background-hover": "#1c1c1c",
        "scrollbar-background-active": "#1c1c1c",
        "scrollbar-corner-color": "#1c1c1c",
        "block-cursor-background": "#005f87",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-blurred-background": "#303030",
        "block-hover-background": "#303030",
        "border-blurred": "#444444",
        "footer-key-foreground": "#ffaf5f",
    },
)
# The terminal's own sixteen, with a scrollbar that does not shout.
SIXTEEN = Theme(
    name="tui-nn-16",
    ansi=True,
    primary="ansi_bright_blue",
    secondary="ansi_cyan",
    accent="ansi_yellow",
    warning="ansi_yellow",
    error="ansi_bright_red",
    success="ansi_green",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables={
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "border": "ansi_bright_blue",
        "border-blurred": "ansi_bright_black",
        "scrollbar": "ansi_bright_black",
        "scrollbar-hover": "ansi_bright_black",
        "scrollbar-active": "ansi_bright_blue",
        "block-cursor-background": "ansi_blue",
        "block-cursor-foreground": "ansi_bright_white",
        "footer-key-foreground": "ansi_yellow",
        "input-cursor-text-style": "reverse",
    },
)


class DressedApp(App[ReturnType]):
    """An app with a `look`, which all pictures read.

    It has the CSS class `-ascii` where only ASCII is drawn, and the pseudo-classes `:ansi` (16
    colours or none) and `:nocolor` (none) are true of every widget where they should be.
    """

    def __init__(self, look: Look | None = None, **arguments: Any) -> None:
        """Make an app for a look, by default one with all colours."""
        look = look or Look()
        look.apply_environment()  # before App makes its console
        super().__init__(**arguments)
        self.look = look
        self.no_color = look.colors == "none"
        self.set_class(look.ascii, "-ascii")
        self._dress: list[LineFilter] = []
        plain = look.colors in ("16", "none")
        self.register_theme(SIXTEEN if plain else DARK)
        self.theme = (SIXTEEN if plain else DARK).name
        self.ansi_color = plain or None  # also where the person picks another theme
        if look.colors == "none":
            self._dress.append(NoColors())
        if look.ascii:
            self._dress.append(Ascii())

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, then ours: every line that any widget draws goes through them."""
        return [*super().get_line_filters(), *self._dress]


class Ascii(LineFilter):
    """Replaces what is not ASCII, also in borders, scrollbars and widgets of others."""

    def apply(
        self,
        segments: list[Segment],
        background: Color,  # noqa: ARG002 - Textual's signature
    ) -> list[Segment]:
        """Replace characters one for one, so that no column moves."""
        return [
            segment if segment.text.isascii() else Segment(_replace(segment.text), *segment[1:])
            for segment in segments
        ]


class NoColors(LineFilter):
    """Takes all colours away; what had a background of its own is reversed instead.

    So the cursors and selections of Textual's own widgets stay visible.
    """

    def apply(
        self,
        segments: list[Segment],
        background: Color,  # noqa: ARG002 - Textual's signature
    ) -> list[Segment]:
        """Take the colours of each segment away."""
        return [
            Segment(text, None if style is None else _without_color(style), control)
            for text, style, control in segments
        ]


@lru_cache(4096)
def _replace(text: str) -> str:
    # A wide character becomes two, for the columns after it.
    return "".join(to_cells(c) * max(1, Segment(c).cell_length) for c in text)


@lru_cache(4096)
def _without_color(style: Style) -> Style:
    ground = style.bgcolor
    plain = style.without_color
    # Black and default are what the screen is made of.
    if ground is not None and not ground.is_default and ground.number != 0 and not style.reverse:
        return plain + Style(reverse=True)
    return plain
