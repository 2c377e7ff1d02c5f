"""A program bound to buffers: what a step needs and what does not change from step to step."""

from collections.abc import Callable

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tui_nn.data.batch import BatchLoader
from tui_nn.nn.operation import Call, bind
from tui_nn.nn.program import Program
from tui_nn.nn.state import State
from tui_nn.nn.tensor import Arrays


class Bound(Struct, frozen=True, eq=False):
    """A program for batches of one size.

    Attributes:
        tensors: The arrays of such a batch.
        load: Puts samples, [B] of them, where the program reads them.
        calls: The program's operations on these arrays, in order.
    """

    tensors: Arrays
    load: Callable[[NDArray[np.intp]], None]
    calls: tuple[Call, ...]


class Binder:
    """Binds a program to one set of buffers, once for each size of batch.

    Attributes:
        program: What is bound.
        capacity: Samples of the largest batch.
    """

    def __init__(self, program: Program, state: State, loader: BatchLoader, capacity: int) -> None:
        self.program, self.capacity = program, capacity
        self._workspace = program.workspace(state, capacity)
        self._loader = loader
        self._by_rows: dict[int, Bound] = {}

    def rows(self, count: int) -> Bound:
        """Return the program for batches of ``count`` samples."""
        if count not in self._by_rows:
            tensors = self._workspace.rows(count)
            calls = bind(self.program.operations, tensors)
            self._by_rows[count] = Bound(tensors, self._loader.bind(tensors, count), calls)
        return self._by_rows[count]
