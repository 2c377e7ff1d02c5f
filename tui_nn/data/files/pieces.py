"""The rows of a table as numbers, some at a time, whichever way they are written."""

from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.files.lines import Lines, parse

_ROWS = 1024  # in a piece


class Pieces:
    """Rows as numbers, each piece parsed in the fastest way that understands it.

    Attributes:
        lines: The lines of the piece in hand, with their numbers.
    """

    def __init__(self, lines: Lines, delimiter: str, used: list[int] | None) -> None:
        """Begin.

        Args:
            lines: Of the table, below its header.
            delimiter: What separates the fields.
            used: The columns to return; None for all.
        """
        self._source = lines
        self._delimiter = delimiter
        self._used = used
        self.lines = lines.piece

    def __iter__(self) -> Iterator[NDArray[Any]]:
        """Return the pieces, [rows, columns], uint8 or float32.

        Raises:
            ValueError: A row is not of numbers, or not as long as those before.
        """
        ways = [self._bytes, self._whole, self._fractions]
        while self._advance():
            while True:
                try:
                    yield ways[0]()
                    break
                except ValueError:
                    if len(ways) == 1:
                        raise
                    del ways[0]  # most tables are of one kind throughout

    def _advance(self) -> bool:
        self.lines.clear()
        deque(islice(self._source, _ROWS), maxlen=0)
        return bool(self.lines)

    def _bytes(self) -> NDArray[Any]:
        rows = (line for _, line in self.lines)
        return parse(rows, self._delimiter, np.uint8, self._used)

    def _whole(self) -> NDArray[Any]:
        """Parse ``5.0,0.0``, which without its ``.0`` is read in a third of the time."""
        end = self._delimiter
        rows = (line.rstrip().replace(f".0{end}", end) for _, line in self.lines)
        return parse((row.removesuffix(".0") for row in rows), end, np.uint8, self._used)

    def _fractions(self) -> NDArray[Any]:
        rows = (line for _, line in self.lines)
        return parse(rows, self._delimiter, np.float32, self._used)
