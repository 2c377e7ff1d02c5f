"""The samples that are most like a digit: nearest by Euclidean distance of their pixels."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import Split

_CHUNK = 2000  # samples; as float32 they fit the cache of a processor, and Python waits for none


class Similar(NamedTuple):
    """The samples nearest to a digit, the nearest first.

    Attributes:
        indices: Which samples of the split.
        distances: How far each is, with pixels from 0 to 1.
        images: The samples.
        labels: What they show.
    """

    indices: NDArray[np.intp]
    distances: NDArray[np.float64]
    images: NDArray[Any]
    labels: NDArray[np.uint8]


def most_similar(sample: NDArray[np.uint8], split: Split, count: int) -> Similar:
    """Return the samples of a split that are nearest to one.

    Args:
        sample: As the split's own are.
        split: Where to look.
        count: How many to find.
    """
    images, flat = split.images, sample.ravel().astype(np.float32)
    squares = np.empty(len(images), np.float32)
    for start in range(0, len(images), _CHUNK):
        away = images[start : start + _CHUNK].reshape(-1, flat.size) - flat
        squares[start : start + _CHUNK] = np.einsum("ij,ij->i", away, away)
    count = min(count, len(squares))
    nearest = np.argpartition(squares, count - 1)[:count]
    nearest = nearest[np.argsort(squares[nearest], kind="stable")]
    distances = np.sqrt(squares[nearest].astype(np.float64)) / 255
    return Similar(nearest, distances, images[nearest], split.labels[nearest])
