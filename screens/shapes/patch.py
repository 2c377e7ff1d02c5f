"""A picture in which a rectangle is lit, and the part of it that there is room for."""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from screens.shapes.format import fit
from screens.shapes.scale import Scale


class Patch(Struct, frozen=True, eq=False):
    """A picture with what is looked at in it.

    Attributes:
        values: [rows, columns].
        scale: How values become colours.
        lit: First row and column, last row and column of what is lit; None for nothing.
        mark: The value that is pointed at, if any.
        known: Which values are there already; None for all.
    """

    values: NDArray[Any]
    scale: Scale
    lit: tuple[int, int, int, int] | None = None
    mark: tuple[int, int] | None = None
    known: NDArray[np.bool_] | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.values.shape[0], self.values.shape[1]

    def shown(self, rows: int, columns: int) -> tuple[slice, slice]:
        """Return the rows and columns that are seen of it, around what is looked at."""
        top, left, bottom, right = self.lit or (*(self.mark or (0, 0)), *(self.mark or (0, 0)))
        middle = (top + bottom + 1) // 2, (left + right + 1) // 2
        first, across = (
            min(max(at - room // 2, 0), max(size - room, 0))
            for at, room, size in zip(middle, (rows, columns), self.shape, strict=True)
        )
        return slice(first, first + rows), slice(across, across + columns)


def shown_words(part: tuple[slice, slice], shape: tuple[int, int], width: int) -> str:
    """Return which rows and columns are seen, where these are not all, or ""."""
    ends = [min(each.stop, size) - 1 for each, size in zip(part, shape, strict=True)]
    if [part[0].start, part[1].start, *ends] == [0, 0, shape[0] - 1, shape[1] - 1]:
        return ""
    rows, columns = (f"{each.start}…{end}" for each, end in zip(part, ends, strict=True))
    return fit((f"rows {rows}, columns {columns}", f"({rows}, {columns})"), width)
