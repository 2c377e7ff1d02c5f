"""Labels of whichever type, as digits from 0 to 9."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import CLASSES

LETTERS = 26


class LabelError(ValueError):
    """Labels that are no digits. Its text says what was found."""


def as_labels(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Return the digit of each sample.

    Args:
        values: [N] or [N, 1], whole numbers of any type; or one-hot, [N, 10].

    Raises:
        LabelError: They are something else.
    """
    if values.ndim == 2 and values.shape[1] == CLASSES:
        values = _from_one_hot(values)
    values = values.reshape(len(values), -1)[:, 0] if values.ndim == 2 else values
    wrong = values[~((values >= 0) & (values < CLASSES) & (values == np.floor(values)))]
    if len(wrong):
        found = f"{wrong[0]:g}"
        raise LabelError(
            f"label {found} where 0 to {CLASSES - 1} was expected{range_words(values)}"
        )
    return values.astype(np.uint8)


def _from_one_hot(values: NDArray[Any]) -> NDArray[Any]:
    ones = values == 1
    wrong = np.flatnonzero((ones.sum(axis=1) != 1) | ~(ones | (values == 0)).all(axis=1))
    if len(wrong):
        raise LabelError(f"row {wrong[0]} of the labels is not one-hot: expected a 1 and nine 0s")
    chosen: NDArray[Any] = ones.argmax(axis=1)
    return chosen


def range_words(values: NDArray[Any]) -> str:
    """Return what labels of an unexpected range may be, to append to a refusal; or ""."""
    low, high = values.min(), values.max()
    if (low, high) == (1, CLASSES):
        return "; they go from 1 to 10: if 10 stands for 0, `y % 10` makes digits of them"
    if low >= 0 and CLASSES < high <= LETTERS:
        return (
            f"; they go to {high:g}, as EMNIST's letters do, and there are ten classes here: two "
            "lines of Python make an npz of the first ten letters, X being the images and y the "
            "labels: keep = (y >= 1) & (y <= 10); "
            "numpy.savez('letters.npz', X=X[keep], y=y[keep] - 1)"
        )
    return ""


def label_warnings(labels: NDArray[np.uint8]) -> list[str]:
    """Return what is odd about the labels of a data set."""
    counts = np.bincount(labels, minlength=CLASSES)
    present = np.flatnonzero(counts)
    if len(present) == 1:
        return [f"every label is {present[0]}: is it the right column?"]
    absent = [str(digit) for digit in np.flatnonzero(counts == 0)]
    return [f"no sample of class {', '.join(absent)}"] if absent else []
