"""The range of an axis that a few extreme values do not stretch."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from screens.shapes.curves import Floats, Limits

_TAIL = 0.02  # of the values at each end, that may lie outside
_ENOUGH = 5  # values: of fewer, none is extreme
_NEAR = 0.25  # of the range: an extreme value that is not further away is let in
_PAD = 0.04
_LEAST_DECADES = 0.3  # a factor of two: noise on a flat curve stays noise


def robust_limits(
    curves: Sequence[NDArray[np.floating]], log: bool, always: Sequence[float] = ()
) -> Limits | None:
    """Return the ends of a y axis on which single spikes do not flatten the rest.

    Each curve keeps all but the extreme fiftieth of its values, or one; the newest tenth is treated
    like a curve of its own, so that a run that diverges takes the axis along. An extreme value that
    lies close to the range is let in.

    Args:
        curves: Values in their order; those without a place on the axis are skipped.
        log: Whether the axis is logarithmic.
        always: Values that have to be on the axis.

    Returns:
        The ends, in the values' own scale; None where there is nothing to draw.
    """
    drawn = [_drawn(values, log) for values in curves]
    drawn = [values for values in drawn if len(values)]
    if not drawn:
        return None
    parts = [*drawn, *(values[-max(len(values) // 10, 1) :] for values in drawn)]
    kept = _drawn(np.asarray(always, np.float64), log).tolist()
    inner = [_without_extremes(part) for part in parts]
    low = min(*(least for least, _ in inner), *kept, math.inf)
    high = max(*(most for _, most in inner), *kept, -math.inf)
    reach = _NEAR * (high - low)
    least, most = min(map(np.min, drawn)), max(map(np.max, drawn))
    low = float(least) if least >= low - reach else low
    high = float(most) if most <= high + reach else high
    return _padded(low, high, log)


def _without_extremes(values: Floats) -> Limits:
    """Return the range of values without the few that are extreme at either end."""
    ordered = np.sort(values)
    few = max(int(_TAIL * len(values)), 1) if len(values) >= _ENOUGH else 0
    return float(ordered[few]), float(ordered[len(ordered) - 1 - few])


def _drawn(values: NDArray[np.floating], log: bool) -> Floats:
    """Return what has a place on the axis, as it is drawn there."""
    values = np.asarray(values, np.float64)
    values = values[np.isfinite(values) & (np.abs(values) < 1e300)]
    return np.asarray(np.log10(values[values > 0]) if log else values)


def _padded(low: float, high: float, log: bool) -> Limits:
    if log:
        lacking = max(_LEAST_DECADES - (high - low), 0.0)
        low, high = low - lacking / 2, high + lacking / 2
    elif high == low:
        low, high = low - (abs(low) / 2 or 0.5), high + (abs(high) / 2 or 0.5)
    pad = _PAD * (high - low)
    low, high = low - pad, high + pad
    return (10.0**low, 10.0**high) if log else (low, high)
