"""The speeds at which a run trains."""

from msgspec import Struct


class Speed(Struct, frozen=True):
    """How fast ``run`` goes.

    Attributes:
        label: For people.
        interval: Seconds from one to the next; 0 for as fast as it can.
        by_operation: Whether one is an operation, or a step.
    """

    label: str
    interval: float
    by_operation: bool = False


SPEEDS = (
    Speed("1 operation/s", 1.0, by_operation=True),
    Speed("4 operations/s", 0.25, by_operation=True),
    Speed("1 step/s", 1.0),
    Speed("10 steps/s", 0.1),
    Speed("100 steps/s", 0.01),
    Speed("full speed", 0.0),
)
OPENING_SPEED = 3
