"""The pen that a terminal writes with, and how to get from one to another.

Its colours and attributes change with Select Graphic Rendition (SGR, ``CSI … m``).
"""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct
from rich.color import Color, ColorSystem
from rich.style import Style
from textual.strip import SGR_STYLES

# How an attribute is taken back, by its bit in Rich's styles. The others (framed, overlined …) are
# too rare among terminals to rely on: there everything is taken back, and set again.
_OFF = {0: "22", 1: "22", 2: "23", 3: "24", 4: "25", 5: "25", 6: "27", 7: "28", 8: "29"}
SHOWN_ON_BLANKS = sum(1 << bit for bit in (3, 6, 8, 9, 10, 11, 12))
"""The attributes that can be seen where there is no glyph: underlined, reversed, struck …"""


class Pen(Struct, frozen=True, eq=False):
    """Colours and attributes. Pens that are alike are the same object: use `pen`.

    Attributes:
        ink: The foreground, as parameters of SGR; empty for the terminal's own.
        ground: The background, spelt as a foreground, so that both can change places.
        attributes: Bits as in Rich's styles: bold, dim, italic, underlined …
        link: What follows ``OSC 8 ;`` for a hyperlink; empty for none.
    """

    ink: str
    ground: str
    attributes: int
    link: str


@lru_cache(1 << 14)
def pen(ink: str = "", ground: str = "", attributes: int = 0, link: str = "") -> Pen:
    """Return the pen with these properties."""
    return Pen(ink, ground, attributes, link)


PLAIN = pen()


@lru_cache(1 << 13)
def pen_of(style: Style, colors: ColorSystem) -> Pen:
    """Return the pen that a style asks for, on a terminal with so many colours."""
    link = f"id={style._link_id};{style._link}" if style._link else ""
    attributes = style._attributes & style._set_attributes
    return pen(_ink(style._color, colors), _ink(style._bgcolor, colors), attributes, link)


def _ink(color: Color | None, colors: ColorSystem) -> str:
    if color is None or color.is_default:
        return ""
    return ";".join(color.downgrade(colors).get_ansi_codes())


@lru_cache(1 << 14)
def change(before: Pen, after: Pen) -> str:
    """Return the shortest sequence that makes one pen into another."""
    if before is after:
        return ""
    same = before.attributes == after.attributes and before.link == after.link
    if same and after.ink and after.ground:  # nothing to take back: what differs is the shortest
        return f"\x1b[{';'.join(_colors(before, after))}m"
    link = f"\x1b]8;{after.link or ';'}\x1b\\" if before.link != after.link else ""
    return link + min(_anew(after), _step(before, after), key=len)


def _anew(after: Pen) -> str:
    """Reset, and set everything."""
    set_all = [SGR_STYLES[bit] for bit in _bits(after.attributes)] + _colors(PLAIN, after)
    return f"\x1b[0;{';'.join(set_all)}m" if set_all else "\x1b[m"


def _step(before: Pen, after: Pen) -> str:
    """Change only what differs, where that can be done."""
    if (before.attributes | after.attributes).bit_length() > len(_OFF):
        return _anew(after)
    codes = list(dict.fromkeys(_OFF[bit] for bit in _bits(before.attributes & ~after.attributes)))
    # One code takes back two attributes, of which one may stay.
    codes += [
        SGR_STYLES[bit]
        for bit in _bits(after.attributes)
        if not before.attributes >> bit & 1 or _OFF[bit] in codes
    ]
    codes += _colors(before, after)
    return f"\x1b[{';'.join(codes)}m" if codes else ""


def _colors(before: Pen, after: Pen) -> list[str]:
    codes = []
    if before.ink != after.ink:
        codes.append(after.ink or "39")
    if before.ground != after.ground:
        codes.append(_as_ground(after.ground) or "49")
    return codes


@lru_cache(1 << 12)
def _as_ground(ink: str) -> str:
    """Turn a foreground into the same background: 31 → 41, 91 → 101, 38;5;7 → 48;5;7."""
    first, *rest = ink.split(";") if ink else [""]
    return ";".join([str(int(first) + 10), *rest]) if first else ""


def _bits(attributes: int) -> list[int]:
    return [bit for bit in range(attributes.bit_length()) if attributes >> bit & 1]
