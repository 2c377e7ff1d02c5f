"""Where numbers live: every name of a program has a buffer of its own, made once.

Parameters and optimiser state share one flat array, so that keeping or restoring a network is
one copy. Everything else is a workspace with one row for each sample of a batch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Tensors = Mapping[str, Array]
Shape = tuple[int, ...]

ALIGNMENT = 16  # elements; keeps each parameter on a cache line of its own


class State:
    """All that a training step changes for good: parameters and optimiser state.

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

    def copy(self) -> "State":
        """Return an independent state with the same values."""
        twin = State(self._shapes, self.flat.dtype.type)
        twin.restore(self)
        return twin

    def restore(self, other: "State") -> None:
        """Take over every value of ``other``, bit for bit; the views stay valid."""
        np.copyto(self.flat, other.flat)


@dataclass(frozen=True)
class Layout:
    """The shape of one name of a workspace.

    Attributes:
        columns: Shape of one sample's row.
        batched: Whether there is a row a sample; if not, ``columns`` is the whole shape.
        dtype: None for the program's own floating type.
    """

    columns: Shape
    batched: bool = True
    dtype: type[np.generic] | None = None


class Workspace:
    """A state's parameters beside the buffers that a program writes for a batch."""

    def __init__(self, state: State, layouts: Mapping[str, Layout], capacity: int) -> None:
        """Allocate every buffer.

        Args:
            state: Whose parameters the program reads and updates.
            layouts: Name to shape of every buffer.
            capacity: Rows of the largest batch.
        """
        self._state = state
        self._batched = {name for name, layout in layouts.items() if layout.batched}
        self._buffers: dict[str, Array] = {
            name: np.zeros(
                (capacity, *layout.columns) if layout.batched else layout.columns,
                layout.dtype or state.flat.dtype,
            )
            for name, layout in layouts.items()
        }
        self._by_rows: dict[int, Tensors] = {}

    def rows(self, count: int) -> Tensors:
        """Return every tensor by name, the batched ones cut to their first ``count`` rows."""
        if count not in self._by_rows:
            views = {
                name: buffer[:count] if name in self._batched else buffer
                for name, buffer in self._buffers.items()
            }
            self._by_rows[count] = {**self._state.tensors, **views}
        return self._by_rows[count]
