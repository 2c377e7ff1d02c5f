"""A part of the plane as a picture: what is computed there, points as marks, and its limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from rich.style import Style
from textual.binding import BindingType
from textual.geometry import Offset
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip

from screens.shapes.format import cut, figure
from screens.shapes.look import Look
from screens.shapes.plane import HEADROOM, PlanePicture
from screens.shapes.ramp import ramp
from screens.shapes.scale import Scale
from screens.widgets.cursor import ARROWS, Cursor, Place
from screens.widgets.line_widget import make_strip
from screens.widgets.plane_rendering import mark_glyph, mark_style, render_field

GUTTER = 6  # columns at the left, for what is written beside the picture
BESIDE = 2  # lines under it: the axis, and what colours and marks mean


class Plane(Cursor, can_focus=True):
    """A part of the plane, in which a cell is pointed at.

    | component class | what it styles                      |
    |-----------------|-------------------------------------|
    | `plane--axis`   | the limits and the names of the axes |

    | key                     | does               |
    |-------------------------|--------------------|
    | arrows, `h` `j` `k` `l` | point at a cell    |
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"plane--axis"}
    BINDINGS: ClassVar[list[BindingType]] = [*ARROWS]
    DEFAULT_CSS = """
    Plane { width: 1fr; height: 1fr; }
    Plane .plane--axis { color: $text-muted; }
    """

    picture: var[PlanePicture | None] = var(None, init=False)

    @dataclass
    class Selected(Message):
        """A cell was pointed at by key or mouse."""

        plane: Plane
        place: Place

        @property
        def control(self) -> Plane:
            """The picture."""
            return self.plane

    def show(self, picture: PlanePicture) -> None:
        """Show a picture."""
        self.picture = picture

    def watch_picture(self) -> None:
        """Draw it; it takes the room there is."""
        self.redraw()

    def draw(self, width: int, height: int) -> list[Strip]:
        """Return the picture with its limits at the left and under it, then its legend."""
        picture = self.picture
        if picture is None:
            return []
        axis, look = self.style_of("plane--axis"), self.look
        names = _beside(picture)
        rows = render_field(picture.field, picture.marks, look)
        strips = [
            Strip.join(
                [make_strip((look.text(names.get(y, "").rjust(GUTTER - 1)) + " ", axis)), row]
            )
            for y, row in enumerate(rows)
        ]
        columns = picture.marks.shape[1]
        strips.append(make_strip((" " * GUTTER + look.text(_under(picture, columns)), axis)))
        strips.append(_legend(picture, look, width))
        return strips[:height]

    # The cursor stands on a cell.

    @property
    def extent(self) -> Place:
        """The lines and columns of the picture."""
        if self.picture is None:
            return 0, 0
        lines, columns = self.picture.marks.shape
        return lines, columns

    def place_under(self, offset: Offset) -> Place | None:
        """Return the cell under the mouse."""
        return offset.y, offset.x - GUTTER

    def selected_message(self, place: Place) -> Message:
        """Report the cell."""
        return self.Selected(self, place)


def _beside(picture: PlanePicture) -> dict[int, str]:
    """Return what stands at the left of some lines."""
    lines = len(picture.marks)
    low, high = picture.frame.y
    return {lines // 2: picture.names[1], lines - 1: figure(low), 0: figure(high)}


def _under(picture: PlanePicture, columns: int) -> str:
    """Return the line under the picture."""
    low, high = map(figure, picture.frame.x)
    middle = max(columns - len(low) - len(high), 0)
    return low + picture.names[0].center(middle) + high


def _legend(picture: PlanePicture, look: Look, width: int) -> Strip:
    """Return what the colours and the marks mean, in a line."""
    legend, field = picture.legend, picture.field
    marks = [
        (f"{mark_glyph(number, look)} ", mark_style(number, look))
        for number in range(len(legend.names))
    ]
    if field is None or legend.ends is None:
        parts = [
            part
            for mark, name in zip(marks, legend.names, strict=True)
            for part in (mark, (f"{look.text(name)}  ", None))
        ]
        return make_strip(*parts).crop(0, width)
    low, middle, high = map(look.text, legend.ends)
    first, last = (marks[0], marks[-1]) if len(marks) > 1 else (("", None), ("", None))
    taken = sum(map(len, (low, middle, high, first[0], last[0]))) + 5
    below, above = _samples(field.scale, look, (width - taken) // 2)
    name = cut(high, max(width - taken + len(high), 1))
    return make_strip(
        first, (f"{low} ", None), *below, (f" {middle} ", None), *above, (f" {name} ", None), last
    ).crop(0, width)


def _samples(
    scale: Scale, look: Look, most: int
) -> tuple[list[tuple[str, Style]], list[tuple[str, Style]]]:
    """Return the colours below and above the middle that a picture uses."""
    levels = ramp(scale.kind, look)
    is_signed = scale.kind == "signed"
    largest = scale.limit / HEADROOM if is_signed else scale.limit
    steps = list(range(is_signed, int(scale.levels(np.array([largest]), levels.steps)[0]) + 1))
    while len(steps) > max(most, 1):
        steps = steps[::-2][::-1]  # half of them, the last one kept
    half = len(steps) // 2
    below = [-n for n in reversed(steps)] if is_signed else steps[:half]
    above = steps if is_signed else steps[half:]
    samples = [
        [(levels.glyph(n) if levels.glyphs else "▄", Style(color=levels.color(n))) for n in each]
        for each in (below, above)
    ]
    return samples[0], samples[1]
