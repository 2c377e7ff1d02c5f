"""Brings a picture of a digit into MNIST's form: a box of 20 pixels, centred by mass in 28×28.

As LeCun and others describe it: scaled to fit a box of 20×20 with its proportions kept, then moved
so that the centre of mass is at the centre of the field, pixel (14, 14) counted from 0.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

FIELD = 28
BOX = 20
_INK = 0.1  # of the darkest ink; what is fainter is paper, or noise, and no edge of a digit


def fit(image: NDArray[Any]) -> NDArray[np.uint8]:
    """Return a picture in MNIST's form.

    Args:
        image: [height, width], ink is high and paper 0, of any scale.

    Returns:
        uint8 [28, 28]; 0 is paper, and the darkest ink 255. A picture without ink gives paper.
    """
    return centre(scale_to_box(crop(image)))


def crop(image: NDArray[Any]) -> NDArray[Any]:
    """Return the part of a picture that has ink on it; without ink, nothing: [0, 0]."""
    ink = image > _INK * float(image.max(initial=0))
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return image[:0, :0]
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def scale_to_box(image: NDArray[Any], box: int = BOX) -> NDArray[np.uint8]:
    """Return a picture whose longer side has ``box`` pixels.

    Args:
        image: [height, width], ink is high; may be empty.
        box: The longer side.

    Returns:
        uint8, the darkest ink 255.
    """
    longer = max(image.shape)
    if not longer:
        return np.zeros((0, 0), np.uint8)
    height, width = (max(1, round(side * box / longer)) for side in image.shape)
    scaled = _resampling(image.shape[0], height) @ image.astype(np.float32)
    scaled = scaled @ _resampling(image.shape[1], width).T
    scaled *= 255 / max(float(scaled.max()), 1e-12)
    pixels: NDArray[np.uint8] = np.rint(scaled.clip(0, 255)).astype(np.uint8)
    return pixels


def centre(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture placed in the field, its centre of mass on pixel (14, 14).

    Args:
        image: uint8 [height, width], neither over 28.

    Returns:
        uint8 [28, 28]; moved by whole pixels, so that the ink stays as sharp as it was.
    """
    field = np.zeros((FIELD, FIELD), np.uint8)
    weight = int(image.sum(dtype=np.int64))
    if weight:
        corner = []
        for axis, side in enumerate(image.shape):
            mass = float(image.sum(axis=1 - axis, dtype=np.int64) @ np.arange(side)) / weight
            corner.append(min(max(round(FIELD // 2 - mass), 0), FIELD - side))
        top, left = corner
        field[top : top + image.shape[0], left : left + image.shape[1]] = image
    return field


def _resampling(source: int, target: int) -> NDArray[np.float32]:
    """Return the weights [target, source] of linear interpolation, averaging where it shrinks."""
    ratio = source / target
    reach = max(ratio, 1.0)
    centres = (np.arange(target)[:, None] + 0.5) * ratio - 0.5
    weights = np.maximum(0.0, 1 - np.abs(np.arange(source)[None, :] - centres) / reach)
    shares: NDArray[np.float32] = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares
