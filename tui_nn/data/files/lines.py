"""The lines of a table and their fields: its delimiter, its header, and what is wrong in a row."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import CLASSES
from tui_nn.data.files.columns import Columns, Rows, count_words
from tui_nn.data.files.labels import range_words
from tui_nn.errors import TuiNNError

_DELIMITERS = ",;\t| "
_PREVIEW = 16  # rows that the columns are judged by
_LONGEST_LINE = 1 << 20  # far more than the numbers of any picture here need


def bounded_lines(text: TextIO) -> Iterator[str]:
    """Return the lines of a file; what is longer than any row of digits comes in pieces."""
    return iter(partial(text.readline, _LONGEST_LINE), "")


class Lines:
    """The lines of a table that are not blank, counted.

    Attributes:
        number: Of the line given last, from 1.
        piece: The lines given since this list was last cleared, with their numbers.
    """

    def __init__(self, path: Path, text: TextIO, skip: int = 0) -> None:
        """Begin.

        Args:
            path: For messages.
            text: The open file.
            skip: Lines to leave out at the start: its header.
        """
        self._path = path
        self._text = text
        self.number = 0
        self.piece: list[tuple[int, str]] = []
        self._lines = self._read()
        for _ in islice(self._lines, skip):
            pass
        self.piece.clear()

    def __iter__(self) -> Iterator[str]:
        return self._lines

    def _read(self) -> Iterator[str]:
        piece = self.piece
        for number, line in enumerate(bounded_lines(self._text), start=1):
            self.number = number
            if len(line) == _LONGEST_LINE:
                raise TuiNNError(f"{self._path}: line {number}: too long for a row of digits")
            if not line.isspace():
                piece.append((number, line))
                yield line


class Head(NamedTuple):
    """How a table begins.

    Attributes:
        delimiter: What separates its fields.
        names: Its header, if it has one.
        rows: Its first rows, nan where a field is no number.
        fields: The same as they are written.
    """

    delimiter: str
    names: list[str] | None
    rows: Rows
    fields: list[list[str]]


def read_head(path: Path, text: TextIO) -> Head:
    """Return how a table begins.

    Raises:
        TuiNNError: It is empty, or has nothing but a header.
    """
    lines = Lines(path, text)
    first = next(iter(lines), None)
    if first is None:
        raise TuiNNError(f"{path}: an empty file where rows of digits were expected")
    delimiter = max(_DELIMITERS, key=first.strip().count)  # what occurs most often
    fields = fields_of(first, delimiter)
    # One field may be damaged; where most are no numbers, they are names.
    names = fields if sum(map(_is_number, fields)) < len(fields) / 2 else None
    count, rows = len(fields), [] if names else [fields]
    for line in islice(lines, _PREVIEW):
        row = fields_of(line, delimiter)
        if names and not rows and len(row) == count + 1 and not row[-1]:
            count, names = len(row), [*names, ""]  # a comma ends the rows, but not the header
        if len(row) != count:
            if rows:
                break  # which is said with its line when the table is read
            raise TuiNNError(f"{path}: line {lines.number}: {count_words(len(row))}")
        rows.append(row)
    if not rows:
        raise TuiNNError(f"{path}: a header without rows of digits below it")
    return Head(delimiter, names, np.array([list(map(number_of, row)) for row in rows]), rows)


def parse(
    lines: Iterable[str], delimiter: str, dtype: Any, used: Sequence[int] | None = None
) -> NDArray[Any]:
    """Return the numbers of some lines, [rows, columns].

    Raises:
        ValueError: A field is no number of that type, or the rows differ in length.
    """
    return np.loadtxt(
        lines,
        dtype,
        comments=None,
        delimiter=None if delimiter == " " else delimiter,
        usecols=used,
        ndmin=2,
        quotechar='"',
    )


def first_fault(lines: Iterable[tuple[int, str]], delimiter: str, columns: Columns) -> str:
    """Say what is wrong in the first row that is no digit, or return "". Slow."""
    rows = [(number, fields_of(line, delimiter)) for number, line in lines]
    for number, fields in rows:
        if fault := _fault(fields, columns):
            if columns.label is not None and f"column {columns.label + 1}:" in fault:
                found = [number_of(row[columns.label]) for _, row in rows if row[columns.label :]]
                fault += range_words(np.array(found))
            return f"line {number}: {fault}"
    return ""


def _fault(fields: list[str], columns: Columns) -> str:
    if len(fields) != columns.width:
        return count_words(len(fields), columns.width)
    for column in sorted(columns.used):
        value, is_label = number_of(fields[column]), column == columns.label
        what, highest = ("a label", CLASSES - 1) if is_label else ("a pixel", 255)
        if not 0 <= value <= highest or (is_label and value != int(value)):
            found = repr(fields[column][:20])
            return f"column {column + 1}: expected {what} from 0 to {highest}, found {found}"
    return ""


def fields_of(line: str, delimiter: str) -> list[str]:
    """Return the fields of a line, without their quotes and the blanks around them."""
    if delimiter == " ":
        return line.split()
    try:
        row = next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter, skipinitialspace=True))
    except csv.Error:  # a field longer than any number
        row = line.split(delimiter)
    return [field.strip() for field in row]


def number_of(field: str) -> float:
    """Return the number that a field is, or nan."""
    try:
        return float(field)
    except ValueError:
        return float("nan")


def _is_number(field: str) -> bool:
    return not field or field.lower() == "nan" or number_of(field) == number_of(field)
