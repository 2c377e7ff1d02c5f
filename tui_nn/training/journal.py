"""The changes that a person made to a run, each dated by where the program counter stood."""

from collections.abc import Iterator
from dataclasses import dataclass

from tui_nn.nn.explain import Index

LEARNING_RATE = "learning_rate"


@dataclass(frozen=True)
class Edit:
    """One change.

    Attributes:
        step: Where it was made, or for a learning rate amid updates the step after.
        name: What was changed: ``learning_rate``, or a parameter's name.
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

    def learning_rate(self, first: float, step: int, operation: int) -> float:
        """Return the rate in force at a place, for a run that began with ``first``."""
        edits = [edit for edit in self.until(step, operation) if edit.name == LEARNING_RATE]
        return edits[-1].value if edits else first
