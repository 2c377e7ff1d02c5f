"""Pieces of ink that hang together."""

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.drawing.strokes import dilated

_GAP = 0.02  # of the longer side: strokes of one digit that nearly touch are one piece


def largest_piece(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture with the largest piece of its ink alone.

    Args:
        ink: 0 or 255.
    """
    labels = pieces(dilated(ink > 0, max(ink.shape) * _GAP / 2))
    labels[ink == 0] = 0
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    return np.where(labels == sizes.argmax(), ink, np.uint8(0)) if sizes.any() else ink


def pieces(mask: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the number of the piece that each pixel belongs to, from 1; 0 where there is none.

    Pixels hang together across their edges and corners. Runs of a row are joined with those that
    they touch in the row before.
    """
    labels = np.zeros(mask.shape, np.intp)
    parent = [0]
    before: list[tuple[int, int, int]] = []
    for row, line in enumerate(mask):
        edges = np.flatnonzero(np.diff(np.pad(line.astype(np.int8), 1)))
        runs = []
        for start, end in edges.reshape(-1, 2).tolist():
            touching = [_root(parent, name) for a, b, name in before if a <= end and b >= start]
            if touching:
                name = min(touching)
                for other in touching:
                    parent[other] = name
            else:
                name = len(parent)
                parent.append(name)
            labels[row, start:end] = name
            runs.append((start, end, name))
        before = runs
    return np.array([_root(parent, name) for name in range(len(parent))])[labels]


def _root(parent: list[int], name: int) -> int:
    while parent[name] != name:
        name = parent[name]
    return name
