"""What is taken out of every line before it is sent: characters and colours that are not there."""

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from screens.shapes.ascii import to_cells


class Ascii(LineFilter):
    """Replaces what is not ASCII, also in borders, scrollbars and widgets of others."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Replace characters one for one, so that no column moves."""
        return [
            segment if segment.text.isascii() else Segment(_replace(segment.text), *segment[1:])
            for segment in segments
        ]


class NoColors(LineFilter):
    """Takes all colours away; what had a background of its own is reversed instead.

    So the cursors and selections of Textual's own widgets stay visible.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
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
