"""From a number to one of a few levels.

About sixteen levels are enough for the eye, and equal neighbours then merge into one run of
cells, which makes a frame five times smaller.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Kind = Literal["grey", "signed", "sequential"]
"""grey: ink on paper. signed: blue negative, orange positive. sequential: one hue from zero."""

Levels = NDArray[np.int8]
BAD = 127
"""The level of a value that is not finite."""

# Magnitudes are raised to this power first, so that small values stay visible beside large ones.
_POWER: dict[Kind, float] = {"grey": 1.0, "signed": 0.4, "sequential": 0.5}


class Scale(Struct, frozen=True):
    """A range of values and the way it is coloured.

    Attributes:
        kind: The family of colours.
        limit: The value of the last level (for `signed`, of both last levels); 0 if all are 0.
        low: The value of level 0 of `grey` and `sequential`; `signed` has zero there.
        one_sided: Whether nothing is below zero, so that a legend needs only what is above.
    """

    kind: Kind
    limit: float = 1.0
    low: float = 0.0
    one_sided: bool = False

    @classmethod
    def fit(cls, values: NDArray[Any], kind: Kind = "signed") -> Scale:
        """Return the smallest scale that holds all finite values of an array."""
        finite = values[np.isfinite(values)]
        top = float(np.abs(finite).max()) if finite.size else 1.0
        low = float(finite.min()) if kind == "grey" and finite.size else 0.0
        one_sided = kind == "signed" and bool(finite.size) and bool((finite >= 0).all())
        return cls(kind, top, min(low, 0.0), one_sided)

    def levels(self, values: NDArray[Any], steps: int) -> Levels:
        """Return the level of each value: 0 to `steps`, or -`steps` to `steps` if signed."""
        low = 0.0 if self.kind == "signed" else self.low
        span = (self.limit - low) or 1.0
        with np.errstate(invalid="ignore", over="ignore"):
            share = (np.asarray(values, dtype=np.float64) - low) / span
            share = np.clip(share, -1.0 if self.kind == "signed" else 0.0, 1.0)
            share = np.sign(share) * np.abs(share) ** _POWER[self.kind]
        levels = np.rint(np.nan_to_num(share) * steps).astype(np.int8)
        levels[~np.isfinite(values)] = BAD
        return levels
