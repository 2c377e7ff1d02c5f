"""The light on a photo: whether paper or ink is the lighter, and shadows taken out."""

import numpy as np
from numpy.typing import NDArray

_BLOCKS = 12  # along the longer side: a block is larger than a stroke is wide
_PAPER = 0.3  # the quantile of a block's darkness that is paper, whatever is written there


def paper_is_light(grey: NDArray[np.uint8]) -> bool:
    """Return whether ink is darker than paper.

    Most of a picture is paper, and what stands out from it, once light that grows from one side to
    the other is taken out, is ink: so the differences are skewed towards it.
    """
    rows, columns = (np.linspace(-1, 1, length) for length in grey.shape)
    away = grey.astype(np.float64) - np.median(grey)
    across, down = away.mean(axis=0), away.mean(axis=1)
    for slope, places, axis in ((across, columns, 0), (down, rows, 1)):
        share = float(slope @ places) / max(float(places @ places), 1.0)
        away -= np.expand_dims(share * places, axis)
    return bool(((away - np.median(away)) ** 3).mean() <= 0)


def evened(dark: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture without its shadows: each pixel as dark as it is beside the paper there.

    Args:
        dark: Ink is high. Light multiplies what paper and ink reflect, so it is divided out.
    """
    height, width = dark.shape
    rows, columns = _counts(dark.shape)
    paper = np.quantile(_blocks(dark), _PAPER, axis=1).reshape(rows, columns)
    paper = _smooth(paper)
    paper = _stretched(paper, height, width)
    share = (dark - paper) / np.maximum(255 - paper, 1)
    even: NDArray[np.uint8] = np.rint(255 * share.clip(0, 1)).astype(np.uint8)
    return even


def _counts(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return how many blocks there are down and across."""
    side = max(1, max(shape) / _BLOCKS)
    return max(1, round(shape[0] / side)), max(1, round(shape[1] / side))


def _blocks(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture in blocks, [blocks, pixels of each]; some pixels may be in two of them."""
    counts = _counts(picture.shape)
    sides = [-(-length // count) for length, count in zip(picture.shape, counts, strict=True)]
    places = [
        np.linspace(0, length - 1, side * count).round().astype(int)
        for length, side, count in zip(picture.shape, sides, counts, strict=True)
    ]
    fitted = picture[np.ix_(*places)]
    parts = fitted.reshape(counts[0], sides[0], counts[1], sides[1]).swapaxes(1, 2)
    blocks: NDArray[np.uint8] = parts.reshape(counts[0] * counts[1], -1)
    return blocks


def _smooth(paper: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the median of each block and its neighbours, then their mean: a stroke is no paper."""
    for reduce in (np.median, np.mean):
        padded = np.pad(paper, 1, mode="edge")
        around = [
            padded[y : y + paper.shape[0], x : x + paper.shape[1]]
            for y in range(3)
            for x in range(3)
        ]
        paper = reduce(np.stack(around), axis=0)
    return paper


def _stretched(paper: NDArray[np.float64], height: int, width: int) -> NDArray[np.float64]:
    """Return values of blocks as a picture, linear between the middles of the blocks."""
    for axis, length in enumerate((height, width)):
        count = paper.shape[axis]
        middles = (np.arange(count) + 0.5) * length / count - 0.5
        at = np.interp(np.arange(length), middles, np.arange(count))
        low = np.minimum(at.astype(int), max(count - 2, 0))
        share = (at - low).reshape((-1, 1) if axis == 0 else (1, -1))
        high = np.minimum(low + 1, count - 1)
        paper = np.take(paper, low, axis) * (1 - share) + np.take(paper, high, axis) * share
    return paper
