"""How good a network is on samples that it did not train on."""

from functools import cached_property

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tui_nn.data.batch import BatchLoader
from tui_nn.data.dataset import Split
from tui_nn.data.task import DIGITS, THRESHOLD, Task
from tui_nn.nn.operation import Rates, StepContext, run
from tui_nn.nn.program import Measure, Program
from tui_nn.nn.state import State
from tui_nn.nn.tensor import Array, Role

CHUNK = 500
NONE = Rates()


class Evaluation(Struct, frozen=True, eq=False, dict=True):
    """The result on a split.

    Attributes:
        task: What was asked.
        loss: Mean over the samples, without the price of large weights.
        outputs: float32 [N, outputs], what the network said of each sample.
        truth: intp [N], the class of each.
        threshold: Above which a single output says yes.
        errors: Where the outputs should be numbers, the mean of |p − y| of each of them.
        inactive: Of each hidden layer the units, or the maps, that were 0 for every sample.
        measure: How the accuracy is counted, given the outputs and the truth; None for the share
            of the samples that are right.
    """

    task: Task
    loss: float
    outputs: NDArray[np.float32]
    truth: NDArray[np.intp]
    threshold: float = THRESHOLD
    inactive: tuple[int, ...] = ()
    errors: tuple[float, ...] = ()
    measure: Measure | None = None

    @cached_property
    def said(self) -> NDArray[np.intp]:
        """[N], the class that the network said."""
        if self.task.is_binary:
            yes = self.outputs[:, 0] > np.float64(self.threshold)  # float32 could not tell ties
            return yes.astype(np.intp)
        return self.task.said(self.outputs)

    @cached_property
    def confusion(self) -> NDArray[np.int64]:
        """[classes, classes], how many; rows are true classes, columns what was said."""
        classes = len(self.task.names)
        counts = np.bincount(self.truth * classes + self.said, minlength=classes**2)
        return counts.reshape(classes, classes).astype(np.int64)

    @cached_property
    def accuracy(self) -> float:
        """Share that was right."""
        if self.measure:
            return self.measure(self.outputs, self.truth)
        return float(np.trace(self.confusion)) / len(self.truth)

    @property
    def precision(self) -> NDArray[np.float64]:
        """[classes], of those that were said to be one, the share that is; NaN if none was."""
        return _shares(self.confusion.diagonal(), self.confusion.sum(axis=0))

    @property
    def recall(self) -> NDArray[np.float64]:
        """[classes], of those that are one, the share that was found; NaN if there is none."""
        return _shares(self.confusion.diagonal(), self.confusion.sum(axis=1))

    @property
    def f1(self) -> NDArray[np.float64]:
        """[classes], 2·right/(said + true): the harmonic mean of precision and recall."""
        both = self.confusion.sum(axis=0) + self.confusion.sum(axis=1)
        return _shares(2 * self.confusion.diagonal(), both)


def _shares(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    with np.errstate(all="ignore"):
        shares: NDArray[np.float64] = part / whole
    return shares


def active_units(activations: Array) -> NDArray[np.bool_]:
    """Return which units of [B, units] say something to a sample; of maps, which do anywhere."""
    others = tuple(axis for axis in range(activations.ndim) if axis != 1)
    active: NDArray[np.bool_] = np.asarray(activations.any(axis=others))
    return active


class Evaluator:
    """Runs the forward part of a program over a split, a chunk at a time."""

    def __init__(
        self,
        program: Program,
        state: State,
        split: Split,
        task: Task = DIGITS,
        rates: Rates = NONE,
    ) -> None:
        """Prepare to evaluate.

        Args:
            program: A step of the network; what only training does is left out.
            state: Its parameters.
            split: On which samples.
            task: What the network is asked.
            rates: Those of the step, for a program that drops units wherever it is run.
        """
        self._rates = rates
        self._measure = program.alteration.measure if program.alteration else None
        self._program = program = program.inference
        self._split = split
        self._task = task
        self._truth = task.classes(split.labels)
        self._capacity = min(CHUNK, len(split))
        self._workspace = program.workspace(state, self._capacity, program.predicting)
        self._loader = BatchLoader(split, self._capacity, state.flat.dtype, task)
        hidden = range(1, program.network.depth)
        found = [program.find(Role.ACTIVATION, layer) for layer in hidden]
        self._activations = [tensor.name for tensor in found if tensor is not None]

    def run(self) -> Evaluation:
        """Return the result with the parameters as they are now."""
        loss = 0.0
        active: dict[str, NDArray[np.bool_]] = {}
        outputs = np.empty((len(self._split), self._task.outputs), np.float32)
        for start in range(0, len(self._split), self._capacity):
            indices = np.arange(start, min(start + self._capacity, len(self._split)))
            tensors = self._workspace.rows(len(indices))
            self._loader.load(indices, tensors)
            context = StepContext(0, 0, 0, indices, 0.0, self._rates, start=start)
            run(self._program.predicting, tensors, context)
            loss += float(tensors[self._program.loss.name]) * len(indices)
            outputs[indices] = tensors[self._program.output.name]
            for name in self._activations:
                units = active_units(tensors[name])
                active[name] = active[name] | units if name in active else units
        inactive = tuple(int(np.count_nonzero(~units)) for units in active.values())
        mean = loss / len(self._split)
        return Evaluation(
            self._task,
            mean,
            outputs,
            self._truth,
            inactive=inactive,
            errors=self._errors(outputs),
            measure=self._measure,
        )

    def _errors(self, outputs: NDArray[np.float32]) -> tuple[float, ...]:
        if not self._task.is_numeric:
            return ()
        wanted = self._task.labels(outputs.dtype)[self._split.labels]
        return tuple(np.abs(outputs - wanted).mean(axis=0).tolist())
