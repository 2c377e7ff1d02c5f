"""Finds the tables of a data set: a file, its partner, and what a folder holds of them."""

from pathlib import Path

from tui_nn.data.files.lines import read_head
from tui_nn.data.files.options import ReadOptions
from tui_nn.data.files.points import agreed, kept_columns
from tui_nn.data.files.reading import Reading, measured_too
from tui_nn.data.files.table import read_table
from tui_nn.data.files.text import is_text, open_text
from tui_nn.data.form import Form
from tui_nn.errors import TuiNNError

_NAMES = _TRAIN, _TEST = "train", "test"


def read_table_file(path: Path, options: ReadOptions) -> Reading | None:
    """Return what is in a table and in its partner: ``train.csv`` and ``test.csv`` are a pair.

    Either of a pair stands for both, unless it is wanted alone.
    """
    if not (path.is_file() and is_text(path)):
        return None
    if options.alone:
        return Reading({_TRAIN: read_table(path, options)})
    files = _pair(path) or (path,)
    found = {name: read_table(file, options) for name, file in zip(_NAMES, files, strict=False)}
    parts = agreed(path, found)
    return Reading(measured_too(parts) if parts[_TRAIN].form.is_point else parts)


def read_table_folder(path: Path, options: ReadOptions) -> Reading | None:
    """Return what is in the tables of a folder: in a pair, or in the only one."""
    table = _table_in(path) if path.is_dir() else None
    return None if table is None else read_table_file(table, options._replace(alone=False))


def points_at(path: Path, options: ReadOptions) -> Form | None:
    """Return the form of the points in a table, or in those of a folder; None of what has none.

    Raises:
        TuiNNError: There is a table, and it cannot be read.
    """
    table = _table_in(path) if path.is_dir() else path
    if table is None or not (table.is_file() and is_text(table)):
        return None
    with open_text(table) as text:
        if not kept_columns(read_head(table, text)):
            return None
    found = read_table_file(table, options._replace(alone=False))
    return None if found is None else found.parts[_TRAIN].form


def _table_in(path: Path) -> Path | None:
    """Return the table in a folder, or the first one of a pair."""
    files = [each for each in sorted(path.iterdir()) if each.is_file() and is_text(each)]
    pairs = sorted({pair for each in files if (pair := _pair(each))})
    if len(pairs) > 1:
        raise TuiNNError(f"{path}: holds several pairs of CSV files; choose one: {pairs[0][0]}, …")
    if pairs:
        return pairs[0][0]
    tables = [each for each in files if each.suffix.lower() != ".txt"]  # a readme, mostly
    return tables[0] if len(tables) == 1 else None


def _pair(path: Path) -> tuple[Path, Path] | None:
    """Return the training and the test file of a pair that a file belongs to, or None."""
    for this, other in ((_TRAIN, _TEST), (_TEST, _TRAIN)):
        before, found, after = path.name.rpartition(this)
        partner = path.with_name(before + other + after)
        if found and partner.is_file():
            return (path, partner) if this == _TRAIN else (partner, path)
    return None
