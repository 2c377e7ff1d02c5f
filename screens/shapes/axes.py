"""The axes of a plot: limits that stay put, ticks at round numbers, and their labels."""

import math

import numpy as np

from screens.shapes.curves import Curves, Limits

_MANTISSAS = (1.0, 2.0, 5.0)
_FINE_MANTISSAS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)


def grow_limits(limits: Limits | None, extent: Limits, parts: int = 4) -> Limits:
    """Return round limits that hold an extent, changed only when it leaves them.

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


def fit_limits(
    limits: tuple[Limits | None, Limits | None], curves: Curves
) -> tuple[Limits, Limits]:
    """Return the limits of both axes as they are drawn, kept where the curves are inside them.

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
        grown = grow_limits(old, (low, max(high, low)))
        new.append((grown[0] if asked[0] is None else low, grown[1] if asked[1] is None else high))
    return new[0], new[1]


def nice_step(size: float) -> float:
    """Return the least of 1, 2, 2.5, 5 times a power of ten that is not below a size."""
    power = 10.0 ** math.floor(math.log10(size))
    return next(n * power for n in (1.0, 2.0, 2.5, 5.0, 10.0) if n * power >= size * (1 - 1e-9))


def ticks(limits: Limits, count: int, least: float = 0.0) -> list[float]:
    """Return at most about `count` round positions between limits, at least so far apart."""
    low, high = limits
    step = max(nice_step((high - low) / max(1, count)), least)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [n * step for n in range(first, last + 1)]


def log_ticks(limits: Limits, count: int) -> list[float]:
    """Return round places on a log axis: decades, or 1, 2 and 5 of each, or finer ones.

    Args:
        limits: The ends, as logarithms to the base 10.
        count: About how many places at the most.
    """
    low, high = limits
    decades = range(math.floor(low), math.ceil(high) + 1)
    for mantissas in (_FINE_MANTISSAS, _MANTISSAS, (1.0,)):
        places = [d + math.log10(m) for d in decades for m in mantissas]
        inside = [place for place in places if low - 1e-9 <= place <= high + 1e-9]
        if len(inside) <= max(count, 2):
            return inside
    every = math.ceil(len(inside) / max(count, 2))
    return inside[-1::-every][::-1]


def round_up(value: float) -> float:
    """Return the least round number that is not below a value: where an axis may end."""
    return math.ceil(value / nice_step(value / 10)) * nice_step(value / 10) if value > 0 else 1.0


def labels(values: list[float], log: bool = False) -> list[str]:
    """Return short names of tick positions, with as many decimals as tell them apart."""
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
    """Return a number of a log axis: ``0.02``, ``500``, ``2e4``."""
    if 1e-3 <= value < 9_999:
        return f"{value:.3g}"
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent)}"


def _scientific(value: float, digits: int) -> str:
    """Return a number as `2.5e-4`, without what says nothing."""
    mantissa, exponent = f"{value:.{digits}e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if digits else mantissa
    return f"{mantissa}e{int(exponent)}" if value else "0"
