"""Reads a table of points in the plane: two numbers a row, and the name or number of a class."""

from collections.abc import Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from tui_nn.data.files.columns import INDEX_NAMES, LABEL_NAMES, place_words
from tui_nn.data.files.lines import Head, Lines, fields_of, number_of
from tui_nn.data.files.options import LABEL, MARK, ReadOptions
from tui_nn.data.files.reading import Part
from tui_nn.data.files.text import open_text
from tui_nn.data.form import points_form
from tui_nn.data.idx import MAX_SAMPLES
from tui_nn.errors import TuiNNError

_BARE, _LABELLED = 2, 3  # columns
_MOST_CLASSES = 10  # that marks and hues tell apart


class Row(NamedTuple):
    """A line's number in its file, and its fields."""

    line: int
    fields: list[str]


def kept_columns(head: Head) -> tuple[int, ...]:
    """Return the columns of a table of points; nothing if it is a table of something else."""
    kept = list(range(len(head.fields[0])))
    while kept and not any(row[kept[-1]] for row in head.fields):  # a comma ends each row
        kept.pop()
    first = kept[0] if kept else 0
    counted = len(head.rows) > 2 and bool((np.diff(head.rows[:, first]) == 1).all())
    is_named = head.names is not None and head.names[first].lower() in INDEX_NAMES
    if is_named or (counted and len(kept) == _LABELLED + 1):
        kept = kept[1:]
    return tuple(kept) if len(kept) in (_BARE, _LABELLED) else ()


def read_points(path: Path, head: Head, options: ReadOptions) -> Part:
    """Return the points of a table, with their classes where there is a column of them.

    Args:
        path: The file.
        head: How it begins; ``kept_columns`` has found the columns of points in it.
        options: What the person says of the file.

    Raises:
        TuiNNError: A row is no point, or it cannot be told which column is the class.
    """
    kept, width = kept_columns(head), len(head.fields[0])
    rows = _rows(path, head, width)
    label = _label_column(path, head.names, kept, options) if len(kept) == _LABELLED else None
    x, y = (column for column in kept if column != label)
    if label is None:
        return Part(_numbers(path, rows, (x, y)), None, form=points_form(()))
    said = place_words(head.names, label, width)
    names = _names(path, rows, label)
    classes = options.classes or _classes(path, names, said)
    points = _numbers(path, rows, (x, y))
    return Part(
        points, _codes(path, rows, names, classes), (f"labels in {said}",), points_form(classes)
    )


def agreed(path: Path, parts: Mapping[str, Part]) -> Mapping[str, Part]:
    """Return the parts of one data set; points of all of them with the same classes.

    Args:
        path: For messages.
        parts: What its files hold.

    Raises:
        TuiNNError: Only some of them hold points, or there is one class alone.
    """
    if not any(part.form.is_point for part in parts.values()):
        return parts
    if not all(part.form.is_point for part in parts.values()):
        raise TuiNNError(f"{path}: points in one file of the pair, digits in the other")
    found = [part.form.classes for part in parts.values() if part.labels is not None]
    classes = in_order({name for names in found for name in names})
    if len(classes) == 1:
        raise TuiNNError(f"{path}: every point is of class {classes[0]}; expected two or more")
    return {key: _recoded(part, classes) for key, part in parts.items()}


def _recoded(part: Part, classes: tuple[str, ...]) -> Part:
    if part.labels is None or part.form.classes == classes:
        return part
    codes = np.array([classes.index(name) for name in part.form.classes], np.uint8)
    return replace(part, labels=codes[part.labels], form=points_form(classes))


def in_order(names: set[str]) -> tuple[str, ...]:
    """Return classes in the order of their numbers, else of the alphabet."""
    if all(isfinite(number_of(name)) for name in names):
        return tuple(sorted(names, key=float))
    return tuple(sorted(names))


def _rows(path: Path, head: Head, width: int) -> list[Row]:
    with open_text(path) as text:
        lines = Lines(path, text, int(head.names is not None))
        rows = [Row(lines.number, fields_of(line, head.delimiter)) for line in lines]
    if len(rows) > MAX_SAMPLES:
        raise TuiNNError(f"{path}: over {MAX_SAMPLES:,} rows")
    for row in rows:
        if len(row.fields) != width:
            found = len(row.fields)
            raise TuiNNError(f"{path}: line {row.line}: expected {width} columns, found {found}")
    return rows


def _label_column(
    path: Path, names: list[str] | None, kept: Sequence[int], options: ReadOptions
) -> int:
    """Return the column of the classes: the one that is said or named to be it, else the last."""
    if options.label in ("first", "last"):
        return kept[0 if options.label == "first" else -1]
    lower = {column: names[column].lower() for column in kept} if names else {}
    if options.label:
        known = [column for column, name in lower.items() if name == options.label.lower()]
        if not known:
            raise TuiNNError(f"{path}: no column called {options.label!r}")
        return known[0]
    labels = LABEL_NAMES - ({"y"} if "x" in lower.values() else set())
    known = [column for column, name in lower.items() if name in labels]
    return known[0] if len(known) == 1 else kept[-1]


def _numbers(path: Path, rows: Sequence[Row], columns: Sequence[int]) -> NDArray[np.float32]:
    """Return points, float32 [N, 2], as they are written."""
    found = np.array([[number_of(row.fields[at]) for at in columns] for row in rows])
    with np.errstate(over="ignore"):
        points = found.astype(np.float32)
    for at, place in np.argwhere(~np.isfinite(points))[:1]:
        row, column = rows[at], columns[place]
        said = repr(row.fields[column][:20])
        raise TuiNNError(
            f"{path}: line {row.line}: column {column + 1}: expected a number, found {said}"
        )
    return points


def _names(path: Path, rows: Sequence[Row], label: int) -> list[str]:
    """Return the class of each row by its name; a number without needless zeros."""
    names = [_plain(row.fields[label]) for row in rows]
    for row, name in zip(rows, names, strict=True):
        if name.lower() in ("", "nan"):
            found = repr(row.fields[label])
            raise TuiNNError(
                f"{path}: line {row.line}: column {label + 1}: expected a class, found {found}"
            )
    return names


def _plain(field: str) -> str:
    value = number_of(field)
    return str(int(value)) if isfinite(value) and value == int(value) else field


def _classes(path: Path, names: Sequence[str], said: str) -> tuple[str, ...]:
    """Return the classes in a column.

    Raises:
        TuiNNError: They are no classes.
    """
    found = set(names)
    fractions = [name for name in names if isfinite(number_of(name)) and not _is_whole(name)]
    if fractions or len(found) > _MOST_CLASSES:
        why = f"holds {fractions[0]}" if fractions else f"holds {len(found):,} different values"
        raise TuiNNError(
            f"{path}: cannot tell which column is the class: {said} {why}; expected whole numbers "
            f"or names, at most {_MOST_CLASSES}; say which: --label-column first, or "
            f"{MARK}{LABEL}first after the path"
        )
    return in_order(found)


def _is_whole(name: str) -> bool:
    return name.removeprefix("-").isdigit()


def _codes(
    path: Path, rows: Sequence[Row], names: Sequence[str], classes: Sequence[str]
) -> NDArray[np.uint8]:
    codes = {name: code for code, name in enumerate(classes)}
    for row, name in zip(rows, names, strict=True):
        if name not in codes:
            expected = ", ".join(classes)
            raise TuiNNError(
                f"{path}: line {row.line}: class {name} where one of {expected} was expected"
            )
    return np.array([codes[name] for name in names], np.uint8)
