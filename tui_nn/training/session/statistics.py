"""Statistics of the tensors of one moment, each worked out when it is first asked for."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tui_nn.nn.tensor import Array

Histogram = tuple[NDArray[np.intp], NDArray[np.floating]]
"""How many elements are in each bin, and where the bins begin and the last one ends."""

_REACH = 3.0  # root mean squares to either side


class Statistics:
    """Norms and histograms of tensors that do not change: nothing is worked out twice."""

    def __init__(self, tensors: Mapping[str, Array]) -> None:
        """Make statistics of some tensors, by name."""
        self._tensors = tensors
        self._norms: dict[str, float] = {}
        self._histograms: dict[tuple[str, int], Histogram] = {}
        self._spreads: dict[tuple[str, int], NDArray[np.intp]] = {}

    def norm(self, name: str) -> float:
        """Return ‖v‖ of a tensor."""
        if name not in self._norms:
            self._norms[name] = norm(self._tensors[name])
        return self._norms[name]

    def histogram(self, name: str, bins: int) -> Histogram:
        """Count a tensor's finite elements in equal bins from the least to the greatest."""
        key = (name, bins)
        if key not in self._histograms:
            values = self._tensors[name]
            finite = values[np.isfinite(values)]
            nothing = np.zeros(0, np.intp), np.zeros(0)
            self._histograms[key] = np.histogram(finite, bins) if finite.size else nothing
        return self._histograms[key]

    def spread(self, name: str, bins: int) -> NDArray[np.intp]:
        """Count a tensor's finite elements in bins around 0, as ``spread`` does."""
        key = (name, bins)
        if key not in self._spreads:
            self._spreads[key] = spread(self._tensors[name], bins)
        return self._spreads[key]


def norm(values: Array) -> float:
    """Return ‖v‖, the root of the sum of squares, in float64."""
    with np.errstate(all="ignore"):
        return float(np.linalg.norm(values.astype(np.float64)))


def spread(values: Array, bins: int) -> NDArray[np.intp]:
    """Count the finite elements of an array in bins around 0.

    The bins reach three times the root mean square to either side, and the outer ones hold what
    is beyond: one element that is far out does not push all others into the middle.
    """
    finite = values[np.isfinite(values)]
    reach = _REACH * norm(finite) / max(finite.size, 1) ** 0.5
    if not reach:
        return np.bincount([bins // 2] * finite.size, minlength=bins)
    places = (finite / reach + 1) * (bins / 2)
    return np.bincount(np.clip(places, 0, bins - 1).astype(np.intp), minlength=bins)
