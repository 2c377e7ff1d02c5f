"""Reads a step's tensors: loss, accuracy, gradient norms, and what is not finite."""

import math
from itertools import accumulate, groupby, pairwise
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from tui_nn.data.task import THRESHOLD, Task
from tui_nn.nn.operation import Operation
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Array, Arrays, Role

SPARSE = 8  # steps from one reading of the gradients to the next, where nobody needs them all


class Reading(NamedTuple):
    """The figures of a step, before its update.

    Attributes:
        loss: Mean over the batch.
        correct: How many samples were right.
        gradient_norms: ‖∂L/∂(W, b)‖ of each layer; NaN where it was not read.
        finite: False where something may not be finite and deserves a closer look.
    """

    loss: float
    correct: int
    gradient_norms: list[float]
    finite: bool


class Monitor:
    """Measures one binding of a program's tensors; bound once, read every step."""

    def __init__(self, program: Program, tensors: Arrays, task: Task) -> None:
        self._task = task
        self._L = tensors[program.loss.name]
        self._p, self._y = tensors[program.output.name], tensors[program.labels.name]
        self._sums = [
            tensors[each.name].reshape(-1, order="A")  # a view, whichever axis is innermost
            for each in program.tensors.values()
            if each.role is Role.PRE_ACTIVATION
        ]
        self._gradients = [
            tensors[gradient.name].reshape(-1) for gradient in program.gradients.values()
        ]
        layers = groupby(program.network.parameters, key=attrgetter("layer"))
        counts = (len(list(parameters)) for _, parameters in layers)
        self._of_layer = [slice(*ends) for ends in pairwise(accumulate(counts, initial=0))]
        self._unread = [math.nan] * len(self._of_layer)
        self._rows = np.empty(self._p.shape, self._p.dtype)
        kind = np.bool_ if task.is_binary else np.intp
        self._said: Array = np.empty(len(self._p), kind)
        self._true: Array = np.empty(len(self._p), kind)
        self._threshold = np.array(THRESHOLD, self._p.dtype)
        self._right = np.empty(len(self._p), np.bool_)

    def read(self, gradients: bool = True) -> Reading:
        """Return the figures of the step whose gradients have just been computed.

        Args:
            gradients: Whether to read the gradients too. Without them, what is not finite in one
                is seen in the next step, as it spoils the parameters.
        """
        for outputs, said in ((self._p, self._said), (self._y, self._true)):
            if self._task.is_binary:
                np.greater(outputs[:, 0], self._threshold, out=said)
                continue
            # argmax would make this copy anew each time, where the samples lie innermost.
            np.copyto(self._rows, outputs)
            self._task.said(self._rows, said)
        np.equal(self._said, self._true, out=self._right)
        loss = float(self._L)
        # A square overflows before its number does: a false alarm, which the closer look settles.
        finite = math.isfinite(loss) and all(math.isfinite(z.dot(z)) for z in self._sums)
        norms = self._unread
        if gradients:
            each = [float(np.dot(gradient, gradient)) for gradient in self._gradients]
            squares = [sum(each[layer]) for layer in self._of_layer]
            finite = finite and all(map(math.isfinite, squares))
            norms = [math.inf if math.isnan(square) else math.sqrt(square) for square in squares]
        return Reading(loss, int(np.count_nonzero(self._right)), norms, finite)


def first_nonfinite(operations: tuple[Operation, ...], tensors: Arrays) -> Operation | None:
    """Return the first of the operations that wrote something not finite, or None."""
    for operation in operations:
        buffered = [tensors[each.name] for each in operation.writes if each.buffered]
        if not all(map(_all_finite, buffered)):
            return operation
    return None


def _all_finite(values: Array) -> bool:
    return bool(np.isfinite(values).all())
