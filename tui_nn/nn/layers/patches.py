"""What is under a window, copied side by side, some rows of outputs at a time.

All patches of a batch at once would be larger than the processor's cache, so that they went to
memory and back before they are multiplied; and to copy them again takes less than to fetch them.
"""

from collections.abc import Iterator
from math import prod

import numpy as np
from msgspec import Struct

from tui_nn.nn.layers.window import Window
from tui_nn.nn.tensor import Array, Shape

CACHED = 128 * 1024  # floats that stay in the cache of a core, with what they are multiplied by
USUAL = 64  # samples of a batch


def rows_at_once(window: Window, channels: int, places: Shape) -> int:
    """Return for how many rows of outputs patches are copied at a time.

    Args:
        window: Under which they are.
        channels: Of the pictures.
        places: Channels, rows and columns of the outputs.
    """
    row = channels * prod(window.size) * places[2] * USUAL
    return min(max(CACHED // row, 1), places[1])


class Block(Struct, frozen=True):
    """The patches for some rows of outputs.

    Attributes:
        seen: A view of what is under the window there.
        target: Where it is copied to.
        columns: The same memory as a matrix, [C·rows·columns, places].
        places: Which of the outputs, [H′·W′·B], these are.
    """

    seen: Array
    target: Array
    columns: Array
    places: slice

    def copy(self) -> Array:
        """Copy the patches; return them, a column each."""
        np.copyto(self.target, self.seen)
        return self.columns


def blocks(window: Window, picture: Array, places: Shape, buffer: Array) -> Iterator[Block]:
    """Yield the patches of a batch, block by block; each overwrites the one before.

    Args:
        window: Under which they are.
        picture: [C, H, W, B], with its padding.
        places: Channels, rows and columns of the outputs.
        buffer: [C, rows, columns, rows at once, W′, B].
    """
    seen, flat = window.patches(picture, places), buffer.reshape(-1)
    *corner, at_once, width, samples = buffer.shape
    for first in range(0, places[1], at_once):
        rows = slice(first, min(first + at_once, places[1]))
        shape = (*corner, rows.stop - rows.start, width, samples)
        target = flat[: prod(shape)].reshape(shape)
        line = width * samples
        yield Block(
            seen[:, :, :, rows],
            target,
            target.reshape(prod(corner), -1),
            slice(rows.start * line, rows.stop * line),
        )
