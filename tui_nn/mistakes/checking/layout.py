"""How somebody's arrays lie: which way round, and what that makes of them here."""

from collections.abc import Iterator, Mapping

import numpy as np
from msgspec import Struct

from tui_nn.errors import TuiNNError
from tui_nn.nn.tensor import Array

Handed = Mapping[str, Array]
"""Somebody's arrays by our names."""


class Layout(Struct, frozen=True):
    """Which way round arrays lie; here rows are samples, and weights are [in, out].

    Attributes:
        in_columns: Whether samples stand in columns.
        transposed: Whether weights are [out, in].
    """

    in_columns: bool
    transposed: bool

    def __str__(self) -> str:
        """Say it in words."""
        samples = "columns" if self.in_columns else "rows"
        return f"samples in {samples}, weights {'[out, in]' if self.transposed else '[in, out]'}"

    def samples(self, array: Array) -> Array:
        """Return what has a row for each sample."""
        if array.ndim == 1:
            return array[np.newaxis]
        if array.ndim > 2:  # pictures, whose first axis counts them
            return array.reshape(len(array), -1)
        return array.T if self.in_columns else array

    def weights(self, array: Array) -> Array:
        """Return weights, or what is like them, as [in, out]."""
        if array.ndim == 1:  # one unit's
            return array[:, np.newaxis]
        return array.T if self.transposed else array


LAYOUTS = (
    Layout(in_columns=False, transposed=False),
    Layout(in_columns=True, transposed=True),
    Layout(in_columns=False, transposed=True),
    Layout(in_columns=True, transposed=False),
)
"""The likeliest first: NumPy's courses, mathematics', PyTorch's."""


def layouts(handed: Handed, depth: int) -> list[Layout]:
    """Return how arrays may lie, the likeliest first.

    Raises:
        TuiNNError: Their shapes do not fit together.
    """
    faults = {each: _misfit(handed, depth, each) for each in LAYOUTS}
    fitting = [each for each, fault in faults.items() if fault is None]
    if not fitting:
        # The one that gets furthest has the most to say.
        found = [fault for fault in faults.values() if fault]
        raise TuiNNError(max(found, key=lambda each: each[0])[1])
    stands = [name for name in handed if name[0] == "b" and handed[name].ndim == 2]
    if any(handed[name].shape[1] == 1 < handed[name].shape[0] for name in stands):
        fitting.sort(key=lambda each: not each.in_columns)  # b is [n, 1], a column as samples are
    return fitting


def _misfit(handed: Handed, depth: int, layout: Layout) -> tuple[int, str] | None:
    """Return what does not fit where arrays lie like this, and how far one gets; None if all do."""
    faults = _faults(handed, depth, layout)
    return next(((place, words) for place, words in faults if words), None)


def _faults(handed: Handed, depth: int, layout: Layout) -> Iterator[tuple[int, str]]:
    widths = [layout.samples(handed["X"]).shape[1]]
    rows, place, before = len(layout.samples(handed["X"])), 0, "X"
    for number in range(1, depth + 1):
        W = handed[f"W{number}"]
        fits = W.ndim <= 2 and layout.weights(W).shape[0] == widths[-1]
        yield place, "" if fits else _both(before, handed, f"W{number}")
        widths.append(layout.weights(W).shape[1])
        before = f"W{number}"
        place += 1
    for number in range(1, depth + 1):
        name = f"b{number}"
        fits = name not in handed or handed[name].size == widths[number]
        yield place, "" if fits else _both(f"W{number}", handed, name)
    for name, array in handed.items():
        if name[0] in "ZA" or name.startswith("mask"):
            number = int(name.lstrip("ZAmask"))
            wanted = (rows, widths[number])
            fits = layout.samples(array).shape == wanted
            yield place, "" if fits else _both("X", handed, name)
    fits = _fits_labels(handed["y"], rows, widths[-1])
    yield place + 1, "" if fits else f"{_both('X', handed, 'y')}, and the last layer {widths[-1]}"


def _fits_labels(y: Array, rows: int, classes: int) -> bool:
    if y.size == rows or (rows == 1 and y.size == classes):
        return True
    return y.ndim == 2 and y.shape in {(rows, classes), (classes, rows)}


def _both(one: str, handed: Handed, other: str) -> str:
    """Say that two arrays do not fit together."""
    found = (f"{name} is {list(handed[name].shape)}" for name in (one, other))
    return f"{' and '.join(found)}: they do not fit together, either way round"


def biases(array: Array, width: int) -> Array | None:
    """Return biases, or what is like them, as [n]; None if they are no n numbers.

    One number for all is what a sum over everything leaves: it would be added to each of them.
    """
    if array.size == 1 != width:
        return np.full(width, array.item())
    return (
        array.reshape(-1) if array.size == width and max(array.shape, default=1) == width else None
    )


def targets(y: Array, layout: Layout, rows: int, classes: int) -> Array:
    """Return the wanted outputs, a row for each sample, given labels or those.

    Raises:
        TuiNNError: A label is none of the classes.
    """
    if y.ndim == 2 and classes > 1 and y.shape in {(rows, classes), (classes, rows)}:
        as_samples = layout.samples(y)
        return as_samples if as_samples.shape == (rows, classes) else as_samples.T
    labels = y.reshape(-1)
    if rows == 1 < len(labels):
        return labels[np.newaxis]
    if classes == 1:
        return labels[:, np.newaxis]
    wrong = labels[(labels < 0) | (labels >= classes) | (labels != np.floor(labels))]
    if len(wrong):
        raise TuiNNError(f"y: label {wrong[0]:g} where 0 to {classes - 1} was expected")
    one_hot: Array = np.eye(classes)[labels.astype(int)]
    return one_hot
