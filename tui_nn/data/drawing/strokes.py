"""How wide the strokes of a digit are, and the same digit with wider or thinner ones."""

import math

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.mnist_style import BOX, scale_to_box

_FINE = 6  # pixels to each pixel of the box
_THINNEST = 1.5  # fine pixels that are left of a stroke that is made thinner


def stroke_width(mask: NDArray[np.bool_]) -> float:
    """Return how wide the strokes of a figure are on average, in pixels; 0 without a figure.

    A stroke of length L and width w has the area Lw and an outline of about 2L. Steps of pixels
    make an outline longer than it is, by 4/π on average over all directions.
    """
    padded = np.pad(mask, 1).astype(np.int8)
    outline = sum(int(np.abs(np.diff(padded, axis=axis)).sum()) for axis in (0, 1)) * math.pi / 4
    return 2 * float(mask.sum()) / outline if outline else 0.0


def with_strokes_of(width: float, digit: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a digit whose strokes are as wide as asked for, once it is scaled to the box.

    Args:
        width: In pixels of the box of 20.
        digit: Cut to its ink; any size.

    Returns:
        0 or 255, several pixels to each pixel of the box.
    """
    fine = scale_to_box(digit, BOX * _FINE)
    mask = np.pad(fine >= 128, BOX)
    missing = width * _FINE - stroke_width(mask)
    if missing > 0:
        mask = dilated(mask, missing / 2)
    else:
        thinner = min(-missing, stroke_width(mask) - _THINNEST)
        mask = ~dilated(~mask, max(thinner, 0) / 2)
    return np.where(mask, np.uint8(255), np.uint8(0))


def dilated(mask: NDArray[np.bool_], radius: float) -> NDArray[np.bool_]:
    """Return a figure that reaches further by a radius in all directions."""
    reach = math.floor(radius)
    if reach < 1:
        return mask
    height, width = mask.shape
    padded = np.pad(mask, reach)
    result = mask.copy()
    for dy in range(-reach, reach + 1):
        across = math.floor(math.sqrt(radius**2 - dy**2))
        rows = padded[reach + dy : reach + dy + height]
        # A running sum: whether there is ink within so many columns.
        sums = np.pad(np.cumsum(rows, axis=1), ((0, 0), (1, 0)))
        left, right = reach - across, reach + across + 1
        result |= sums[:, right : right + width] > sums[:, left : left + width]
    return result
