"""The window that a convolution or a pooling moves over a picture."""

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct

from tui_nn.nn.explain import Term
from tui_nn.nn.tensor import Array, Shape

LARGEST = 255  # elements of a window: which of them is the largest is kept in a byte
NO_WINDOW = Term("0, as no window sees it", 0.0)
"""What the error of an element is made of that no window comes to."""


def innermost(array: Array) -> Array:
    """Return [B, C, H, W] as it lies in memory, [C, H, W, B]."""
    return np.moveaxis(array, 0, -1)


class Window(Struct, frozen=True):
    """Where a window stands on a picture.

    Attributes:
        rows: Its height.
        columns: Its width.
        stride: By how many rows or columns it moves on.
        padding: How many rows and columns of 0 are put around the picture.
    """

    rows: int
    columns: int
    stride: int = 1
    padding: int = 0

    def __post_init__(self) -> None:
        if min(self.rows, self.columns, self.stride) < 1 or self.padding < 0:
            raise ValueError("a window has a size and a stride of at least 1")

    def output_shape(self, inputs: Shape, channels: int | None = None) -> Shape:
        """Return the shape of a sample's output, given that of its input.

        Args:
            inputs: Channels, rows and columns.
            channels: Of the output; as many as the input has by default.

        Raises:
            ValueError: The input is no picture, or smaller than the window.
        """
        if len(inputs) != 3:
            raise ValueError(f"it reads pictures (channels, rows, columns), not {inputs}")
        grown = [size + 2 * self.padding for size in inputs[1:]]
        if grown[0] < self.rows or grown[1] < self.columns:
            raise ValueError(f"a window of {self} does not fit into {inputs[1]}x{inputs[2]}")
        places = ((n - k) // self.stride + 1 for n, k in zip(grown, self.size, strict=True))
        return (channels or inputs[0], *places)

    def __str__(self) -> str:
        return f"{self.rows}x{self.columns}"

    @property
    def size(self) -> tuple[int, int]:
        """Its height and width."""
        return self.rows, self.columns

    @property
    def corners(self) -> tuple[tuple[int, int], ...]:
        """The row and column of each of its elements, row by row."""
        return tuple((int(i), int(j)) for i, j in np.ndindex(self.size))

    def seen_at(self, row: int, column: int, picture: Shape) -> Iterator[tuple[int, int, int, int]]:
        """Yield the elements of a picture that an output is computed from.

        Args:
            row: The output's.
            column: The output's.
            picture: Its channels, rows and columns.

        Yields:
            Row and column in the window, then row and column in the picture.
        """
        top, left = (at * self.stride - self.padding for at in (row, column))
        for i, j in self.corners:
            if 0 <= top + i < picture[1] and 0 <= left + j < picture[2]:
                yield i, j, top + i, left + j

    def seeing(self, row: int, column: int, places: Shape) -> Iterator[tuple[int, int, int, int]]:
        """Yield the outputs that an element of a picture goes into.

        Args:
            row: The element's.
            column: The element's.
            places: Channels, rows and columns of the outputs.

        Yields:
            Row and column in the window, then row and column of the output.
        """
        for i, j in self.corners:
            y, off_y = divmod(row + self.padding - i, self.stride)
            x, off_x = divmod(column + self.padding - j, self.stride)
            if not (off_y or off_x) and 0 <= y < places[1] and 0 <= x < places[2]:
                yield i, j, y, x

    def corner(self, picture: Array, places: Shape, i: int, j: int) -> Array:
        """Return the elements under one element of the window, for all its places.

        Args:
            picture: [C, H, W, B], with its padding.
            places: Channels, rows and columns of the outputs.
            i: The element's row in the window.
            j: Its column.
        """
        rows, columns = (
            slice(start, start + self.stride * (count - 1) + 1, self.stride)
            for start, count in ((i, places[1]), (j, places[2]))
        )
        return picture[:, rows, columns]

    def patches(self, picture: Array, places: Shape) -> Array:
        """Return a view [C, rows, columns, H, W, B] of what is under the window at every place.

        Args:
            picture: [C, H, W, B], with its padding.
            places: Channels, rows and columns of the outputs.
        """
        channel, row, column, sample = picture.strides
        return np.lib.stride_tricks.as_strided(
            picture,
            (len(picture), *self.size, *places[1:], picture.shape[-1]),
            (channel, row, column, row * self.stride, column * self.stride, sample),
        )

    def reach(self, offset: int, size: int, count: int) -> tuple[slice, slice]:
        """Return along one axis which outputs see an element that is not padding, and which.

        Args:
            offset: The element's row (or column) in the window.
            size: Rows (or columns) of the picture, without its padding.
            count: Rows (or columns) of the outputs.

        Returns:
            A slice of the outputs and one of the picture, of the same length.
        """
        first = max(0, -(-(self.padding - offset) // self.stride))
        last = min(count - 1, (size - 1 + self.padding - offset) // self.stride)
        start = first * self.stride + offset - self.padding
        length = max(0, last - first + 1)
        end = start + (length - 1) * self.stride + 1 if length else start
        return slice(first, first + length), slice(start, end, self.stride)


def window_of(size: str, options: Sequence[str], *, stride: int | None = None) -> Window:
    """Return the window of a text such as ``5x5`` and words such as ``stride 2 pad 1``.

    Args:
        size: Its rows and columns, or one number for both.
        options: Names, each with a number.
        stride: Where the words give none; None for the window's own height.

    Raises:
        ValueError: The words say something else.
    """
    rows, columns = map(int, size.split("x")) if "x" in size else (int(size), int(size))
    given = dict(zip(options[::2], map(int, options[1::2]), strict=True))
    window = Window(rows, columns, given.pop("stride", stride or rows), given.pop("pad", 0))
    if given or rows * columns > LARGEST:
        raise ValueError
    return window
