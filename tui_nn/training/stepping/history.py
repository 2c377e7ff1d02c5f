"""The record of a run: a point for every step and every epoch, none ever dropped."""

import math
from collections.abc import Hashable, Iterable

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tui_nn.training.stepping.epochs import EpochRecord, Epochs, GrowingEpochs
from tui_nn.training.stepping.table import Table

_ROOM = 1024  # rows that there is room for at least
_BEFORE = 64  # steps before the last ones: their norms were read in one of them


_LOSS, _ACCURACY, _RATE, _SAMPLES, _NORMS = range(5)

Floats = NDArray[np.float64]


class Curves:
    """The steps so far, as columns. Read-only, and the same for ever.

    It keeps the table, and no array of it: a table that grows moves its rows, and whoever last
    looked at a run long ago must not keep the array before in memory.
    """

    def __init__(self, table: Table, steps: int) -> None:
        """Make it of the first steps of a table, as ``History`` has it; see ``Curves.of``."""
        self._table, self._steps = table, steps

    @classmethod
    def of(cls, loss: Floats, accuracy: Floats, learning_rate: Floats, norms: Floats) -> "Curves":
        """Return columns as curves."""
        samples = np.ones(len(loss))
        rows = np.column_stack([loss, accuracy, learning_rate, samples, norms])
        return cls(Table.of(rows), len(rows))

    def __len__(self) -> int:
        return self._steps

    @property
    def loss(self) -> Floats:
        """[N], mean loss of each batch."""
        return self._rows[:, _LOSS]

    @property
    def accuracy(self) -> Floats:
        """[N], share of each batch that was right."""
        return self._rows[:, _ACCURACY]

    @property
    def learning_rate(self) -> Floats:
        """[N], η of each update."""
        return self._rows[:, _RATE]

    @property
    def gradient_norm(self) -> Floats:
        """[N, layers], ‖∂L/∂(W, b)‖ of each layer; NaN in steps whose gradients were not read."""
        return self._rows[:, _NORMS:]

    def until(self, step: int) -> "Curves":
        """Return the steps before a step."""
        return Curves(self._table, min(step, self._steps))

    def last_norms(self, steps: int = 0) -> NDArray[np.float64]:
        """Return [N, layers], the norms of each step or, where they were not read, the last before.

        Args:
            steps: Of how many of the last steps; 0 for all.
        """
        end = len(self.gradient_norm)
        return self.norms_between(max(end - steps, 0) if steps else 0, end)

    def norms_between(self, begin: int, end: int) -> NDArray[np.float64]:
        """Return the same of the steps from ``begin`` to before ``end``.

        Nothing is kept: of a whole run it is as large as the record itself.
        """
        before = max(begin - _BEFORE, 0)
        norms = self.gradient_norm[before:end]
        unread = np.isnan(norms[:, 0])
        if unread.any():
            read = np.where(unread, 0, np.arange(len(norms)))
            norms = norms[np.maximum.accumulate(read)]
        return norms[begin - before :]

    @property
    def _rows(self) -> Floats:
        return self._table.rows[: self._steps]


class Branch(Struct, frozen=True, eq=False):
    """What an edit replaced.

    Attributes:
        step: Where the edit was made.
        curves: All of it, from step 0.
        epochs: Likewise.
    """

    step: int
    curves: Curves
    epochs: Epochs


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


class History:
    """Grows by a row a step; arrays that were handed out never change."""

    def __init__(self, layers: int, branches: tuple[Branch, ...] = ()) -> None:
        self._layers = layers
        self._steps = Table(_NORMS + layers, _ROOM)
        self._epochs = GrowingEpochs()
        self._traces: dict[Hashable, Trace] = {}
        self._newest: Curves | None = None
        self.branches = branches

    def __len__(self) -> int:
        return len(self._steps)

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
        self._steps.add(loss, accuracy, learning_rate, samples, *norms)

    def add_epoch(self, record: EpochRecord) -> None:
        """Add a completed epoch."""
        self._epochs.add(record)

    def trace(self, of: Hashable) -> Trace:
        """Return the record of something beside the columns, which is empty at first."""
        if of not in self._traces:
            self._traces[of] = Trace()
        return self._traces[of]

    def mean(self, begin: int, end: int) -> tuple[float, float]:
        """Return loss and accuracy over the samples of some steps, as they were trained on."""
        rows = self.rows[begin:end]
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
    def of(cls, rows: NDArray[np.float64], epochs: Iterable[EpochRecord]) -> "History":
        """Return a record with the ``rows`` and ``epochs`` of another."""
        history = cls(rows.shape[1] - _NORMS)
        history._steps = Table.of(rows)
        for record in epochs:
            history.add_epoch(record)
        return history

    @property
    def rows(self) -> NDArray[np.float64]:
        """The steps so far: loss, accuracy, learning rate, samples and each layer's norm.

        Without a copy: they never change.
        """
        return self._steps.rows

    def _cut(self, step: int, branches: tuple[Branch, ...]) -> "History":
        history = History(self._layers, branches)
        history._steps = Table.of(self.rows[:step])
        history._epochs = GrowingEpochs.of(self.epochs.until(step))
        history._traces = {of: trace.until(step) for of, trace in self._traces.items()}
        return history

    @property
    def samples(self) -> float:
        """How many samples were trained on so far, counted in every epoch."""
        return float(self.rows[:, _SAMPLES].sum())

    @property
    def epochs(self) -> Epochs:
        """The epochs that are over; the same object until another one is added."""
        return self._epochs.so_far

    @property
    def curves(self) -> Curves:
        """The steps so far, without a copy; the same object until another step is added."""
        if self._newest is None or len(self._newest) != len(self):
            self._newest = Curves(self._steps, len(self))
        return self._newest
