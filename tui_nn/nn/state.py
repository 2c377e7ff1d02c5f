"""What a training step changes for good: parameters and what the optimiser remembers of them.

They share one flat array, so that keeping or restoring a network is one copy.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tui_nn.nn.tensor import Array, Shape

_OBJECT, _VIEW = 700, 180  # bytes that Python takes for a state, and for each view of it
ALIGNMENT = 16  # elements; keeps each parameter on a cache line of its own


class State:
    """Parameters and optimiser state.

    Attributes:
        flat: One contiguous array that holds everything.
        tensors: Name to a view of ``flat``, in the given shape.
    """

    def __init__(self, shapes: Mapping[str, Shape], dtype: type[np.floating[Any]]) -> None:
        self._shapes = dict(shapes)
        sizes = [-(-int(np.prod(shape)) // ALIGNMENT) * ALIGNMENT for shape in shapes.values()]
        self.flat: Array = np.zeros(sum(sizes), dtype)
        self.tensors: dict[str, Array] = {}
        start = 0
        for (name, shape), size in zip(shapes.items(), sizes, strict=True):
            self.tensors[name] = self.flat[start : start + int(np.prod(shape))].reshape(shape)
            start += size

    @property
    def nbytes(self) -> int:
        """Bytes that a copy takes: of a network of a few weights, more than these do."""
        return self.flat.nbytes + _OBJECT + _VIEW * len(self.tensors)

    def copy(self) -> "State":
        """Return an independent state with the same values."""
        twin = State(self._shapes, self.flat.dtype.type)
        twin.restore(self)
        return twin

    def restore(self, other: "State") -> None:
        """Copy every value of ``other``, bit for bit; the views stay valid."""
        np.copyto(self.flat, other.flat)
