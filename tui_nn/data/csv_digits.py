"""Reads digits from CSV: a row is a label and 784 pixels, with or without a header."""

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import CLASSES, PIXELS, Dataset, Split
from tui_nn.errors import TuiNNError
from tui_nn.randomness import Purpose, generator

COLUMNS = 1 + PIXELS * PIXELS
_LONGEST_LINE = 1 << 16  # far more than 785 numbers or names need
_WHOLE = re.compile("[0-9]{1,9}")
_ENCODING = "utf-8-sig"  # spreadsheets put a byte order mark before the first field


def load_csv(path: Path, name: str) -> Dataset:
    """Return the digits of a CSV file and, of a pair, of its partner.

    ``mnist_train.csv`` and ``mnist_test.csv`` are a pair, and either stands for both. A file
    without a partner gives a tenth of its rows to the test split: drawn at random, since files
    are often sorted by label, and always the same ones.

    Args:
        path: Either file of a pair, or a file alone.
        name: What ``--data`` was given.

    Returns:
        Splits ``train`` and ``test``.

    Raises:
        TuiNNError: A file is missing or empty, or has a row that is not a label and 784 pixels.
    """
    pair = _pair(path)
    if pair is not None:
        return Dataset(name, {"train": read_csv(pair[0]), "test": read_csv(pair[1])})
    digits = read_csv(path)
    if len(digits) < 2:
        raise TuiNNError(f"{path}: one row; expected two or more, for training and for test")
    # The counter keeps this from drawing the permutation that then holds out for validation.
    order = generator(0, Purpose.SPLIT, 1).permutation(len(digits))
    held_out = max(1, len(digits) // 10)
    train, test = np.sort(order[held_out:]), np.sort(order[:held_out])
    return Dataset(name, {"train": digits.take(train), "test": digits.take(test)})


def find_csv(folder: Path) -> Path | None:
    """Return the training file of the pair of CSV files in a folder, or None.

    Raises:
        TuiNNError: There are several pairs.
    """
    pairs = [path for path in sorted(folder.glob("*_train.csv")) if _pair(path)]
    if len(pairs) > 1:
        raise TuiNNError(f"{folder}: holds several pairs of CSV files; choose one: {pairs[0]}, …")
    return pairs[0] if pairs else None


def read_csv(path: Path) -> Split:
    """Return the digits of one CSV file.

    Raises:
        TuiNNError: The file is missing or empty, or has a row that is not a label and 784 pixels.
    """
    header = False
    try:
        header = _has_header(path)
        table = np.loadtxt(
            path,
            np.uint8,
            comments=None,
            delimiter=",",
            skiprows=int(header),
            ndmin=2,
            encoding=_ENCODING,
        )
    except OSError as error:
        raise TuiNNError(f"{path}: expected a CSV file: {error.strerror or error}") from error
    except ValueError as error:
        raise TuiNNError(f"{path}: {_first_fault(path, header) or error}") from error
    labels = table[:, 0].copy()
    if table.shape[1] != COLUMNS or labels.max() >= CLASSES:
        raise TuiNNError(f"{path}: {_first_fault(path, header)}")
    return Split(table[:, 1:].reshape(-1, PIXELS, PIXELS), labels)


def _pair(path: Path) -> tuple[Path, Path] | None:
    for this, other in (("_train", "_test"), ("_test", "_train")):
        if path.stem.endswith(this):
            partner = path.with_name(path.stem.removesuffix(this) + other + path.suffix)
            if partner.is_file():
                return (path, partner) if this == "_train" else (partner, path)
    return None


def _has_header(path: Path) -> bool:
    """Return whether the first line names the columns: its first field is then no number."""
    with path.open(encoding=_ENCODING, errors="replace") as file:
        first = file.readline(_LONGEST_LINE)
        if not first:
            raise TuiNNError(f"{path}: an empty file where rows of digits were expected")
        if first.count(",") != COLUMNS - 1:
            raise TuiNNError(f"{path}: line 1: {_fault(first)}")
        try:
            float(first.split(",")[0])
        except ValueError:
            # NumPy would warn of a header without rows, not refuse it.
            if not any(line.strip() for line in file):
                raise TuiNNError(f"{path}: a header without rows of digits below it") from None
            return True
        return False


def _first_fault(path: Path, header: bool) -> str:
    """Say what is wrong in the first row that is not a digit. Slow, so only after a failure."""
    with path.open(encoding=_ENCODING, errors="replace") as file:
        for number, line in enumerate(file, start=1):
            if line.strip() and not (header and number == 1) and not _is_digit(line):
                return f"line {number}: {_fault(line)}"
    return ""


def _is_digit(line: str) -> bool:
    try:
        row: NDArray[np.uint8] = np.loadtxt([line], np.uint8, comments=None, delimiter=",")
    except ValueError:
        return False
    return row.shape == (COLUMNS,) and row[0] < CLASSES


def _fault(line: str) -> str:
    fields = [field.strip() for field in line.split(",")]
    if len(fields) != COLUMNS:
        return f"expected {COLUMNS} columns, a label and 784 pixels, found {len(fields)}"
    for column, field in enumerate(fields, start=1):
        what, highest = ("a label", CLASSES - 1) if column == 1 else ("a pixel", 255)
        if not (_WHOLE.fullmatch(field) and int(field) <= highest):
            return f"column {column}: expected {what} from 0 to {highest}, found {field[:20]!r}"
    return "expected a label and 784 pixels"
