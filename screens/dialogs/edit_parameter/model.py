"""What may be typed for a weight or a bias."""

import math

import numpy as np
from msgspec import Struct

from screens.shapes.format import MINUS, figure


class TypedValue(Struct, frozen=True):
    """What somebody typed for a parameter.

    Attributes:
        value: The number, or None if it cannot be one.
        says: What it would do, or why it cannot be.
    """

    value: float | None
    says: str


def read_value(text: str, present: float) -> TypedValue:
    """Read a value as it is typed.

    Args:
        text: What was typed.
        present: The parameter's value until now.
    """
    text = text.strip().replace(MINUS, "-")
    if not text:
        return TypedValue(None, "a number, such as −0.25 or 1e-3")
    try:
        value = float(text)
    except ValueError:
        return TypedValue(None, f"not a number: {text}")
    if not math.isfinite(value) or abs(value) > float(np.finfo(np.float32).max):
        return TypedValue(None, f"more than a float32 can hold: {text}")
    if np.float32(value) == np.float32(present):
        return TypedValue(value, f"its present value, {figure(value)}")
    return TypedValue(value, f"from {figure(present)} to {figure(value)}")


def shortest(value: float) -> str:
    """Return the fewest digits that give a float32 back, as one would type them."""
    return str(np.float32(value))
