"""A plate as lines: its title, its picture, its range, and what its axes are."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from screens.shapes.arrangement import Spot
from screens.shapes.blocks import Blocks, reduce_blocks
from screens.shapes.look import Look
from screens.shapes.plate import Plate, Seams
from screens.widgets.array_rendering import render_array, render_cells, render_legend
from screens.widgets.line_widget import make_strip

_LEGEND = 40  # columns at most


def render_plate(plate: Plate, spot: Spot, look: Look, title: Style, words: Style) -> list[Strip]:
    """Draw a plate.

    Args:
        plate: What to draw, in the letters that the terminal has.
        spot: Where it stands, which says how large it is.
        look: How this terminal is drawn.
        title: The style of its title.
        words: The style of the words under it.
    """
    if plate.text:
        return [make_strip((plate.title, title)), make_strip((plate.text, None))]
    picture = [*_picture(plate, spot.level, look), _legend(plate, spot, look, words)]
    if plate.outline.has_axes_above(spot.width):
        return [make_strip((plate.title, title), ("  ", None), (plate.axes, words)), *picture]
    below = [make_strip((plate.axes, words))] if plate.axes else []
    return [make_strip((plate.title, title)), *picture, *below]


def _picture(plate: Plate, level: int, look: Look) -> list[Strip]:
    seams = plate.outline.seams(level)
    if level > 0:
        strips = render_cells(
            plate.values, plate.scale, look, level, cursor=plate.place, labels=plate.labels
        )
        return _with_seams(strips, seams)
    rows, columns = plate.values.shape
    blocks = Blocks((rows, columns), plate.outline.blocks(level))
    strips = render_array(
        reduce_blocks(plate.values, *blocks.count),
        plate.scale,
        look,
        cursor=blocks.block_of(plate.place) if plate.place else None,
    )
    return _with_seams(strips, seams)


def _with_seams(strips: list[Strip], seams: Seams) -> list[Strip]:
    """Put gaps between the pictures that stand side by side, or one above the other."""
    lines = seams.cuts(len(strips), 0)
    width = strips[0].cell_length if strips else 0
    apart: list[Strip] = []
    for y, strip in enumerate(strips):
        if y in lines:
            apart.append(Strip([Segment(" ")]))
        parts = strip.divide([*seams.cuts(width, 1), width])
        joined = [segment for part in parts for segment in (*part, Segment(" "))]
        apart.append(Strip(joined[:-1]) if len(parts) > 1 else strip)
    return apart


def _legend(plate: Plate, spot: Spot, look: Look, words: Style) -> Strip:
    width = max(plate.outline.cells(spot.level)[0], len(plate.legend))
    legend = render_legend(plate.scale, look, min(width, _LEGEND))
    return Strip(Segment(text, words + style if style else words) for text, style, _ in legend)
