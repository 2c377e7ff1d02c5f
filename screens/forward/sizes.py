"""How large the pictures of the Forward screen are, in the room that there is."""

from collections.abc import Sequence

HEADINGS = 2  # lines over a layer's pictures
_LARGEST = 4
_MOST_LINES = 8
_DECISION = (4, 44)  # the fewest and most lines of the decision picture

Shape = tuple[int, int]
"""Rows and columns of values."""


def zoom_that_fits(shape: Shape, columns: int, lines: int) -> int:
    """Return how large a value may be: so many lines and twice as many columns; 0 for less."""
    rows, across = shape
    return max(min(_LARGEST, columns // (2 * across), lines // rows), 0)


def layer_zooms(shapes: Sequence[Shape], columns: int, lines: int) -> list[int]:
    """Return how large the neurons of each layer are drawn, alike where they can be.

    Args:
        shapes: Rows and columns of neurons of each layer.
        columns: Columns that there are for a picture.
        lines: Lines that there are for all layers with what stands over them.
    """
    lines -= HEADINGS * len(shapes)
    for largest in range(_LARGEST, 0, -1):
        zooms = [max(min(largest, columns // (2 * across)), 0) for _, across in shapes]
        taken = (lines_of(shape, zoom) for shape, zoom in zip(shapes, zooms, strict=True))
        if sum(taken) <= lines:
            return zooms
    return [0] * len(shapes)


def lines_of(shape: Shape, zoom: int) -> int:
    """Return the lines of a picture."""
    return zoom * shape[0] or (shape[0] + 1) // 2


def most_lines(shapes: Sequence[Shape], lines: int) -> int:
    """Return how many lines a layer's picture may take, for all of them to have room.

    Args:
        shapes: Rows and columns of neurons of each layer.
        lines: Lines that there are for all layers with what stands over them.
    """
    lines -= HEADINGS * len(shapes)
    for most in range(_MOST_LINES, 1, -1):
        if sum(min(lines_of(shape, 0), most) for shape in shapes) <= lines:
            return most
    return 1


def decision_lines(width: int, lines: int) -> int:
    """Return the lines of the decision picture, which is twice as many columns wide.

    Args:
        width: Columns that there are for it and what stands beside it.
        lines: Lines that there are for it alone.
    """
    return max(min(_DECISION[1], lines, width * 3 // 11), _DECISION[0])
