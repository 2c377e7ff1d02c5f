"""What a plot draws: curves, where their points may stand, and a cursor."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Limits = tuple[float, float]
Floats = NDArray[np.float64]


class Series(Struct, frozen=True, eq=False):
    """One curve.

    Attributes:
        name: What the legend calls it.
        x: Positions, never decreasing.
        y: Values; where not finite there is a gap.
        tone: Its colour and marker, counted from 0; by default its place among the series.
        faint: Drawn quietly, under the others; without a tone, no legend names it.
        dots: Single points, which no line connects.
        label: What is written beside its last point, where there is room.
        mark: What its points are marked with, by default what its tone has.
    """

    name: str
    x: NDArray[Any]
    y: NDArray[Any]
    tone: int | None = None
    faint: bool = False
    dots: bool = False
    label: str = ""
    mark: str = ""

    def heights(self, log_y: bool = False) -> Floats:
        """Return y as it is drawn, NaN where it has no place on the axis."""
        good = drawable(self.y, log_y)
        y = np.asarray(self.y, dtype=np.float64)
        return np.where(good, np.log10(y, where=good, out=np.zeros_like(y)) if log_y else y, np.nan)


class Curves(Struct, frozen=True, eq=False, dict=True):
    """What a plot shows.

    Attributes:
        series: The curves; the first is drawn on top.
        title: The first line.
        x_label: What x is.
        y_label: What y is.
        log_y: Whether equal ratios of y have equal heights.
        log_x: Whether every x is the logarithm, to the base 10, of what the axis says.
        x_limits: Ends of the x axis; None where they follow the data.
        y_limits: Ends of the y axis; None where they follow the data.
        x_ticks: Places to mark on the x axis, and what is written there; by default round ones.
        cursor: Where a vertical line stands.
        span: The first and last x that the cursor can be moved to; None where it cannot.
        empty: What is said while there is nothing to draw.
    """

    series: tuple[Series, ...] = ()
    title: str = ""
    x_label: str = ""
    y_label: str = ""
    log_y: bool = False
    log_x: bool = False
    x_limits: tuple[float | None, float | None] = (None, None)
    y_limits: tuple[float | None, float | None] = (None, None)
    x_ticks: tuple[tuple[float, str], ...] = ()
    cursor: int | None = None
    span: tuple[int, int] | None = None
    empty: str = "nothing yet"

    @cached_property
    def masked(self) -> int:
        """How many values cannot be drawn."""
        return sum(int((~drawable(one.y, self.log_y)).sum()) for one in self.series)

    @property
    def not_finite(self) -> int:
        """How many values of the curves that are not faint are NaN or infinite."""
        return sum(int((~drawable(one.y)).sum()) for one in self.series if not one.faint)

    @property
    def is_empty(self) -> bool:
        """Whether there is no point to draw."""
        return sum(len(one.y) for one in self.series) == self.masked

    @property
    def here(self) -> int | None:
        """Where the cursor is; without one, at the end of its span."""
        return self.span[1] if self.cursor is None and self.span else self.cursor

    def from_the_back(self) -> list[tuple[int, Series]]:
        """Return the curves in the order of drawing, each with its number; faint ones first."""
        return sorted(enumerate(self.series), key=lambda item: (not item[1].faint, -item[0]))

    def extent(self) -> tuple[Limits, Limits]:
        """Return the range of x and of y that the points take, y as it is drawn."""
        heights = np.concatenate([one.heights(self.log_y) for one in self.series])
        good = ~np.isnan(heights)
        x, y = np.concatenate([np.asarray(one.x) for one in self.series])[good], heights[good]
        return (float(x.min()), float(x.max())), (float(y.min()), float(y.max()))


def move_cursor(curves: Curves, columns: int, limits: Limits, width: int) -> int | None:
    """Return where the cursor stands after a move, or None where it cannot be moved.

    Args:
        curves: Whose cursor; without one, it moves away from the end of its span.
        columns: How far, in columns of the plot.
        limits: The ends of the x axis.
        width: The columns of the plot.
    """
    if curves.span is None:
        return None
    first, last = curves.span
    column = max(1, round((limits[1] - limits[0]) / max(width, 1)))
    return min(max((curves.here or 0) + columns * column, first), last)


def drawable(y: NDArray[Any], log_y: bool = False) -> NDArray[np.bool_]:
    """Return which values have a place on the axis."""
    y = np.asarray(y)
    finite = np.abs(y) < 1e300  # no NaN, no infinity, and differences stay finite
    return np.asarray(finite & (y > 0) if log_y else finite)
