"""Numbers for other programs: a tensor, a table or a run's history as CSV."""

import csv
import io
import math
from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path

import numpy as np

from tui_nn.files import write_file
from tui_nn.nn.tensor import Array
from tui_nn.training.stepping.history import History

_OF_EPOCH = ("epoch", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy")


def write_history(path: Path, history: History) -> None:
    """Write a row a step; the figures of an epoch stand in the row of its last step.

    A norm that was not read in a step is left out.

    Raises:
        TuiNNError: The file cannot be written.
    """
    by_step = {record.step: record for record in history.epochs}
    curves = history.curves
    norms = [f"gradient_norm_{layer + 1}" for layer in range(curves.gradient_norm.shape[1])]
    columns = zip(
        curves.loss.tolist(),
        curves.accuracy.tolist(),
        curves.learning_rate.tolist(),
        curves.gradient_norm.tolist(),
        strict=True,
    )
    rows: list[list[object]] = [["step", "loss", "accuracy", "learning_rate", *norms, *_OF_EPOCH]]
    for step, (loss, accuracy, rate, gradients) in enumerate(columns, start=1):
        record = by_step.get(step)
        of_epoch = [getattr(record, name) if record else "" for name in _OF_EPOCH]
        read = ["" if math.isnan(norm) else norm for norm in gradients]
        rows.append([step, loss, accuracy, rate, *read, *of_epoch])
    write_file(path, table_text(rows))


def tensor_text(
    values: Array, corner: str, rows: Sequence[str] = (), columns: Sequence[str] = ()
) -> str:
    """Return a tensor as CSV, every number with as many digits as tell it from its neighbours.

    Args:
        values: A number; [N], a row; or [rows, columns]. Of more axes each row holds all of the
            others, with their places as the columns' names: ``0,2,2``.
        corner: What it is: the first cell, before the numbers of the columns.
        rows: What the rows are called; by default their numbers. A [N] that has a row a sample
            has as many names, and is written as a column.
        columns: What the columns are called; by default their numbers.
    """
    table = values.reshape(1, -1) if values.ndim < 2 else values.reshape(len(values), -1)
    if values.ndim > 2 and not columns:
        columns = [",".join(map(str, place)) for place in np.ndindex(values.shape[1:])]
    if values.ndim == 1 and rows:
        table = values.reshape(-1, 1)
    names = rows or [str(row) for row in range(len(table))]
    # str of NumPy's own numbers, not of Python's: 0.1, not 0.10000000149011612.
    lines = ([name, *map(str, row)] for name, row in zip(names, table, strict=True))
    return table_text([[corner, *(columns or range(table.shape[1]))], *lines])


def table_text(rows: Iterable[Sequence[object]]) -> str:
    """Return rows of cells as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def free_paths(folder: Path, stem: str, suffixes: Sequence[str]) -> list[Path]:
    """Return a path for each suffix, with a number where one of the files is there already."""
    for number in count(1):
        name = stem if number == 1 else f"{stem}-{number}"
        paths = [folder / f"{name}{suffix}" for suffix in suffixes]
        if not any(path.exists() for path in paths):
            return paths
    raise AssertionError  # there is no last number
