"""The record of a run: a point for every step and every epoch, none ever dropped."""

import math
from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

_ROOM = 1024  # rows that there is room for at least
_BEFORE = 64  # steps before the last ones: their norms were read in one of them


class Curves(Struct, frozen=True, eq=False):
    """The steps so far, as columns. Read-only.

    Attributes:
        loss: [N], mean loss of each batch.
        accuracy: [N], share of each batch that was right.
        learning_rate: [N], η of each update.
        gradient_norm: [N, layers], ‖∂L/∂(W, b)‖ of each layer; NaN in steps whose gradients
            were not read.
    """

    loss: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    learning_rate: NDArray[np.float64]
    gradient_norm: NDArray[np.float64]

    def last_norms(self, steps: int = 0) -> NDArray[np.float64]:
        """Return [N, layers], the norms of each step or, where they were not read, the last before.

        Nothing is kept: of a long run it is as large as the record itself.

        Args:
            steps: Of how many of the last steps; 0 for all.
        """
        norms = self.gradient_norm[-(steps + _BEFORE) if steps else 0 :]
        unread = np.isnan(norms[:, 0])
        if unread.any():
            read = np.where(unread, 0, np.arange(len(norms)))
            norms = norms[np.maximum.accumulate(read)]
        return norms[-steps:]


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
        seconds: Spent on training until then, where it was measured. Two runs that are
            the same to the last bit differ in it, so it is not compared.
        validation_recall: Of each class the share that was found after the epoch; None for a
            class that validation has none of. Empty where it was not recorded.
        inactive_units: Of each hidden layer how many units were 0 for all of validation. Nothing
            where it was not recorded.
    """

    epoch: int
    step: int
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float
    seconds: float = field(default=0.0, compare=False, repr=False)
    validation_recall: tuple[float | None, ...] = ()
    inactive_units: tuple[int, ...] = ()


class Branch(Struct, frozen=True, eq=False):
    """What an edit replaced.

    Attributes:
        step: Where the edit was made.
        curves: All of it, from step 0.
        epochs: Likewise.
    """

    step: int
    curves: Curves
    epochs: tuple[EpochRecord, ...]


class Trace:
    """One more number a step, NaN where none was recorded."""

    def __init__(self) -> None:
        self._values = np.full(1024, np.nan)
        self._handed_out = 0

    def put(self, step: int, value: float) -> None:
        """Record the number of a step, counted from 0."""
        self._reach(step + 1)
        if step < self._handed_out:
            self._values = self._values.copy()
            self._handed_out = 0
        self._values[step] = value

    def values(self, steps: int) -> NDArray[np.float64]:
        """Return the numbers of the first steps, without a copy; they never change."""
        self._reach(steps)
        self._handed_out = max(self._handed_out, steps)
        values = self._values[:steps]
        values.setflags(write=False)
        return values

    def until(self, step: int) -> "Trace":
        """Return a trace of the steps before a step."""
        trace = Trace()
        trace._reach(step)
        self._reach(step)
        trace._values[:step] = self._values[:step]
        return trace

    def _reach(self, steps: int) -> None:
        while len(self._values) < steps:
            self._values = np.concatenate([self._values, np.full_like(self._values, np.nan)])


_LOSS, _ACCURACY, _RATE, _SAMPLES, _NORMS = range(5)


class History:
    """Grows by a row a step; arrays that were handed out never change."""

    def __init__(self, layers: int, branches: tuple[Branch, ...] = ()) -> None:
        self._layers = layers
        self._steps = 0
        self._rows = np.empty((_ROOM, _NORMS + layers))
        self._epochs: list[EpochRecord] = []
        self._traces: dict[Hashable, Trace] = {}
        self._newest: Curves | None = None
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
            norms: ‖∂L/∂(W, b)‖ of each layer; NaN if they were not read.
        """
        if self._steps == len(self._rows):
            # A new array, so that curves handed out before keep theirs.
            rows = np.empty((max(_ROOM, 2 * self._steps), self._rows.shape[1]))
            rows[: self._steps] = self._rows
            self._rows = rows
        self._rows[self._steps] = (loss, accuracy, learning_rate, samples, *norms)
        self._steps += 1

    def add_epoch(self, record: EpochRecord) -> None:
        """Add a completed epoch."""
        self._epochs.append(record)

    def trace(self, of: Hashable) -> Trace:
        """Return the record of something beside the columns, which is empty at first."""
        if of not in self._traces:
            self._traces[of] = Trace()
        return self._traces[of]

    def mean(self, begin: int, end: int) -> tuple[float, float]:
        """Return loss and accuracy over the samples of some steps, as they were trained on."""
        rows = self._rows[begin:end]
        samples = float(rows[:, _SAMPLES].sum())
        loss = math.fsum(rows[:, _LOSS] * rows[:, _SAMPLES]) / samples
        return loss, float(np.rint(rows[:, _ACCURACY] * rows[:, _SAMPLES]).sum()) / samples

    def branched(self, step: int) -> "History":
        """Return the record up to a step, with the rest as a branch."""
        replaced = Branch(step, self.curves, self.epochs)
        return self._cut(step, (*self.branches, replaced))

    def until(self, step: int) -> "History":
        """Return the record up to a step, without branches."""
        return self._cut(step, ())

    @classmethod
    def of(cls, rows: NDArray[np.float64], epochs: tuple[EpochRecord, ...]) -> "History":
        """Return a record with the ``rows`` and ``epochs`` of another."""
        history = cls(rows.shape[1] - _NORMS)
        history._rows, history._steps = rows, len(rows)
        history._epochs = list(epochs)
        return history

    @property
    def rows(self) -> NDArray[np.float64]:
        """The steps so far: loss, accuracy, learning rate, samples and each layer's norm.

        Without a copy: they never change.
        """
        rows = self._rows[: self._steps]
        rows.setflags(write=False)
        return rows

    def _cut(self, step: int, branches: tuple[Branch, ...]) -> "History":
        history = History(self._layers, branches)
        history._steps = min(step, self._steps)
        history._rows = self._rows[: history._steps]  # rows are added, and never changed
        history._epochs = [record for record in self._epochs if record.step <= step]
        history._traces = {of: trace.until(step) for of, trace in self._traces.items()}
        return history

    @property
    def samples(self) -> float:
        """How many samples were trained on so far, counted in every epoch."""
        return float(self._rows[: self._steps, _SAMPLES].sum())

    @property
    def epochs(self) -> tuple[EpochRecord, ...]:
        """The epochs that are over."""
        return tuple(self._epochs)

    @property
    def curves(self) -> Curves:
        """The steps so far, without a copy; the same object until another step is added."""
        if self._newest is None or len(self._newest.loss) != self._steps:
            rows = self._rows[: self._steps]
            rows.setflags(write=False)
            columns = rows[:, _LOSS], rows[:, _ACCURACY], rows[:, _RATE], rows[:, _NORMS:]
            self._newest = Curves(*columns)
        return self._newest
