"""How good a network is on samples that it did not train on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.batch import BatchLoader
from tui_nn.data.dataset import CLASSES, Split
from tui_nn.nn.operation import StepContext, run
from tui_nn.nn.program import Program
from tui_nn.nn.tensors import State

CHUNK = 500


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The result on a split.

    Attributes:
        loss: Mean over the samples.
        accuracy: Share that was right.
        confusion: int64 [10, 10]; rows are true labels, columns what the network said.
    """

    loss: float
    accuracy: float
    confusion: NDArray[np.int64]


class Evaluator:
    """Runs the forward part of a program over a split, a chunk at a time."""

    def __init__(self, program: Program, state: State, split: Split) -> None:
        self._program = program
        self._split = split
        self._capacity = min(CHUNK, len(split))
        self._workspace = program.workspace(state, self._capacity, program.predicting)
        self._loader = BatchLoader(split, self._capacity, state.flat.dtype)

    def run(self) -> Evaluation:
        """Return the result with the parameters as they are now."""
        loss = 0.0
        confusion = np.zeros((CLASSES, CLASSES), np.int64)
        for start in range(0, len(self._split), self._capacity):
            indices = np.arange(start, min(start + self._capacity, len(self._split)))
            tensors = self._workspace.rows(len(indices))
            self._loader.load(indices, tensors["a0"], tensors["y"])
            run(self._program.predicting, tensors, StepContext(0, 0, 0, indices, 0.0))
            loss += float(tensors["L"]) * len(indices)
            said = np.argmax(tensors["p"], axis=1)
            np.add.at(confusion, (self._split.labels[indices], said), 1)
        return Evaluation(
            loss / len(self._split), float(np.trace(confusion)) / len(self._split), confusion
        )
