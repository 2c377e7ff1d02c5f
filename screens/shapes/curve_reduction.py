"""Fewer points for a curve than there are steps, without losing its spikes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from screens.shapes.curves import Floats, Limits

_SMOOTHED = 16  # steps that a mean is taken over, where each step has a column of its own


def bucket_size(steps: int, columns: int) -> int:
    """Return how many steps share a column: a power of two, so that columns seldom move."""
    size, columns = 1, max(columns, 1)  # a widget that was never laid out has none
    while steps > size * columns:
        size *= 2
    return size


def extremes(values: Floats, columns: int) -> tuple[Floats, Floats]:
    """Reduce a value for each step to at most two for each column, so that spikes stay.

    Args:
        values: [N], of steps 1 to N. May be long: it is read once, and not copied.
        columns: The columns there are.

    Returns:
        Steps and values; a NaN where a column holds what is not finite.
    """
    size = bucket_size(len(values), columns)
    if size == 1:
        return np.arange(1.0, len(values) + 1), values
    starts = np.arange(0, len(values), size)
    with np.errstate(invalid="ignore"):
        low = np.fmin.reduceat(values, starts)
        high = np.maximum.reduceat(values, starts)
    middle = np.minimum(starts + size / 2, len(values))
    return np.repeat(middle, 2), np.column_stack([low, high]).ravel()


def smoothed(values: Floats, columns: int) -> tuple[Floats, Floats]:
    """Return steps, and the mean of the last few values at each."""
    size = bucket_size(len(values), columns)
    starts = np.arange(0, len(values), size)
    sums = np.add.reduceat(values, starts) if len(values) else values
    counts = np.minimum(starts + size, len(values)) - starts
    window = np.ones(_SMOOTHED if size == 1 else 4)
    total = np.convolve(sums, window)[: len(sums)] if len(sums) else sums
    number = np.convolve(counts, window)[: len(counts)] if len(counts) else counts
    return (starts + counts).astype(np.float64), total / number


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
