"""Rows of numbers that grow in number, and never change."""

import numpy as np
from numpy.typing import NDArray

_ROOM = 64  # rows that there is room for at least


class Table:
    """An array that grows by rows; what was handed out of it never changes."""

    def __init__(self, columns: int, room: int = _ROOM) -> None:
        """Make an empty one.

        Args:
            columns: How long a row is.
            room: Rows that there is room for at first.
        """
        self._length = 0
        self._values = np.empty((max(room, 1), columns))

    @classmethod
    def of(cls, rows: NDArray[np.float64]) -> "Table":
        """Return a table that goes on behind some rows; the next one has it copy them."""
        table = cls(0)
        table._values, table._length = rows, len(rows)
        return table

    def __len__(self) -> int:
        return self._length

    def add(self, *row: float) -> None:
        """Add a row."""
        if self._length == len(self._values):
            # A new array, so that what was handed out before keeps its rows. What nobody has
            # written to yet takes no memory.
            values = np.empty((max(_ROOM, 2 * self._length), self._values.shape[1]))
            values[: self._length] = self._values
            self._values = values
        self._values[self._length] = row
        self._length += 1

    @property
    def rows(self) -> NDArray[np.float64]:
        """[rows, columns] so far, without a copy. Read-only."""
        rows = self._values[: self._length]
        rows.setflags(write=False)
        return rows
