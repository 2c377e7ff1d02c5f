"""What the Forward screen shows at a time."""

from enum import StrEnum


class View(StrEnum):
    """One look at a sample's way."""

    PLANE = "plane"
    NETWORK = "network"
    NEURON = "neuron"


def views(*, is_point: bool, is_short: bool) -> tuple[View, ...]:
    """Return the views that one goes through.

    Args:
        is_point: Whether samples are points in the plane.
        is_short: Whether there is no room for the network and a neuron together.
    """
    absent = {View.PLANE: not is_point, View.NEURON: not is_short}
    return tuple(view for view in View if not absent.get(view, False))
