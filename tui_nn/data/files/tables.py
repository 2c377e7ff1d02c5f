"""Finds the tables of a data set: a file, its partner, and what a folder holds of them."""

from pathlib import Path

from tui_nn.data.files.options import ReadOptions
from tui_nn.data.files.reading import Reading
from tui_nn.data.files.table import read_table
from tui_nn.data.files.text import is_text
from tui_nn.errors import TuiNNError

_TRAIN, _TEST = "train", "test"


def read_table_file(path: Path, options: ReadOptions) -> Reading | None:
    """Return the digits of a table and of its partner: ``train.csv`` and ``test.csv`` are a pair.

    Either of a pair stands for both, unless it is wanted alone.
    """
    if not (path.is_file() and is_text(path)):
        return None
    if options.alone or (pair := _pair(path)) is None:
        return Reading({_TRAIN: read_table(path, options)})
    return Reading({_TRAIN: read_table(pair[0], options), _TEST: read_table(pair[1], options)})


def read_table_folder(path: Path, options: ReadOptions) -> Reading | None:
    """Return the digits of the tables of a folder: of a pair, or of the only one."""
    if not path.is_dir():
        return None
    files = [each for each in sorted(path.iterdir()) if each.is_file() and is_text(each)]
    pairs = sorted({pair for each in files if (pair := _pair(each))})
    if len(pairs) > 1:
        raise TuiNNError(f"{path}: holds several pairs of CSV files; choose one: {pairs[0][0]}, …")
    if pairs:
        return read_table_file(pairs[0][0], options._replace(alone=False))
    tables = [each for each in files if each.suffix.lower() != ".txt"]  # a readme, mostly
    return read_table_file(tables[0], options) if len(tables) == 1 else None


def _pair(path: Path) -> tuple[Path, Path] | None:
    """Return the training and the test file of a pair that a file belongs to, or None."""
    for this, other in ((_TRAIN, _TEST), (_TEST, _TRAIN)):
        before, found, after = path.name.rpartition(this)
        partner = path.with_name(before + other + after)
        if found and partner.is_file():
            return (path, partner) if this == _TRAIN else (partner, path)
    return None
