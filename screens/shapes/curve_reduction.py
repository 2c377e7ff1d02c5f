"""Fewer points for a curve than there are steps, without losing its spikes."""

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from screens.shapes.curves import Floats, Limits

_SMOOTHED = 16  # steps that a mean is taken over, where each step has a column of its own
_PIECE = 1 << 15  # values that are worked out at a time: a power of two, as a bucket is


class Values(Protocol):
    """A value for each step, or [layers] of them: an array, or what is worked out piece by piece.

    A run of an hour has millions of steps; an array of them all for every picture would take
    hundreds of MB.
    """

    def __len__(self) -> int:
        """Return how many steps there are."""

    def __getitem__(self, steps: slice, /) -> Floats:
        """Return the values of some of the steps."""


class Derived:
    """Values that are worked out when they are asked for."""

    def __init__(self, steps: int, between: Callable[[int, int], Floats]) -> None:
        """Make it.

        Args:
            steps: How many there are.
            between: Returns the values of the steps from one to before another.
        """
        self._steps, self._between = steps, between

    def __len__(self) -> int:
        return self._steps

    def __getitem__(self, steps: slice, /) -> Floats:
        """Return the values of some of the steps, one after the other."""
        begin, end, _ = steps.indices(self._steps)
        return self._between(begin, max(begin, end))


def since(values: Values, step: int) -> Values:
    """Return the values of a step and all that come after it."""
    return Derived(max(len(values) - step, 0), lambda a, b: values[step + a : step + b])


def bucket_size(steps: int, columns: int) -> int:
    """Return how many steps share a column: a power of two, so that columns seldom move."""
    size, columns = 1, max(columns, 1)  # a widget that was never laid out has none
    while steps > size * columns:
        size *= 2
    return size


def extremes(values: Values, columns: int) -> tuple[Floats, Floats]:
    """Reduce a value for each step to at most two for each column, so that spikes stay.

    Args:
        values: [N], of steps 1 to N. May be long: it is read once, and not copied.
        columns: The columns there are.

    Returns:
        Steps and values; a NaN where a column holds what is not finite.
    """
    size = bucket_size(len(values), columns)
    if size == 1:
        return np.arange(1.0, len(values) + 1), values[:]
    starts = np.arange(0, len(values), size)
    with np.errstate(invalid="ignore"):
        lows_and_highs = [
            (np.fmin.reduceat(piece, places), np.maximum.reduceat(piece, places))
            for piece, places in _pieces(values, size)
        ]
    low, high = map(np.concatenate, zip(*lows_and_highs, strict=True))
    middle = np.minimum(starts + size / 2, len(values))
    return np.repeat(middle, 2), np.column_stack([low, high]).ravel()


def smoothed(values: Values, columns: int) -> tuple[Floats, Floats]:
    """Return steps, and the mean of the last few values, or [layers] of them, at each."""
    size = bucket_size(len(values), columns)
    starts = np.arange(0, len(values), size)
    if not len(values):
        return starts.astype(np.float64), values[:]
    sums = np.concatenate(
        [np.add.reduceat(piece, places, axis=0) for piece, places in _pieces(values, size)]
    )
    counts = np.minimum(starts + size, len(values)) - starts
    window = np.ones(_SMOOTHED if size == 1 else 4)
    table = np.column_stack([counts, sums])
    number, *totals = (np.convolve(column, window)[: len(table)] for column in table.T)
    means = np.stack([total / number for total in totals], axis=-1)
    return (starts + counts).astype(np.float64), means.reshape(sums.shape)


def _pieces(values: Values, size: int) -> Iterator[tuple[Floats, NDArray[np.intp]]]:
    """Yield all values, some at a time, and where in them buckets begin."""
    step = max(size, _PIECE)
    for begin in range(0, len(values), step):
        piece = values[begin : begin + step]
        yield piece, np.arange(0, len(piece), size)


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
