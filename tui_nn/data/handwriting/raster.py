"""From lines to pixels: ink in a box of 20×20, centred by mass in 28×28, as MNIST's digits are."""

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.handwriting.glyphs import Points
from tui_nn.data.mnist_style import BOX

SUPERSAMPLING = 2


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
        lines: float64 [P, 2] a stroke, in pixels of the box, points about a pixel apart.
        radii: float64 [P] a stroke, in pixels.
        roughness: float64 [n, n] on the supersampled grid; where the edge lies further out.
    """
    size = BOX * SUPERSAMPLING
    margin = int(np.ceil(max(radius.max() for radius in radii) * SUPERSAMPLING)) + 3
    rows, columns, depth = _depths(lines, radii, margin)
    deepest = np.full((size + 2 * margin, size + 2 * margin), -np.inf)
    np.maximum.at(deepest, (rows + margin, columns + margin), depth)
    edge = deepest[margin:-margin, margin:-margin] + roughness * SUPERSAMPLING
    covered = np.clip(0.5 + edge, 0.0, 1.0)
    share: NDArray[np.float64] = covered.reshape(BOX, SUPERSAMPLING, BOX, SUPERSAMPLING).mean(
        (1, 3)
    )
    return share


def _depths(
    lines: list[Points], radii: list[NDArray[np.float64]], reach: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """How far inside the ink of each segment the cells around it lie.

    A segment is measured only from the cells that its ink can reach: a sixth of the grid.

    Returns:
        Rows [segments, n, 1], columns [segments, 1, n] and depths [segments, n, n], in cells
        of the supersampled grid; n = 2 reach + 1, and outside the ink the depth is negative.
    """
    start = np.concatenate([line[:-1] for line in lines]) * SUPERSAMPLING
    along = np.concatenate([np.diff(line, axis=0) for line in lines]) * SUPERSAMPLING
    near = np.concatenate([radius[:-1] for radius in radii])[:, None, None] * SUPERSAMPLING
    change = np.concatenate([np.diff(radius) for radius in radii])[:, None, None] * SUPERSAMPLING
    middle = np.floor(start + along / 2).astype(np.intp)
    cells = middle[:, :, None] + np.arange(-reach, reach + 1)
    x = (cells[:, 0] + 0.5 - start[:, :1])[:, None, :]
    y = (cells[:, 1] + 0.5 - start[:, 1:])[:, :, None]
    run, fall = along[:, :1, None], along[:, 1:, None]
    t = np.clip((x * run + y * fall) / (run * run + fall * fall + 1e-12), 0.0, 1.0)
    distance = np.sqrt(np.square(x - t * run) + np.square(y - t * fall))
    return cells[:, 1, :, None], cells[:, 0, None, :], near + t * change - distance
