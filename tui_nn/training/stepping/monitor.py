"""Reads a step's tensors: loss, accuracy, gradient norms, and what is not finite."""

import math
from dataclasses import dataclass

import numpy as np

from tui_nn.data.task import Task
from tui_nn.nn.operation import Operation
from tui_nn.nn.program import Program
from tui_nn.nn.tensors import Array, Tensors


@dataclass(frozen=True)
class Reading:
    """The figures of a step, before its update.

    Attributes:
        loss: Mean over the batch.
        correct: How many samples were right.
        gradient_norms: ‖∂L/∂(W, b)‖ of each layer.
        finite: False where something may not be finite and deserves a closer look.
    """

    loss: float
    correct: int
    gradient_norms: list[float]
    finite: bool


class Monitor:
    """Measures one binding of a program's tensors; bound once, read every step."""

    def __init__(self, program: Program, tensors: Tensors, task: Task) -> None:
        self._task = task
        layers = range(1, program.network.layers + 1)
        self._L, self._p, self._y = tensors["L"], tensors["p"], tensors["y"]
        self._sums = [tensors[f"z{layer}"].reshape(-1) for layer in layers]
        self._gradients = [
            (tensors[f"dW{layer}"].reshape(-1), tensors[f"db{layer}"]) for layer in layers
        ]
        self._said = np.empty(len(self._p), np.intp)
        self._true = np.empty(len(self._p), np.intp)
        self._right = np.empty(len(self._p), np.bool_)

    def read(self) -> Reading:
        """Return the figures of the step whose gradients have just been computed."""
        self._task.said(self._p, self._said)
        self._task.said(self._y, self._true)
        np.equal(self._said, self._true, out=self._right)
        loss = float(self._L)
        squares = [float(np.dot(dW, dW)) + float(np.dot(db, db)) for dW, db in self._gradients]
        # A square overflows before its number does: a false alarm, which the closer look settles.
        finite = (
            math.isfinite(loss)
            and all(map(math.isfinite, squares))
            and all(math.isfinite(float(np.dot(z, z))) for z in self._sums)
        )
        norms = [math.sqrt(square) for square in squares]
        return Reading(loss, int(np.count_nonzero(self._right)), norms, finite)


def first_nonfinite(operations: tuple[Operation, ...], tensors: Tensors) -> Operation | None:
    """Return the first of the operations that wrote something not finite, or None."""
    for operation in operations:
        if not all(_all_finite(tensors[name]) for name in operation.writes):
            return operation
    return None


def _all_finite(values: Array) -> bool:
    return bool(np.isfinite(values).all())
