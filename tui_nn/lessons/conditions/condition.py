"""What a condition is."""

from collections.abc import Callable

Condition = Callable[..., bool]
"""A function of a situation and of words in the lesson."""
