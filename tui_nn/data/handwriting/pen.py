"""The pen: from the points that it aims at to the line that it leaves."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.handwriting.glyphs import Points

STEP = 0.04  # Length of a line's segments, in heights: less than a pixel.
EASE = 0.05  # A moving hand draws curves, not polygons: smoothing between corners, in heights.


def trace(points: Points, corners: NDArray[np.bool_]) -> Points:
    """Return the smooth curve through a stroke's points, broken at its corners.

    Args:
        points: float64 [P, 2], P >= 2.
        corners: bool [P].

    Returns:
        float64 [Q, 2], points about ``STEP`` apart.
    """
    inner = np.flatnonzero(corners[1:-1]) + 1
    breaks = [0, *inner.tolist(), len(points) - 1]
    pieces = [
        smooth(resample(_catmull_rom(points[start : end + 1])), EASE)
        for start, end in pairwise(breaks)
    ]
    line = np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])
    return resample(line)


def _catmull_rom(points: Points) -> Points:
    """The centripetal spline through the points: no cusps or loops that the points do not have."""
    if len(points) == 2:
        return points
    knots = np.concatenate([[0.0], np.cumsum(np.sqrt(_lengths(points)) + 1e-9)])
    spans = np.diff(knots)[:, None]
    slopes = np.diff(points, axis=0) / spans
    inner = (slopes[:-1] * spans[1:] + slopes[1:] * spans[:-1]) / (spans[:-1] + spans[1:])
    # Parabolic ends: the curvature of the first and last spans carries on to the tips.
    tangents = np.concatenate([2 * slopes[:1] - inner[:1], inner, 2 * slopes[-1:] - inner[-1:]])
    t = np.linspace(0.0, 1.0, 8, endpoint=False)[:, None, None]
    start, end = tangents[:-1] * spans, tangents[1:] * spans
    curve = (
        points[:-1] * (1 + t * t * (2 * t - 3))
        + points[1:] * (t * t * (3 - 2 * t))
        + start * (t * (1 - t) ** 2)
        - end * (t * t * (1 - t))
    )
    return np.concatenate([curve.transpose(1, 0, 2).reshape(-1, 2), points[-1:]])


def _lengths(line: Points) -> NDArray[np.float64]:
    difference = np.diff(line, axis=0)
    lengths: NDArray[np.float64] = np.hypot(difference[:, 0], difference[:, 1])
    return lengths


def resample(line: Points, start: float = 0.0, end: float = 0.0) -> Points:
    """Return the line at equal steps, with its ends moved.

    Args:
        line: float64 [P, 2].
        start: Length to add before the first point, straight on; negative cuts it short.
        end: The same after the last point.
    """
    position = np.concatenate([[0.0], np.cumsum(_lengths(line) + 1e-9)])
    length = position[-1]
    wanted = np.linspace(-start, length + end, max(3, round((length + start + end) / STEP) + 1))
    head = _direction(line[0], line[min(2, len(line) - 1)])
    before = np.minimum(wanted, 0.0)[:, None] * head
    tail = _direction(line[max(-3, -len(line))], line[-1])
    after = np.maximum(wanted - length, 0.0)[:, None] * tail
    inside = [np.interp(wanted, position, line[:, axis]) for axis in (0, 1)]
    moved: Points = np.stack(inside, axis=1) + before + after
    return moved


def _direction(start: Points, end: Points) -> Points:
    difference = end - start
    unit: Points = difference / (np.hypot(*difference) + 1e-9)
    return unit


def smooth(line: NDArray[np.float64], length: float) -> NDArray[np.float64]:
    """Return the line with its corners cut, its ends kept.

    Args:
        line: float64 [P, k], points ``STEP`` apart.
        length: Standard deviation of the Gaussian window along the line, in heights.
    """
    reach = min(int(3 * length / STEP), len(line) - 1)
    if reach < 1:
        return line
    window = np.exp(-0.5 * (np.arange(-reach, reach + 1) * STEP / length) ** 2)
    # Each end is mirrored through its last point, which the window therefore leaves in place.
    head = 2 * line[0] - line[reach:0:-1]
    tail = 2 * line[-1] - line[-2 : -reach - 2 : -1]
    padded = np.concatenate([head, line, tail])
    weights = window / window.sum()
    return np.stack([np.convolve(column, weights, "valid") for column in padded.T], axis=1)
