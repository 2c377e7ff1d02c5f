"""A pen that marks pixels: how wide it is, and how softly its ink ends."""

from functools import cache

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

SIDE = 28
WIDTHS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0)  # pixels
SOFTNESSES = (0.0, 0.5, 1.0, 1.5, 2.0)  # pixels over which the ink fades
_HARD = 1e-6

Point = tuple[float, float]
"""A row and a column; whole numbers are the middles of pixels."""


class Pen(Struct, frozen=True):
    """What draws and rubs out.

    Attributes:
        width: Of a stroke, in pixels, measured where the ink is half as dark.
        softness: Over how many pixels the ink fades at a stroke's edge.
    """

    width: float = 2.0
    softness: float = 1.0

    def wider(self, steps: int) -> "Pen":
        """Return a pen some widths wider; of the widest, the narrowest."""
        return replace(self, width=_moved(WIDTHS, self.width, steps))

    def softer(self, steps: int) -> "Pen":
        """Return a pen with a softer edge; of the softest, the hard one."""
        return replace(self, softness=_moved(SOFTNESSES, self.softness, steps))

    def mark(self, start: Point, end: Point) -> NDArray[np.uint8]:
        """Return the ink of a straight stroke, uint8 [28, 28]."""
        edge = max(self.softness, _HARD)
        depth = (self.width / 2 - _distances(start, end)) / edge + 0.5
        mark: NDArray[np.uint8] = np.rint(255 * depth.clip(0, 1)).astype(np.uint8)
        return mark


def _moved(choices: tuple[float, ...], value: float, steps: int) -> float:
    return choices[(choices.index(value) + steps) % len(choices)]


def _distances(start: Point, end: Point) -> NDArray[np.float64]:
    """Return how far the middle of each pixel is from a segment."""
    places = _pixels() - np.array(start)[:, None, None]
    along = np.subtract(end, start)
    length = float(along @ along)
    share = np.tensordot(along, places, 1).clip(0, length) / length if length else np.zeros(1)
    away = places - along[:, None, None] * share
    distances: NDArray[np.float64] = np.sqrt((away**2).sum(axis=0))
    return distances


@cache
def _pixels() -> NDArray[np.float64]:
    return np.indices((SIDE, SIDE)).astype(np.float64)
