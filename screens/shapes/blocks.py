"""A large array reduced to blocks: which values a block stands for, and what it shows."""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray


class Blocks(Struct, frozen=True):
    """An array of some shape divided into rows and columns of blocks, none of them empty.

    Attributes:
        shape: Rows and columns of the array, at least one of each.
        count: Rows and columns of blocks.
    """

    shape: tuple[int, int]
    count: tuple[int, int]

    @classmethod
    def fit(cls, shape: tuple[int, int], room: tuple[int, int]) -> Blocks:
        """Divide an array into as many blocks as there is room for, one in any case."""
        rows, columns = (max(1, min(n, m)) for n, m in zip(shape, room, strict=True))
        return cls(shape, (rows, columns))

    def block_of(self, place: tuple[int, int]) -> tuple[int, int]:
        """Return the row and column of the block that a value is in."""
        row, column = (
            int(np.searchsorted(block_edges(n, m), at, side="right")) - 1
            for n, m, at in zip(self.shape, self.count, place, strict=True)
        )
        return row, column

    def largest_in(self, values: NDArray[Any], block: tuple[int, int]) -> tuple[int, int]:
        """Return where in an array the value that a block shows stands.

        A block beyond the edge counts as the last one.
        """
        starts, ends = [], []
        for n, m, at in zip(self.shape, self.count, block, strict=True):
            edges, inside = block_edges(n, m), min(max(at, 0), m - 1)
            starts.append(int(edges[inside]))
            ends.append(int(edges[inside + 1]))
        row, column = largest_place(values[starts[0] : ends[0], starts[1] : ends[1]])
        return starts[0] + row, starts[1] + column


def largest_place(values: NDArray[Any]) -> tuple[int, int]:
    """Return where the value of the largest magnitude stands; what is not finite is larger."""
    size = np.where(np.isfinite(values), np.abs(values), np.inf)
    row, column = divmod(int(np.argmax(size)), values.shape[1])
    return row, column


def block_edges(length: int, blocks: int) -> NDArray[np.intp]:
    """Return where each of `blocks` nearly equal parts of a length begins, and the end."""
    return (np.arange(blocks + 1) * length) // blocks


def reduce_blocks(values: NDArray[Any], rows: int, columns: int) -> NDArray[Any]:
    """Reduce an array to at most `rows` by `columns` blocks.

    A block shows its value of the largest magnitude with its sign (so that nothing large hides)
    and stays not finite if any of its values is.
    """
    rows, columns = min(rows, values.shape[0]), min(columns, values.shape[1])
    if (rows, columns) == values.shape:
        return values
    edges = [block_edges(n, m)[:-1] for n, m in zip(values.shape, (rows, columns), strict=True)]
    high = np.maximum.reduceat(np.maximum.reduceat(values, edges[0], axis=0), edges[1], axis=1)
    low = np.minimum.reduceat(np.minimum.reduceat(values, edges[0], axis=0), edges[1], axis=1)
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(low) > np.abs(high), low, high)


def halve(image: NDArray[Any]) -> NDArray[Any]:
    """Reduce an image to half its size by the mean of 2 by 2 pixels."""
    rows, columns = image.shape[0] // 2 * 2, image.shape[1] // 2 * 2
    blocks = image[:rows, :columns].reshape(rows // 2, 2, columns // 2, 2)
    return np.asarray(blocks.mean(axis=(1, 3)))
