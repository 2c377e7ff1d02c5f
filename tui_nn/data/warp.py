"""Geometry of a distortion: where each pixel takes its ink from, and what it finds there.

A distorted picture is worked out backwards: every one of its pixels looks up a place of the
original. Places are in pixels, (0, 0) is the middle of the pixel at the top left, rows run down.
They have the shape [B, side, 2, side]: picture, row, which of (down, across), column. With the
two between row and column, both are smoothed by two matrix products a picture.
"""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tui_nn.nn.tensor import Array

# Paper around a picture: what lies further out looks up the first ring of it, and its neighbours
# below and to the right are in the second.
MARGIN = 2
TRUNCATION = 4.0  # Where the Gaussian ends, in σ, as in SciPy's gaussian_filter.


def affine_places(
    side: int, angle: Array, scale: Array, shift: Array, dtype: np.dtype[np.floating]
) -> Array:
    """Return the places that a turned, scaled and then shifted picture is taken from.

    With the middle c of the picture, output pixel p shows the original's

        c + R(−θ)·(p − c − t)/s

    Args:
        side: Pixels of a row, and rows.
        angle: θ in radians [B]; a positive one turns anticlockwise as one looks at it.
        scale: s [B]; above 1 is larger.
        shift: t in pixels [B, 2]: down and to the right.
        dtype: Of the places. The few numbers of each picture are worked out in float64.

    Returns:
        [B, side, 2, side].
    """
    middle = (side - 1) / 2
    # Both coordinates are a sum of something of the row and something of the column.
    rows = (np.arange(side) - middle - shift[:, :1])[:, :, None, None]
    columns = (np.arange(side) - middle - shift[:, 1:])[:, None, None, :]
    cosine, sine = np.cos(angle) / scale, np.sin(angle) / scale
    of_row = np.stack([cosine, -sine], axis=1)[:, None, :, None] * rows + middle
    of_column = np.stack([sine, cosine], axis=1)[:, None, :, None] * columns
    places: Array = of_row.astype(dtype) + of_column.astype(dtype)
    return places


def smooth(noise: Array, sigma: float) -> Array:
    """Return fields of noise after a Gaussian filter: K·F·Kᵀ. Beyond the picture there is none.

    Args:
        noise: [B, side, 2, side].
        sigma: σ in pixels.
    """
    pictures, side = noise.shape[:2]
    blur = gaussian(side, sigma, noise.dtype)
    # One product of the same shape for each picture, however many there are: a single product
    # for all would leave it to the batch's size how each of them is rounded.
    across = np.matmul(noise.reshape(pictures, 2 * side, side), blur.T)
    fields: Array = np.matmul(blur, across.reshape(pictures, side, 2 * side))
    return fields.reshape(noise.shape)


@lru_cache(maxsize=8)
def gaussian(side: int, sigma: float, dtype: np.dtype[np.floating]) -> Array:
    """Return the matrix K of a Gaussian filter of unit sum: K[i, j] weighs input j in output i."""
    reach = math.ceil(TRUNCATION * sigma)
    with np.errstate(over="ignore"):  # The weights of a filter too narrow to do anything are 0.
        weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    weights /= weights.sum()
    distance = np.abs(np.subtract.outer(np.arange(side), np.arange(side)))
    within = weights[reach + np.minimum(distance, reach)]
    matrix: Array = np.where(distance <= reach, within, 0).astype(dtype)
    matrix.setflags(write=False)
    return matrix


def corners(places: Array) -> tuple[Array, Array]:
    """Return the pixel up and to the left of each place, and how far beyond it the place is.

    Places out of the picture's reach become the nearest ones where there is only paper.

    Args:
        places: [B, side, 2, side].

    Returns:
        Whole numbers from −1 to ``side``, in the floating type of ``places``, and shares from
        0 up to 1; both [B, side, 2, side].
    """
    near = np.clip(places, -1, places.shape[1])
    corner = np.floor(near)
    return corner, np.subtract(near, corner, out=near)


def sample(images: Array, places: Array) -> Array:
    """Return what pictures show at places, weighed between the four pixels around each.

    Args:
        images: [B, side, side].
        places: [B, side, 2, side].

    Returns:
        [B, side, side]; 0, which is paper, for what is outside.
    """
    pictures, side = images.shape[:2]
    width = side + 2 * MARGIN
    padded = np.zeros((pictures, width, width), images.dtype)
    padded[:, MARGIN:-MARGIN, MARGIN:-MARGIN] = images
    flat = padded.ravel()
    corner, beyond = corners(places)
    first = _flat_indices(corner, width)
    down, across = beyond[:, :, 0], beyond[:, :, 1]
    # A mean of what is there, never a difference: it keeps all its digits where one side is small.
    upper = flat.take(first) * (1 - across) + flat[1:].take(first) * across
    lower = flat[width:].take(first) * (1 - across) + flat[width + 1 :].take(first) * across
    shown: Array = upper * (1 - down) + lower * down
    return shown


def _flat_indices(corner: Array, width: int) -> NDArray[np.intp]:
    """Where the pixels up and to the left are in the padded pictures, laid end to end."""
    within = (corner[:, :, 0] + MARGIN) * width + (corner[:, :, 1] + MARGIN)
    indices: NDArray[np.intp] = within.astype(np.intp)
    indices += (np.arange(len(corner)) * width**2)[:, None, None]
    return indices
