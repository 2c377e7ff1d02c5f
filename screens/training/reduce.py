"""A value for each step reduced to what can be drawn: extremes and running means, column by column.

It belongs to no chart: whoever draws something over steps reduces it here.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SMOOTHED = 16  # steps that a mean is taken over, as long as each has a column of its own


def bucket_size(steps: int, columns: int) -> int:
    """Return how many steps share a column: a power of two, so that columns seldom move."""
    size = 1
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
