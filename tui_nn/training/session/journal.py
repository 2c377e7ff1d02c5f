"""The changes that a person made to a run, each dated by where the program counter stood."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from tui_nn.data.schedule import Schedule
from tui_nn.nn.explain import Index
from tui_nn.nn.operation import Rates

LEARNING_RATE = "learning_rate"
BATCH_SIZE = "batch_size"  # its value is 0 for all of train
RATES = ("momentum", "weight_decay", "l1", "l2", "dropout", "clipping")


@dataclass(frozen=True)
class Edit:
    """One change.

    Attributes:
        step: Where it was made.
        name: What was changed: a hyperparameter, or a parameter such as W1.
        value: To what.
        operation: How many of the step's operations were done; 0 for a parameter.
        index: Which element of the parameter, or which row of it.
    """

    step: int
    name: str
    value: float
    operation: int = 0
    index: Index = ()

    @property
    def place(self) -> tuple[int, int]:
        """Where it was made, in an order that compares."""
        return self.step, self.operation


class Journal:
    """The edits of a run, in the order in which a replay meets them."""

    def __init__(self, edits: tuple[Edit, ...] = ()) -> None:
        self._by_step: dict[int, tuple[Edit, ...]] = {}
        for edit in edits:
            self.add(edit)

    def __iter__(self) -> Iterator[Edit]:
        for step in sorted(self._by_step):
            yield from self._by_step[step]

    def add(self, edit: Edit) -> None:
        """Add an edit, after those that were made at the same place."""
        edits = (*self._by_step.get(edit.step, ()), edit)
        self._by_step[edit.step] = tuple(sorted(edits, key=lambda each: each.operation))

    def of_step(self, step: int) -> tuple[Edit, ...]:
        """Return the edits within a step, in order."""
        return self._by_step.get(step, ())

    def until(self, step: int, operation: int) -> "Journal":
        """Return a journal of the edits up to a place, those made there included."""
        return Journal(tuple(edit for edit in self if edit.place <= (step, operation)))

    def rates(self, first: Rates, step: int) -> Rates:
        """Return the rates in force in a step, for a run that began with ``first``.

        They change between steps: those changed amid one are in force from the next one on.
        """
        for edit in self:
            if edit.place <= (step, 0) and edit.name in RATES:
                everywhere = (edit.value,) * len(first.dropout)
                value: Any = everywhere if edit.name == "dropout" else edit.value
                first = replace(first, **{edit.name: value})
        return first

    def schedule(self, first: Schedule) -> Schedule:
        """Return which samples make up which batch, for a run that began with ``first``.

        Another size of batch takes effect with the next epoch that begins.
        """
        for edit in self:
            if edit.name == BATCH_SIZE:
                epoch, batch = first.place(edit.step)
                begins = epoch if (batch, edit.operation) == (0, 0) else epoch + 1
                first = first.with_batch_size(begins, int(edit.value))
        return first

    def learning_rate(self, first: float, step: int) -> float:
        """Return the rate in force where a step begins, for a run that began with ``first``.

        It is the one that the schedule multiplies.
        """
        edits = [edit for edit in self.until(step, 0) if edit.name == LEARNING_RATE]
        return edits[-1].value if edits else first
