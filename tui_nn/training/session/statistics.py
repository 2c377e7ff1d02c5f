"""Statistics of the tensors of one moment, each worked out when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from tui_nn.nn.tensor import Array

T = TypeVar("T")
Histogram = tuple[NDArray[np.intp], NDArray[np.floating]]
"""How many elements are in each bin, and where the bins begin and the last one ends."""

_REACH = 3.0  # root mean squares to either side


class Statistics:
    """Norms and histograms of tensors that do not change: nothing is worked out twice."""

    def __init__(self, tensors: Mapping[str, Array], earlier: Statistics | None = None) -> None:
        """Make statistics of some tensors, by name.

        Args:
            tensors: The tensors.
            earlier: What is known of tensors of before, some of which may be the same arrays.
        """
        self._tensors = tensors
        self._known: dict[tuple[object, ...], Any] = {}
        if earlier is not None:
            before = earlier._tensors
            self._known = {
                key: value
                for key, value in earlier._known.copy().items()  # another thread may add to it
                if tensors.get(name := cast("str", key[0])) is before[name]
            }

    def norm(self, name: str) -> float:
        """Return ‖v‖ of a tensor."""
        return self._get((name, "norm"), norm)

    def histogram(self, name: str, bins: int) -> Histogram:
        """Count a tensor's finite elements in equal bins from the least to the greatest."""
        return self._get((name, "histogram", bins), lambda values: histogram(values, bins))

    def spread(self, name: str, bins: int) -> NDArray[np.intp]:
        """Count a tensor's finite elements in bins around 0, as ``spread`` does."""
        return self._get((name, "spread", bins), lambda values: spread(values, bins))

    def _get(self, key: tuple[object, ...], measure: Callable[[Array], T]) -> T:
        if key not in self._known:
            self._known[key] = measure(self._tensors[cast("str", key[0])])
        return cast("T", self._known[key])


def histogram(values: Array, bins: int) -> Histogram:
    """Count the finite elements of an array in equal bins from the least to the greatest."""
    finite = values[np.isfinite(values)]
    return np.histogram(finite, bins) if finite.size else (np.zeros(0, np.intp), np.zeros(0))


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
