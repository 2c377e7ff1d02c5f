"""The record of a run's epochs: a few numbers for each, of which a run of hours has 10,000."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import cast, overload

import numpy as np
from numpy.typing import NDArray

from tui_nn.training.stepping.table import Table


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


_FIGURES = (
    "epoch",
    "step",
    "train_loss",
    "train_accuracy",
    "validation_loss",
    "validation_accuracy",
    "seconds",
)
_ABSENT = -1.0  # stands for what was not recorded; no recall and no count is negative


class Epochs(Sequence[EpochRecord]):
    """The epochs that are over, which never change: rows of numbers, and records on demand.

    Kept as a record, an epoch would take five times the memory.
    """

    def __init__(self, rows: NDArray[np.float64], classes: int) -> None:
        """Make it of rows; ``Epochs.of`` makes it of records.

        Args:
            rows: [epochs, columns]: the figures, the recall of each class, the inactive units.
            classes: How many columns are of recall.
        """
        self._rows, self._classes = rows, classes

    @classmethod
    def of(cls, records: Iterable[EpochRecord]) -> "Epochs":
        """Return some records as epochs."""
        growing = GrowingEpochs()
        for record in records:
            growing.add(record)
        return growing.so_far

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> EpochRecord: ...
    @overload
    def __getitem__(self, place: slice) -> "Epochs": ...
    def __getitem__(self, place: int | slice) -> "EpochRecord | Epochs":
        """Return the record of one, or some of them."""
        if isinstance(place, slice):
            return Epochs(self._rows[place], self._classes)
        row = self._rows[place].tolist()
        (epoch, step, *others), rest = row[: len(_FIGURES)], row[len(_FIGURES) :]
        recall = (share for share in rest[: self._classes] if share != _ABSENT)
        inactive = (int(count) for count in rest[self._classes :] if count != _ABSENT)
        shares = tuple(None if math.isnan(share) else share for share in recall)
        figures: tuple[float, float, float, float, float] = tuple(others)
        return EpochRecord(int(epoch), int(step), *figures, shares, tuple(inactive))

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        is_as_long = isinstance(other, Sequence) and len(other) == len(self)
        return is_as_long and tuple(self) == tuple(cast("Sequence[object]", other))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(tuple(self))

    def column(self, name: str) -> NDArray[np.float64]:
        """Return [epochs], one of the figures of each, without a copy.

        Args:
            name: A field of ``EpochRecord`` that is a single number.
        """
        return self._rows[:, _FIGURES.index(name)]

    def until(self, step: int) -> "Epochs":
        """Return those that were over after a step."""
        return self[: int(np.searchsorted(self.column("step"), step, side="right"))]

    @property
    def lowest(self) -> EpochRecord | None:
        """The first one with the lowest validation loss that is finite; None if none is."""
        losses = self.column("validation_loss")
        finite = np.flatnonzero(np.isfinite(losses))
        return self[int(finite[np.argmin(losses[finite])])] if finite.size else None


class GrowingEpochs:
    """The epochs of a run that goes on."""

    def __init__(self) -> None:
        self._widths = (0, 0)  # classes, hidden layers: earlier versions recorded neither
        self._table = Table(len(_FIGURES))
        self._newest: Epochs | None = None

    @classmethod
    def of(cls, epochs: Epochs) -> "GrowingEpochs":
        """Return what goes on behind some epochs; the next one has it copy them."""
        growing = cls()
        growing._newest, growing._table = epochs, Table.of(epochs._rows)
        classes, columns = epochs._classes, epochs._rows.shape[1]
        growing._widths = classes, columns - len(_FIGURES) - classes
        return growing

    def add(self, record: EpochRecord) -> None:
        """Add an epoch."""
        classes = max(self._widths[0], len(record.validation_recall))
        layers = max(self._widths[1], len(record.inactive_units))
        if (classes, layers) != self._widths:
            before, self._widths = self.so_far, (classes, layers)
            self._table = Table(len(_FIGURES) + classes + layers)
            for each in before:
                self._add(each)
        self._add(record)

    @property
    def so_far(self) -> Epochs:
        """Those that are over; the same object until another one is added."""
        if self._newest is None or len(self._newest) != len(self._table):
            self._newest = Epochs(self._table.rows, self._widths[0])
        return self._newest

    def _add(self, record: EpochRecord) -> None:
        classes, layers = self._widths
        recall = [math.nan if share is None else share for share in record.validation_recall]
        inactive = list(record.inactive_units)
        self._table.add(
            *(getattr(record, name) for name in _FIGURES),
            *recall,
            *[_ABSENT] * (classes - len(recall)),
            *inactive,
            *[_ABSENT] * (layers - len(inactive)),
        )
