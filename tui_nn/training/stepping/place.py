"""Where the program counter stands in a run."""

from msgspec import Struct


class Place(Struct, frozen=True, order=True):
    """A place in a run; of two, the one that training reaches first is the smaller.

    Attributes:
        step: Completed updates.
        operation: How many of the step's operations are done.
    """

    step: int
    operation: int = 0

    @property
    def beginning(self) -> "Place":
        """Where its step begins."""
        return Place(self.step)

    @property
    def is_beginning(self) -> bool:
        """Whether none of the step's operations is done."""
        return self.operation == 0


class Position(Struct, frozen=True):
    """A place, with the batch and the epoch that it is in.

    Attributes:
        place: The program counter.
        epoch: From 1.
        batch: The current batch, from 1.
        batches: How many there are in the epoch.
    """

    place: Place
    epoch: int
    batch: int
    batches: int

    @property
    def step(self) -> int:
        """Completed updates."""
        return self.place.step

    @property
    def operation(self) -> int:
        """How many of the step's operations are done."""
        return self.place.operation
