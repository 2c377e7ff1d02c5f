"""How this terminal is drawn: how many colours it shows and whether it shows more than ASCII.

Nothing here imports Textual, since Textual reads the environment when it is imported and
`Look.apply_environment` has to come first. The palettes are in `ramp.py`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, MutableMapping
from typing import Literal, TypeVar, get_args

from msgspec import Struct

from screens.shapes.ascii import spell

T = TypeVar("T")

ColorMode = Literal["truecolor", "256", "16", "none"]
"""How many colours are shown."""

ThemeName = Literal["dark", "light", "high-contrast"]
"""What the colours are made for: what they stand on, and whose eyes."""


class Look(Struct, frozen=True):
    """How this terminal is drawn.

    Attributes:
        colors: How many colours it shows.
        ascii: Whether it is kept to plain ASCII characters.
        braille: Whether its font has braille dots; a Linux console's does not.
        theme: Which colours there are, where they are not the terminal's own.
    """

    colors: ColorMode = "truecolor"
    ascii: bool = False
    braille: bool = True
    theme: ThemeName = "dark"

    @property
    def has_themes(self) -> bool:
        """Whether the colours are ours to choose, else they are the terminal's own sixteen."""
        return self.colors in ("truecolor", "256")

    @property
    def is_light(self) -> bool:
        """Whether pictures stand on a light ground of ours."""
        return self.theme == "light" and self.has_themes

    @property
    def has_blocks(self) -> bool:
        """Whether a picture is made of coloured half blocks, else of characters."""
        return self.colors != "none" and not self.ascii

    @property
    def has_braille(self) -> bool:
        """Whether curves are drawn in braille dots, eight to a cell.

        Terminals of 16 colours often have few glyphs; there, curves are made of blocks.
        """
        return self.braille and not self.ascii and self.colors != "16"

    @property
    def color_system(self) -> Literal["truecolor", "256", "standard"]:
        """The name that Rich and Textual have for `colors`."""
        if self.colors in ("truecolor", "256"):
            return self.colors
        return "standard"

    def text(self, text: str) -> str:
        """Spell a text with the characters this terminal has: `δ3 → ∇W3` or `d3 -> dW3`."""
        return spell(text) if self.ascii else text

    def apply_environment(self, environ: MutableMapping[str, str] | None = None) -> None:
        """Tell Textual how many colours to send. Call it before the app is made.

        It also works after Textual was imported, whose constant is then set as well.
        """
        environ = os.environ if environ is None else environ
        environ["TEXTUAL_COLOR_SYSTEM"] = self.color_system
        environ.pop("NO_COLOR", None)  # ours is the mode "none"; Textual's own greys colours
        if constants := sys.modules.get("textual.constants"):
            vars(constants)["COLOR_SYSTEM"] = self.color_system


def detect(
    option: str = "auto",
    ascii: bool = False,
    environ: Mapping[str, str] | None = None,
    theme: str = "auto",
) -> Look:
    """Return the look that the command line and the environment ask for.

    Args:
        option: One of `ColorMode`, or `auto`.
        ascii: Whether plain ASCII was asked for.
        environ: The environment, by default this process's.
        theme: One of `ThemeName`, or `auto`: dark, until the terminal says something else.

    Raises:
        ValueError: If `option` or `theme` is none of these.
    """
    environ = os.environ if environ is None else environ
    braille = environ.get("TERM", "").lower() != "linux"
    plain = ascii or not _speaks_unicode(environ)
    colors = _chosen("color", option, get_args(ColorMode)) or _detect_colors(environ)
    return Look(colors, plain, braille, _chosen("theme", theme, get_args(ThemeName)) or "dark")


def _chosen(name: str, option: str, choices: tuple[T, ...]) -> T | None:
    """Return what was chosen; None for `auto`."""
    for choice in choices:
        if option == choice:
            return choice
    if option != "auto":
        raise ValueError(f"{name} must be auto, {', '.join(map(str, choices))}, not {option!r}")
    return None


def _detect_colors(environ: Mapping[str, str]) -> ColorMode:
    if environ.get("NO_COLOR"):  # https://no-color.org: any value but an empty one
        return "none"
    term = environ.get("TERM", "").lower()
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit") or term.endswith("-direct"):
        return "truecolor"
    if "256color" in term or term.startswith(("xterm-kitty", "alacritty", "foot", "wezterm")):
        return "256"
    return "none" if term in ("", "dumb", "vt100", "vt220") else "16"


def _speaks_unicode(environ: Mapping[str, str]) -> bool:
    """Return whether the locale is UTF-8; a locale that says nothing is taken to be."""
    locale = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    return locale in ("", "C", "POSIX") or "utf" in locale.lower()
