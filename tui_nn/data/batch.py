"""Gathers the samples of a batch into the network's buffers."""

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import CLASSES, PIXELS, Split
from tui_nn.nn.tensors import Array


class BatchLoader:
    """Copies samples as they are needed: pixels scaled to 0–1, labels one-hot.

    A whole data set stays in bytes, a quarter of its size in float32.
    """

    def __init__(self, split: Split, capacity: int, dtype: np.dtype[np.floating]) -> None:
        self._pixels = split.images.reshape(len(split), -1)
        self._labels = split.labels.astype(np.intp)
        # take makes a copy of indices that are bytes or read-only: these are neither.
        self._indices = np.empty(capacity, np.intp)
        self._gathered_labels = np.empty(capacity, np.intp)
        self._gathered = np.empty((capacity, PIXELS**2), np.uint8)
        self._one_hot = np.eye(CLASSES, dtype=dtype)
        self._scale = dtype.type(1 / 255)

    def load(self, indices: NDArray[np.intp], a0: Array, y: Array) -> None:
        """Write the samples at ``indices`` into a0 [B, 784] and y [B, 10]."""
        chosen = self._indices[: len(indices)]
        pixels = self._gathered[: len(indices)]
        labels = self._gathered_labels[: len(indices)]
        np.copyto(chosen, indices)
        # With mode="raise", take would gather into a temporary first.
        np.take(self._pixels, chosen, axis=0, out=pixels, mode="clip")
        np.take(self._labels, chosen, out=labels, mode="clip")
        np.multiply(pixels, self._scale, out=a0, dtype=a0.dtype)
        np.take(self._one_hot, labels, axis=0, out=y, mode="clip")
