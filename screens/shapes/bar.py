"""Labelled bars, and the scale that they share."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """One bar.

    Attributes:
        label: The name on its left.
        value: Its length; one that is not finite has no bar but `!`.
        text: The value as it is written, on its right.
        mark: A word after that, such as `◀ predicted`.
    """

    label: str
    value: float
    text: str = ""
    mark: str = ""


@dataclass(frozen=True)
class BarChart:
    """Bars that share a scale.

    Attributes:
        bars: The bars from top to bottom.
        limit: The value of a bar of full length.
        signed: Whether bars go left and right of a zero line.
    """

    bars: tuple[Bar, ...]
    limit: float
    signed: bool = False
