"""Reads a table of digits: CSV or another delimiter, packed or not, quoted or not.

NumPy's ``loadtxt`` parses it, in C, some thousand rows at a time: no table is ever in memory as
text or as floats, and what is wrong is said with its line and column.
"""

import math
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.files.columns import Columns, Rows, find_columns
from tui_nn.data.files.labels import as_labels
from tui_nn.data.files.lines import Lines, bounded_lines, first_fault, parse, read_head
from tui_nn.data.files.options import ReadOptions
from tui_nn.data.files.pieces import Pieces
from tui_nn.data.files.pixels import PixelCollector
from tui_nn.data.files.points import kept_columns, read_points
from tui_nn.data.files.reading import Part
from tui_nn.data.files.standard import standard_images
from tui_nn.data.files.text import is_packed, open_text
from tui_nn.data.idx import MAX_SAMPLES
from tui_nn.errors import TuiNNError

_AT_ONCE = 1 << 27  # bytes of a table that is parsed as a whole


def read_table(path: Path, options: ReadOptions) -> Part:
    """Return the digits of a table, or the points.

    Raises:
        TuiNNError: The file is missing, empty or damaged, or has a row that is neither.
    """
    with open_text(path) as text:
        head = read_head(path, text)
    if kept_columns(head):
        return read_points(path, head, options)
    skip = int(head.names is not None)

    def read_ends(ends: tuple[int, int]) -> Rows:
        with open_text(path) as text:
            try:
                return parse(Lines(path, text, skip), head.delimiter, np.float64, ends)
            except ValueError:  # which is said with its line when the table is read
                return head.rows[:, ends]

    columns = find_columns(path, head.names, head.rows, options, read_ends)
    reader = _Reader(path, head.delimiter, columns)
    found = reader.read_at_once(skip) or reader.read_by_pieces(skip)
    side = math.isqrt(len(columns.pixels))
    images, done = standard_images(found.pixels.reshape(-1, side, side), options.transpose)
    remarks = (columns.said, found.scale, *done)
    return Part(images, found.labels, tuple(filter(None, remarks)))


class _Found(NamedTuple):
    """What a table holds: uint8 [N, pixels], what their scale was, and uint8 [N] or None."""

    pixels: NDArray[np.uint8]
    scale: str
    labels: NDArray[np.uint8] | None


class _Reader:
    """Reads a table whose columns are known."""

    def __init__(self, path: Path, delimiter: str, columns: Columns) -> None:
        self._path = path
        self._delimiter = delimiter
        self._columns = columns
        used = sorted(columns.used)
        self._used = None if len(used) == columns.width else used
        self._label = None if columns.label is None else used.index(columns.label)

    def read_at_once(self, skip: int) -> _Found | None:
        """Read a table of whole numbers that is neither packed nor long; None if it is another.

        That saves a fifth of the time, but says of no fault where it is.
        """
        if is_packed(self._path) or self._path.stat().st_size > _AT_ONCE:
            return None
        with suppress(ValueError), open_text(self._path) as text:
            lines = bounded_lines(text)
            deque(islice(filter(str.strip, lines), skip), maxlen=0)
            rows = parse(lines, self._delimiter, np.uint8, self._used)
            if self._used or rows.shape[1] == self._columns.width:
                return self._found([rows])
        return None

    def read_by_pieces(self, skip: int) -> _Found:
        """Read any table."""
        with open_text(self._path) as text:
            pieces = Pieces(Lines(self._path, text, skip), self._delimiter, self._used)
            try:
                return self._found(pieces)
            except ValueError as error:
                fault = first_fault(pieces.lines, self._delimiter, self._columns)
                raise TuiNNError(f"{self._path}: {fault or error}") from None

    def _found(self, pieces: Iterable[NDArray[Any]]) -> _Found:
        """Put together what the rows of a table hold.

        Raises:
            ValueError: They are no digits.
        """
        collector, labels, count = PixelCollector(), [], 0
        for rows in pieces:
            count += len(rows)
            if count > MAX_SAMPLES:
                raise TuiNNError(f"{self._path}: over {MAX_SAMPLES:,} rows")
            if self._label is not None:
                labels.append(as_labels(rows[:, self._label]))
                rows = _without(rows, self._label)
            collector.add(rows)
        pixels, scale = collector.finish()
        return _Found(pixels, scale, np.concatenate(labels) if labels else None)


def _without(rows: NDArray[Any], column: int) -> NDArray[Any]:
    """Return the other columns; a view where that can be, since rows are many."""
    if column in (0, rows.shape[1] - 1):
        return rows[:, 1:] if column == 0 else rows[:, :-1]
    return np.delete(rows, column, axis=1)
