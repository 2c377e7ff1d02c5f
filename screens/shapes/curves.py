"""What a plot draws, and the arithmetic of it: few points, and limits that stay put."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Limits = tuple[float, float]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Series:
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


@dataclass(frozen=True, eq=False)
class Curves:
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
    masked: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        """Count what cannot be drawn."""
        bad = sum(int((~drawable(one.y, self.log_y)).sum()) for one in self.series)
        object.__setattr__(self, "masked", bad)

    @property
    def not_finite(self) -> int:
        """How many values are NaN or infinite."""
        return sum(int((~drawable(one.y)).sum()) for one in self.series if not one.faint)

    @property
    def is_empty(self) -> bool:
        """Whether there is no point to draw."""
        return sum(len(one.y) for one in self.series) == self.masked

    @property
    def here(self) -> int | None:
        """Where the cursor is; without one, at the end of its span."""
        return self.span[1] if self.cursor is None and self.span else self.cursor

    def extent(self) -> tuple[Limits, Limits]:
        """The range of x and of y that the points take, y as it is drawn."""
        good = [drawable(one.y, self.log_y) for one in self.series]
        x = np.concatenate([np.asarray(s.x)[g] for s, g in zip(self.series, good, strict=True)])
        y = np.concatenate([np.asarray(s.y)[g] for s, g in zip(self.series, good, strict=True)])
        y = np.log10(y) if self.log_y else y
        return (float(x.min()), float(x.max())), (float(y.min()), float(y.max()))


def moved(curves: Curves, columns: int, limits: Limits, width: int) -> int | None:
    """Where the cursor stands after a move, or None where it cannot be moved.

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
    """Which values have a place on the axis."""
    y = np.asarray(y)
    finite = np.abs(y) < 1e300  # no NaN, no infinity, and differences stay finite
    return np.asarray(finite & (y > 0) if log_y else finite)


def reduce_curve(
    x: NDArray[Any], y: NDArray[Any], columns: int, limits: Limits | None = None
) -> tuple[Floats, Floats]:
    """Reduce a curve to the lowest and highest point of each column, so that spikes stay.

    Args:
        x: Positions, never decreasing.
        y: Values; NaN marks a gap, and so do infinities.
        columns: The columns there are.
        limits: The x of the first and the last column, by default those of the curve.

    Returns:
        At most two points a column, and a NaN after those of a column that has a gap.
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    y = np.where(np.isfinite(y), y, np.nan)
    if len(x) <= 2 * columns:
        return x, y
    low, high = limits or (float(x[0]), float(x[-1]))
    place = np.floor((x - low) / ((high - low) or 1.0) * columns).astype(np.int64)
    place = np.clip(place, 0, columns - 1)
    good = np.isfinite(y)
    index = np.flatnonzero(good)
    order = index[np.lexsort((y[good], place[good]))]
    _, first = np.unique(place[order], return_index=True)
    last = np.append(first[1:], len(order)) - 1
    gaps = np.unique(place[~good], return_index=True)[1]
    keep = np.unique(
        np.concatenate([order[first], order[last[last >= 0]], np.flatnonzero(~good)[gaps]])
    )
    return x[keep], y[keep]


def thin(
    x: Floats, y: Floats, limits: tuple[Limits, Limits], dots: tuple[int, int]
) -> tuple[Floats, Floats]:
    """Leave out points that fall on the same dot as the one before; gaps stay.

    plotext takes some 20 µs a point, and a smooth curve has two to most dots.
    """
    place = [
        np.floor((np.nan_to_num(v) - low) / ((high - low) or 1.0) * n)
        for v, (low, high), n in zip((x, y), limits, dots, strict=True)
    ]
    gap = np.isnan(y)
    same = (place[0][1:] == place[0][:-1]) & (place[1][1:] == place[1][:-1])
    keep = np.ones(len(x), dtype=np.bool_)
    keep[1:] = ~same | (gap[1:] != gap[:-1])
    return x[keep], y[keep]


def grow(limits: Limits | None, extent: Limits, parts: int = 4) -> Limits:
    """Round limits that hold an extent, and change them only when it leaves them.

    Args:
        limits: The limits until now.
        extent: The least and the largest value to hold.
        parts: About how many steps of a round size the limits should span.
    """
    low, high = extent
    if limits is not None:
        if limits[0] <= low and high <= limits[1]:
            return limits
        low, high = min(low, limits[0]), max(high, limits[1])
    if high == low:
        pad = abs(low) / 2 or 0.5
        low, high = low - pad, high + pad
    step = nice_step((high - low) / parts)
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step


def fitted_limits(
    limits: tuple[Limits | None, Limits | None], curves: Curves
) -> tuple[Limits, Limits]:
    """The limits of both axes as they are drawn, kept where the curves are inside them.

    Args:
        limits: Those until now, if there are any.
        curves: What they have to hold.
    """
    new: list[Limits] = []
    asked_y = curves.y_limits
    if curves.log_y:
        asked_y = tuple(np.log10(v) if v else None for v in asked_y)  # type: ignore[assignment]
    for old, extent, asked in zip(limits, curves.extent(), (curves.x_limits, asked_y), strict=True):
        low = extent[0] if asked[0] is None else asked[0]
        high = extent[1] if asked[1] is None else asked[1]
        grown = grow(old, (low, max(high, low)))
        new.append((grown[0] if asked[0] is None else low, grown[1] if asked[1] is None else high))
    return new[0], new[1]


def nice_step(size: float) -> float:
    """The least of 1, 2, 2.5, 5 times a power of ten that is not below a size."""
    power = 10.0 ** math.floor(math.log10(size))
    return next(n * power for n in (1.0, 2.0, 2.5, 5.0, 10.0) if n * power >= size * (1 - 1e-9))


def ticks(limits: Limits, count: int, least: float = 0.0) -> list[float]:
    """At most about `count` round positions between limits, at least so far apart."""
    low, high = limits
    step = max(nice_step((high - low) / max(1, count)), least)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [n * step for n in range(first, last + 1)]


def labels(values: list[float], log: bool = False) -> list[str]:
    """Short names of tick positions, with as many decimals as tell them apart."""
    if log:
        return [_short_power(10.0**value) for value in values]
    largest = max(map(abs, values), default=0.0)
    step = abs(values[1] - values[0]) if len(values) > 1 else largest or 1.0
    if largest >= 1e6 or step < 1e-3:
        digits = max(0, math.ceil(math.log10(largest / step) + 0.5))
        return [_scientific(value, digits) for value in values]
    if largest >= 10_000:
        return [f"{value / 1000:g}k" if value else "0" for value in values]
    decimals = max(0, -math.floor(math.log10(step * 1.0001)))
    decimals += not math.isclose(round(step, decimals), step, rel_tol=1e-6)
    return [f"{value:.{decimals}f}" for value in values]


def _short_power(value: float) -> str:
    """A number of a log axis: ``0.02``, ``500``, ``2e4``."""
    if 1e-3 <= value < 9_999:
        return f"{value:.3g}"
    return re.sub(r"e([+-])0*", lambda sign: "e" + sign[1].strip("+"), f"{value:.1e}").replace(
        ".0e", "e"
    )


def _scientific(value: float, digits: int) -> str:
    """A number as `2.5e-4`, without what says nothing."""
    mantissa, exponent = f"{value:.{digits}e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if digits else mantissa
    return f"{mantissa}e{int(exponent)}" if value else "0"
