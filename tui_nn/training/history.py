"""What training left behind: a point for every step and every epoch, none ever dropped."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Curves:
    """The steps so far, as columns. Read-only.

    Attributes:
        loss: [N], mean loss of each batch.
        accuracy: [N], share of each batch that was right.
        learning_rate: [N], η of each update.
        gradient_norm: [N, layers], ‖∂L/∂(W, b)‖ of each layer.
    """

    loss: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    learning_rate: NDArray[np.float64]
    gradient_norm: NDArray[np.float64]


@dataclass(frozen=True)
class EpochRecord:
    """An epoch that is over.

    Attributes:
        epoch: From 1.
        step: Completed updates at its end.
        train_loss: Mean over the samples, as they were trained on.
        train_accuracy: Likewise.
        validation_loss: Mean over validation, after the epoch.
        validation_accuracy: Likewise.
    """

    epoch: int
    step: int
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float


@dataclass(frozen=True, eq=False)
class Branch:
    """What an edit overtook.

    Attributes:
        step: Where the run left it.
        curves: All of it, from step 0.
        epochs: Likewise.
    """

    step: int
    curves: Curves
    epochs: tuple[EpochRecord, ...]


_LOSS, _ACCURACY, _RATE, _SAMPLES, _NORMS = range(5)


class History:
    """Grows by a row a step; what was handed out never changes."""

    def __init__(self, layers: int, branches: tuple[Branch, ...] = ()) -> None:
        self._layers = layers
        self._steps = 0
        self._rows = np.empty((1024, _NORMS + layers))
        self._epochs: list[EpochRecord] = []
        self.branches = branches

    def __len__(self) -> int:
        return self._steps

    def add_step(
        self, loss: float, accuracy: float, learning_rate: float, samples: int, norms: list[float]
    ) -> None:
        """Add a completed step.

        Args:
            loss: Mean over the batch.
            accuracy: Share of the batch that was right.
            learning_rate: η of its update.
            samples: How many the batch had.
            norms: ‖∂L/∂(W, b)‖ of each layer.
        """
        if self._steps == len(self._rows):
            # A new array, so that curves handed out before keep theirs.
            self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
        self._rows[self._steps] = (loss, accuracy, learning_rate, samples, *norms)
        self._steps += 1

    def add_epoch(self, record: EpochRecord) -> None:
        """Add a completed epoch."""
        self._epochs.append(record)

    def mean(self, begin: int, end: int) -> tuple[float, float]:
        """Return loss and accuracy over the samples of some steps, as they were trained on."""
        rows = self._rows[begin:end]
        samples = float(rows[:, _SAMPLES].sum())
        loss = math.fsum(rows[:, _LOSS] * rows[:, _SAMPLES]) / samples
        return loss, float(np.rint(rows[:, _ACCURACY] * rows[:, _SAMPLES]).sum()) / samples

    def branched(self, step: int) -> "History":
        """Return the record up to a step, beside which the rest stays as a branch."""
        overtaken = Branch(step, self.curves, self.epochs)
        history = History(self._layers, (*self.branches, overtaken))
        history._rows = np.concatenate([self._rows[:step], history._rows])
        history._steps = step
        history._epochs = [record for record in self._epochs if record.step <= step]
        return history

    @property
    def epochs(self) -> tuple[EpochRecord, ...]:
        """The epochs that are over."""
        return tuple(self._epochs)

    @property
    def curves(self) -> Curves:
        """The steps so far, without a copy."""
        rows = self._rows[: self._steps]
        rows.setflags(write=False)
        return Curves(rows[:, _LOSS], rows[:, _ACCURACY], rows[:, _RATE], rows[:, _NORMS:])
