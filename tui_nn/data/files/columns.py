"""Which column of a table is what: told by its header, else judged by what is in it."""

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import PIXELS
from tui_nn.data.files.labels import LETTERS
from tui_nn.data.files.options import LABEL, MARK, ReadOptions
from tui_nn.errors import TuiNNError

LABEL_NAMES = {"label", "labels", "class", "target", "digit", "y", "number"}
INDEX_NAMES = {"", "index", "id", "imageid", "image_id", "unnamed: 0", "row", "rowid", "#"}
_SMALLEST_SIDE = 4
_VARIED, _ALIKE = 0.6, 0.98  # share of the commonest value in labels, and in a pixel of the border

Rows = NDArray[np.float64]


class Columns(NamedTuple):
    """The columns of a table, counted from 0.

    Attributes:
        width: How many there are in a row.
        label: Where the labels are; None without labels.
        pixels: Where the pixels are, in order.
        said: Where the labels were found, in words; "" without labels.
    """

    width: int
    label: int | None
    pixels: tuple[int, ...]
    said: str

    @property
    def used(self) -> set[int]:
        """The columns of labels and pixels."""
        return {*self.pixels, *(() if self.label is None else (self.label,))}


def find_columns(
    path: Path,
    names: list[str] | None,
    rows: Rows,
    options: ReadOptions,
    read_whole: Callable[[tuple[int, int]], Rows],
) -> Columns:
    """Return what the columns of a table are.

    Args:
        path: For messages.
        names: The header, or None.
        rows: The first rows, nan where a field is empty or no number.
        options: What the person says of the file.
        read_whole: Returns two columns of all rows, where the first rows decide nothing.

    Raises:
        TuiNNError: The pixels are no square picture, or either end could be the labels.
    """
    width = rows.shape[1]
    kept = list(range(width))
    while len(kept) > 1 and np.isnan(rows[:, kept[-1]]).all():  # a comma at the end of each row
        kept.pop()
    label = _named(path, names, kept, options)
    if len(kept) < _SMALLEST_SIDE**2:
        raise TuiNNError(f"{path}: {count_words(width)}")
    if label is not None:
        kept.remove(label)
    kept = _without_index(names, rows, kept, spare=0 if label is not None or options.label else 1)
    if _is_square(len(kept)):
        said = f"labels in {place_words(names, label, width)}" if label is not None else ""
        return Columns(width, label, tuple(kept), said)
    if label is not None or not _is_square(len(kept) - 1):
        raise TuiNNError(f"{path}: {count_words(width)}")
    ends = (kept[0], kept[-1])
    label = _judge(rows[:, ends])
    if label is None:
        label = _judge(read_whole(ends))
    if label is None:
        raise TuiNNError(
            f"{path}: cannot tell whether the first or the last column is the labels; say which: "
            f"--label-column first, or {MARK}{LABEL}first after the path"
        )
    kept.pop(0 if label == 0 else -1)
    said = f"labels in {place_words(names, ends[label], width)}"
    return Columns(width, ends[label], tuple(kept), said)


def count_words(found: int, expected: int = PIXELS * PIXELS + 1) -> str:
    """Say that a table or a row has not the columns that were expected."""
    pixels = PIXELS * PIXELS
    what = f", a label and {pixels} pixels" if expected == pixels + 1 else ""
    return f"expected {expected} columns{what}, found {found}"


def _is_square(count: int) -> bool:
    return count >= _SMALLEST_SIDE**2 and math.isqrt(count) ** 2 == count


def place_words(names: list[str] | None, column: int, width: int) -> str:
    """Return which column it is, in words."""
    for end, place in ((0, "first"), (width - 1, "last")):
        if column == end:
            return f"the {place} column"
    return f"column {column + 1}" + (f", {names[column]!r}" if names else "")


def _named(
    path: Path, names: list[str] | None, kept: list[int], options: ReadOptions
) -> int | None:
    """Return the column that the person or the header calls the label, or None."""
    if options.label in ("first", "last"):
        return kept[0 if options.label == "first" else -1]
    lower = {column: names[column].lower() for column in kept} if names else {}
    if options.label:
        found = [column for column, name in lower.items() if name == options.label.lower()]
        if not found:
            raise TuiNNError(f"{path}: no column called {options.label!r}")
        return found[0]
    known = [column for column, name in lower.items() if name in LABEL_NAMES]
    # Names of pixels are numbered; the only one that is not is the label, whatever it is called.
    known = known or [
        column
        for column, name in lower.items()
        if name not in INDEX_NAMES and not re.search(r"\d", name)
    ]
    return known[0] if len(known) == 1 else None


def _without_index(names: list[str] | None, rows: Rows, kept: list[int], spare: int) -> list[int]:
    """Return the columns without the one that counts the rows, if there is one."""
    first = kept[0]
    counts = (
        len(rows) > 2 and bool((np.diff(rows[:, first]) == 1).all()) and rows[0, first] in (0, 1)
    )
    named = names is not None and names[first].lower() in INDEX_NAMES
    fits = _is_square(len(kept)) or (spare and _is_square(len(kept) - 1))
    if named or (counts and (not fits or rows[-1, first] > LETTERS)):
        return kept[1:]
    return kept


def _judge(ends: Rows) -> int | None:
    """Return which of the first and the last column is the labels, 0 or 1; None if unknown."""
    known = ends[~np.isnan(ends).any(axis=1)]
    if 2 * len(known) < len(ends):
        return None
    ends = known  # a field that is no number is said with its line when the table is read
    whole = (ends >= 0) & (ends <= LETTERS) & (ends == np.floor(ends))
    could_be = whole.all(axis=0)
    if could_be.all():
        shares = [np.unique(end, return_counts=True)[1].max() / len(end) for end in ends.T]
        varied, alike = (int(np.argmin(shares)), int(np.argmax(shares)))
        return varied if shares[varied] <= _VARIED and shares[alike] >= _ALIKE else None
    is_pixel = ((ends >= 0) & (ends <= 255)).all(axis=0)
    return int(could_be.argmax()) if could_be.any() and is_pixel.all() else None
