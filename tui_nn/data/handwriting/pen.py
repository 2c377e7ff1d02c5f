"""The pen: from the points it aims at to the line it leaves, and from the line to pixels."""

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.handwriting.glyphs import Points

STEP = 0.04  # Length of a line's segments, in heights: less than a pixel.
EASE = 0.05  # A moving hand draws curves, not polygons: smoothing between corners, in heights.
BOX = 20  # MNIST scales the ink to fit this square, in pixels,
FIELD = 28  # and centres it by mass in this one.
SUPERSAMPLING = 2


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
        smooth(resample(_catmull_rom(points[start : end + 1])), EASE) for start, end in zip(breaks, breaks[1:], strict=False)
    ]
    line = np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])
    return resample(line)


def _catmull_rom(points: Points) -> Points:
    """The centripetal spline through the points: no cusps or loops of its own making."""
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
    return np.hypot(difference[:, 0], difference[:, 1])


def resample(line: Points, start: float = 0.0, end: float = 0.0) -> Points:
    """Return the line at equal steps, with its ends moved.

    Args:
        line: float64 [P, 2].
        start: Length to add before the first point, straight on; negative cuts it short.
        end: The same after the last point.
    """
    position = np.concatenate([[0.0], np.cumsum(_lengths(line) + 1e-9)])
    length = position[-1]
    wanted = np.linspace(
        -start, length + end, max(3, round((length + start + end) / STEP) + 1)
    )
    before = np.minimum(wanted, 0.0)[:, None] * _direction(line[0], line[min(2, len(line) - 1)])
    after = np.maximum(wanted - length, 0.0)[:, None] * _direction(line[max(-3, -len(line))], line[-1])
    inside = [np.interp(wanted, position, line[:, axis]) for axis in (0, 1)]
    return np.stack(inside, axis=1) + before + after


def _direction(start: Points, end: Points) -> Points:
    difference = end - start
    return difference / (np.hypot(*difference) + 1e-9)


def smooth(line: NDArray[np.float64], length: float) -> NDArray[np.float64]:
    """Return the line with its corners cut, its ends kept.

    Args:
        line: float64 [P, ...], points ``STEP`` apart.
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


def fit(lines: list[Points], radii: list[NDArray[np.float64]]) -> list[Points]:
    """Return the lines in pixels, moved and scaled so that their ink just fits the box.

    Args:
        lines: float64 [P, 2] a stroke, in heights.
        radii: float64 [P] a stroke; half the pen's width, in pixels.
    """
    points, radius = np.concatenate(lines), np.concatenate(radii)[:, None]
    scale = BOX / max(np.ptp(points, axis=0).max(), 1e-6)
    for _ in range(4):  # The ink's extent is not linear in the scale: the pen keeps its width.
        low, high = (points * scale - radius).min(0), (points * scale + radius).max(0)
        scale *= (BOX - 2 * radius.max()) / ((high - low).max() - 2 * radius.max())
    middle = ((points * scale - radius).min(0) + (points * scale + radius).max(0)) / 2
    return [line * scale - middle + BOX / 2 for line in lines]


def ink(
    lines: list[Points], radii: list[NDArray[np.float64]], roughness: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how much of each pixel of the box is inked, 0 to 1.

    Args:
        lines: float64 [P, 2] a stroke, in pixels of the box.
        radii: float64 [P] a stroke, in pixels.
        roughness: float64 [n, n] on the supersampled grid; where the edge lies further out.
    """
    start = np.concatenate([line[:-1] for line in lines]) * SUPERSAMPLING
    along = np.concatenate([np.diff(line, axis=0) for line in lines]) * SUPERSAMPLING
    near = np.concatenate([radius[:-1] for radius in radii]) * SUPERSAMPLING
    change = np.concatenate([np.diff(radius) for radius in radii]) * SUPERSAMPLING
    # Each segment is measured only from the cells around it that its ink can reach.
    reach = int(np.ceil(max(radius.max() for radius in radii) * SUPERSAMPLING)) + 3
    cell = np.floor(start + along / 2).astype(np.intp)[:, :, None] + np.arange(-reach, reach + 1)
    x = (cell[:, 0] + 0.5 - start[:, :1])[:, None, :]
    y = (cell[:, 1] + 0.5 - start[:, 1:])[:, :, None]
    run, fall = along[:, :1, None], along[:, 1:, None]
    t = np.clip((x * run + y * fall) / (run * run + fall * fall + 1e-12), 0.0, 1.0)
    depth = near[:, None, None] + t * change[:, None, None]
    depth -= np.sqrt(np.square(x - t * run) + np.square(y - t * fall))
    size = BOX * SUPERSAMPLING
    padded = np.full((size + 2 * reach, size + 2 * reach), -np.inf)
    rows, columns = cell[:, 1, :, None] + reach, cell[:, 0, None, :] + reach
    np.maximum.at(padded, (rows, columns), depth)
    nearest = padded[reach:-reach, reach:-reach] + roughness * SUPERSAMPLING
    covered = np.clip(0.5 + nearest, 0.0, 1.0)
    return covered.reshape(BOX, SUPERSAMPLING, BOX, SUPERSAMPLING).mean(axis=(1, 3))


def centre(box: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the box placed in the field with its centre of mass on pixel (14, 14), as MNIST does.

    Args:
        box: uint8 [20, 20].

    Returns:
        uint8 [28, 28]; moved by whole pixels, so the ink stays as sharp as it was.
    """
    weight = max(int(box.sum(dtype=np.int64)), 1)
    coordinates = np.arange(BOX)
    corner = []
    for mass in (box.sum(1, dtype=np.int64), box.sum(0, dtype=np.int64)):
        offset = round(FIELD // 2 - float(mass @ coordinates) / weight)
        corner.append(min(max(offset, 0), FIELD - BOX))
    field = np.zeros((FIELD, FIELD), dtype=np.uint8)
    field[corner[0] : corner[0] + BOX, corner[1] : corner[1] + BOX] = box
    return field
