"""Watched numbers in a line: each with its value now, and a little curve of its past."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from screens.shapes.format import figure, signed
from tui_nn.training.stops.watches import Watched, WatchElement, WatchMetric

_HEIGHTS = "▁▂▃▄▅▆▇█"
_ASCII_HEIGHTS = "_.-:=+*#"
_MOST = 4096  # points that a little curve is made of
_CURVES = ((110, 12), (0, 5))  # from so many columns on, so many for each little curve
_BETWEEN = "   "


def watch_line(watches: tuple[Watched, ...], step: int, width: int, *, ascii: bool = False) -> str:
    """Return the watches that fit, the first one in any case, and how many more there are.

    Args:
        watches: All of them.
        step: Completed updates where one stands; curves end there.
        width: Columns there are.
        ascii: Whether curves are drawn in ASCII.
    """
    columns = next(curve for least, curve in _CURVES if width >= least)
    texts = [watch_words(each, step, columns, ascii=ascii) for each in watches]
    for count in range(len(texts), 0, -1):
        more = len(texts) - count
        line = _BETWEEN.join(texts[:count] + ([f"{more} more (x)"] if more else []))
        if len(line) <= width or count == 1:
            return line
    return ""


def watch_words(watched: Watched, step: int, columns: int, *, ascii: bool = False) -> str:
    """Return what is watched, its value, and its curve up to a step."""
    curve = little_curve(watched.curve[:step], columns, ascii=ascii)
    return f"{watched.words} {watch_value(watched)} {curve}".rstrip()


def watch_value(watched: Watched) -> str:
    """Return the value of a watched number; only elements have a sign that says something."""
    value = watched.value
    if value is None:
        return "–"
    match watched.watch:
        case WatchElement():
            return signed(value)
        case WatchMetric(metric="accuracy"):
            return f"{value:.1%}"
    return figure(value)


def little_curve(values: NDArray[Any], columns: int, *, ascii: bool = False) -> str:
    """Return a curve as characters of eight heights, the lowest value and the highest at the ends.

    It begins where the watching began. With more steps than columns, each column is the mean of
    its steps. A step that was not watched is a gap, a number that is not finite a ``!``.
    """
    heights = _ASCII_HEIGHTS if ascii else _HEIGHTS
    known = np.flatnonzero(~np.isnan(values))
    if not known.size:
        return ""
    values = values[known[0] :]
    values = values[:: -(-len(values) // _MOST)]
    points = [_mean(part) for part in np.array_split(values, min(columns, len(values)))]
    finite = [point for point in points if np.isfinite(point)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 0.0)
    return "".join(_cell(point, low, high, heights) for point in points)


def _mean(values: NDArray[Any]) -> float:
    """Return the mean of what is known, NaN if nothing is."""
    known = values[~np.isnan(values)]
    with np.errstate(all="ignore"):
        return float(known.mean()) if known.size else np.nan


def _cell(value: float, low: float, high: float, heights: str) -> str:
    if np.isnan(value):
        return " "
    if np.isinf(value):
        return "!"
    if low == high:
        return heights[len(heights) // 2 - 1]
    # Halved, so that the distance of the largest numbers from each other stays a number.
    share = (value / 2 - low / 2) / (high / 2 - low / 2)
    return heights[min(int(share * len(heights)), len(heights) - 1)]
