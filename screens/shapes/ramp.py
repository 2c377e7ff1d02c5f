"""From a level to a colour or a character: the palettes of each kind of terminal.

They were chosen among the 256 colours, which is what a terminal shows over SSH; the others follow
them. Lightness rises with the magnitude on both sides of zero (on a light ground it falls), so that
pictures also read in grey and to colour-blind eyes. Zero, and the paper of a digit, are all but the
ground that they stand on.
"""

from __future__ import annotations

from functools import cache

from msgspec import Struct
from rich.color import Color

from screens.shapes.look import ColorMode, Look
from screens.shapes.luminance import luminance
from screens.shapes.scale import Kind


class Ramp(Struct, frozen=True):
    """What the levels of a scale look like in one terminal.

    Attributes:
        steps: Levels above zero (and, if signed, below it).
        colors: A colour for each level from the lowest to the highest; empty without colours.
        glyphs: A character for each level, used where half blocks cannot be.
        lowest: The lowest level.
    """

    steps: int
    colors: tuple[Color, ...]
    glyphs: str
    lowest: int = 0

    def color(self, level: int) -> Color | None:
        """Return the colour of a level, or None where there are none."""
        return self.colors[level - self.lowest] if self.colors else None

    def glyph(self, level: int) -> str:
        """Return the character of a level; signs differ in shape, magnitudes in density."""
        return self.glyphs[level - self.lowest]

    def ink(self, level: int) -> Color | None:
        """Return black or white, whichever can be read on the colour of a level."""
        color = self.color(level)
        if color is None:
            return None
        dark = luminance(color.get_truecolor()) < _READ_ALIKE
        if color.triplet is None:
            return Color.from_ansi(15 if dark else 0)
        return Color.from_rgb(255, 255, 255) if dark else Color.from_rgb(0, 0, 0)


_READ_ALIKE = 0.179  # the luminance on which black and white can be read equally well


def from_256(number: int) -> Color:
    """Return an RGB colour that Rich sends as this very number of the 256 to such a terminal.

    Textual turns a numbered colour into RGB before it is sent, and Rich then looks for the
    nearest number, which for greys is not always the one that was meant.
    """
    if number < 232:
        return Color.from_triplet(Color.from_ansi(number).get_truecolor())
    grey = round((number - 231) / 25 * 255)
    return Color.from_rgb(grey, grey, grey)


def _numbers(*numbers: int) -> tuple[Color, ...]:
    return tuple(from_256(number) for number in numbers)


def _ansi(*numbers: int) -> tuple[Color, ...]:
    return tuple(Color.from_ansi(number) for number in numbers)


def _rgb(text: str) -> tuple[Color, ...]:
    return tuple(Color.parse(f"#{code}") for code in text.split())


_GREY = _numbers(234, 235, 236, 238, 239, 241, 242, 244, 245, 247, 249, 250, 252, 253, 255, 231)
# From the lowest level to the highest; zero is in the middle of the signed ones.
_PALETTES: dict[tuple[ColorMode, Kind], tuple[Color, ...]] = {
    ("256", "grey"): _GREY,
    ("256", "signed"): _numbers(
        159, 117, 39, 33, 32, 26, 24, 18, 235, 52, 94, 130, 166, 172, 208, 215, 222
    ),
    ("256", "sequential"): _numbers(234, 237, 22, 29, 35, 42, 84, 157),
    ("truecolor", "grey"): _GREY,
    ("truecolor", "signed"): _rgb(
        "cfe8ff 96cbff 62a8f7 3b84e6 2463c6 1d499c 193472 16244a 262626"
        " 43240f 653310 8a4510 b05a10 d47518 ef9633 ffbd6b ffe2b8"
    ),
    ("truecolor", "sequential"): _rgb("1c1c1c 1c3029 15503a 187048 1c9459 2fb277 6ddba4 c2f7db"),
    ("16", "grey"): _ansi(0, 8, 7, 15),
    ("16", "signed"): _ansi(12, 4, 0, 3, 11),
    ("16", "sequential"): _ansi(0, 2, 10, 15),
}

_INK = _numbers(255, 254, 252, 251, 249, 248, 246, 245, 243, 241, 240, 238, 237, 235, 233, 16)
_LIGHT_PALETTES: dict[tuple[ColorMode, Kind], tuple[Color, ...]] = {
    ("256", "grey"): _INK,
    ("256", "signed"): _numbers(
        17, 18, 25, 32, 68, 74, 117, 153, 255, 223, 216, 209, 172, 130, 94, 88, 52
    ),
    ("256", "sequential"): _numbers(255, 194, 157, 114, 71, 29, 22, 233),
    ("truecolor", "grey"): _INK,
    ("truecolor", "signed"): _rgb(
        "12307c 1a3f96 2250ae 2f66c2 4b83d2 6fa1e0 98c0ec c6dff6 eeeeee"
        " fbdfbe f5bf86 ea9c50 d57a26 bb6316 a05210 85410c 6b3208"
    ),
    ("truecolor", "sequential"): _rgb("eeeeee c9ecd6 9bd9b3 62bd89 329a66 1b7849 0d5432 06331e"),
}

_GLYPHS: dict[Kind, str] = {
    "grey": " .:-=+*#%@",
    "signed": "#=- +*@",  # strokes for negative, crosses and rounds for positive
    "sequential": " .:oO8",
}
_SHADES = " ░▒▓█"


@cache
def ramp(kind: Kind, look: Look) -> Ramp:
    """Return the levels of a scale as this terminal shows them."""
    colors = (_LIGHT_PALETTES if look.is_light else _PALETTES).get((look.colors, kind), ())
    if look.has_blocks:
        lowest = -(len(colors) // 2) if kind == "signed" else 0
        return Ramp(len(colors) - 1 + lowest, colors, "", lowest)
    glyphs = _SHADES if kind != "signed" and not look.ascii else _GLYPHS[kind]
    lowest = -(len(glyphs) // 2) if kind == "signed" else 0
    if kind == "grey":  # dense characters are bright enough, and thin ones too dark if dark
        return Ramp(len(glyphs) - 1, (), glyphs)
    # Fewer characters than colours: spread them over the colours.
    picks = (round(n * (len(colors) - 1) / (len(glyphs) - 1)) for n in range(len(glyphs)))
    spread = tuple(colors[pick] for pick in picks) if colors else ()
    return Ramp(len(glyphs) - 1 + lowest, spread, glyphs, lowest)
