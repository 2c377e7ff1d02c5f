"""Gathers the samples of a batch into the network's buffers."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import Split
from tui_nn.data.task import DIGITS, Task
from tui_nn.nn import inputs
from tui_nn.nn.tensor import Arrays


class BatchLoader:
    """Copies samples as they are needed: bytes scaled to 0–1, labels as the task wants them.

    A whole data set of pictures stays in bytes, a quarter of its size in float32.
    """

    def __init__(
        self,
        split: Split,
        capacity: int,
        dtype: np.dtype[np.floating],
        task: Task = DIGITS,
        weights: NDArray[np.float64] | None = None,
    ) -> None:
        """Prepare to load.

        Args:
            split: Where the samples come from.
            capacity: How many are loaded at most.
            dtype: Of the network's buffers.
            task: What the network is asked.
            weights: Of each class, if the network reads them; else None.
        """
        self._split, self._places = split.places
        self._digits = split.labels.astype(np.intp)
        # take makes a copy of indices that are bytes or read-only: these are neither.
        self._indices = np.empty(capacity, np.intp)
        self._gathered_digits = np.empty(capacity, np.intp)
        self._gathered = np.empty((capacity, split.form.numbers), split.form.dtype)
        self._labels = task.labels(dtype)
        self._weights = None
        if weights is not None:
            self._weights = weights[task.classes(np.arange(len(self._labels)))].astype(dtype)
        self._scale = None if split.form.plain else dtype.type(split.form.scale)

    @cached_property
    def _pixels(self) -> NDArray[Any]:
        """[N, numbers]; reading them waits until there is a batch to load."""
        return self._split.images.reshape(len(self._split), -1)

    @staticmethod
    def writes(tensors: Arrays) -> tuple[str, ...]:
        """Return the names of those arrays of a network that it writes."""
        x = inputs.ORIGINAL if inputs.ORIGINAL in tensors else inputs.A0
        return (x, inputs.Y, inputs.W) if inputs.W in tensors else (x, inputs.Y)

    def load(self, indices: NDArray[np.intp], tensors: Arrays) -> None:
        """Write samples where a network reads them.

        Args:
            indices: Which ones, [B].
            tensors: The originals if there are any, else a0, [B, numbers]; y [B, outputs]; w [B] if
                weighted.
        """
        self.bind(tensors, len(indices))(indices)

    def bind(self, tensors: Arrays, count: int) -> Callable[[NDArray[np.intp]], None]:
        """Return what writes ``count`` samples into these tensors, given which ones."""
        chosen = self._indices[:count]
        places, pixels = np.empty(count, np.intp), self._gathered[:count]
        digits = self._gathered_digits[:count]
        x, scale = tensors.get(inputs.ORIGINAL, tensors[inputs.A0]), self._scale
        y, labels, axis = tensors[inputs.Y], self._labels, 0
        if not y.flags.c_contiguous:  # samples innermost: take writes without a detour into y.T
            y, labels, axis = y.T, np.ascontiguousarray(labels.T), 1
        weights = None if self._weights is None else tensors[inputs.W]

        def load(indices: NDArray[np.intp]) -> None:
            np.copyto(chosen, indices)
            place = chosen
            if self._places is not None:
                place = self._places.take(chosen, out=places, mode="clip")
            # With mode="raise", take would gather into a temporary first.
            self._pixels.take(place, axis=0, out=pixels, mode="clip")
            self._digits.take(chosen, out=digits, mode="clip")
            # Converting first and scaling then is faster than scaling with a conversion.
            np.copyto(x, pixels)
            if scale is not None:
                np.multiply(x, scale, out=x)
            labels.take(digits, axis=axis, out=y, mode="clip")
            if self._weights is not None:
                self._weights.take(digits, out=weights, mode="clip")

        return load
