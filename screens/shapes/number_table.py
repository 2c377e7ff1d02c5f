"""A 2-D array as a table of numbers: how each is written, named and tinted."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from screens.shapes.format import LARGE, figure
from screens.shapes.scale import Scale


class NumberTable(Struct, frozen=True, eq=False):
    """A 2-D array to read as numbers.

    Attributes:
        values: A 2-D array, not changed afterwards.
        scale: How values tint their cells; None for no tint.
        form: The format of a number, as in `format(value, form)`.
        rows: The names of the rows; by default their numbers.
        columns: The names of the columns; by default their numbers.
        texts: How the numbers are written, row by row, where a format does not say it.
        shades: What tints the cells in place of the values.
    """

    values: NDArray[Any]
    scale: Scale | None = None
    form: str = "d"
    rows: Sequence[str] = ()
    columns: Sequence[str] = ()
    texts: Sequence[Sequence[str]] = ()
    shades: NDArray[Any] | None = None

    def text(self, row: int, column: int) -> str:
        """Return a number as it is written."""
        if self.texts:
            return self.texts[row][column]
        value = self.values[row, column]
        if not np.isfinite(value):
            return f"!{value}"
        return figure(value) if abs(value) >= LARGE else format(value, self.form)

    def row_name(self, row: int) -> str:
        """Return the name of a row."""
        return self.rows[row] if row < len(self.rows) else str(row)

    def column_name(self, column: int) -> str:
        """Return the name of a column."""
        return self.columns[column] if column < len(self.columns) else str(column)

    def measure(self) -> tuple[int, int]:
        """Return the widths of the row names and of a cell, each with a gap after it."""
        rows, columns = self.values.shape
        side = max((len(self.row_name(row)) for row in range(rows)), default=0)
        names = [self.column_name(column) for column in range(columns)]
        if self.texts:
            return side + 1, max(
                map(len, [*names, *(text for row in self.texts for text in row)])
            ) + 1
        flat = self.values.ravel()
        finite = flat[np.isfinite(flat)]
        small = finite[abs(finite) < LARGE]
        longest = [format(v, self.form) for v in (small.min(), small.max())] if small.size else []
        if small.size < finite.size:
            longest.append("−1.23e38")
        if finite.size < flat.size:
            longest.append("!-inf")
        # No other number is wider: floats of one form differ in width by sign and size only.
        return side + 1, max(map(len, [*longest, *names]), default=1) + 1
