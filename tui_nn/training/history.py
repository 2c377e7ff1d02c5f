"""What training left behind: a point for every step and every epoch, none ever dropped."""

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


class History:
    """Grows by a row a step; what was handed out never changes."""

    def __init__(self, layers: int) -> None:
        self._steps = 0
        self._rows = np.empty((1024, 3 + layers))
        self._epochs: list[EpochRecord] = []

    def __len__(self) -> int:
        return self._steps

    def add_step(
        self, loss: float, accuracy: float, learning_rate: float, norms: list[float]
    ) -> None:
        """Add a completed step."""
        if self._steps == len(self._rows):
            # A new array, so that curves handed out before keep theirs.
            self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
        self._rows[self._steps] = (loss, accuracy, learning_rate, *norms)
        self._steps += 1

    def add_epoch(self, record: EpochRecord) -> None:
        """Add a completed epoch."""
        self._epochs.append(record)

    @property
    def epochs(self) -> tuple[EpochRecord, ...]:
        """The epochs that are over."""
        return tuple(self._epochs)

    @property
    def curves(self) -> Curves:
        """The steps so far, without a copy."""
        rows = self._rows[: self._steps]
        rows.setflags(write=False)
        return Curves(rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3:])
