"""Pixels of whichever scale, as bytes: 0 is paper, 255 is ink."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

SIXTEEN = 16  # the scale of the 8×8 digits that UCI and scikit-learn hand out
_TWICE = 1 / 255  # the most that is left of pixels that were divided by 255 twice


class PixelError(ValueError):
    """Pixels that are of no known scale. Its text says what was found."""


class PixelCollector:
    """Takes pixels piece by piece, so that a file need not be in memory as floats."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._bytes = bytearray()
        self._whole_to_one: list[slice] = []  # pieces of 0 and 1 alone, whose scale is still open
        self._is_unit = False
        self._top = 0.0  # the largest pixel outside of such pieces

    def add(self, values: NDArray[Any]) -> None:
        """Add pixels.

        Raises:
            PixelError: They are of no known scale, or of another than those before.
        """
        if not values.size:
            return
        low, high = float(values.min()), float(values.max())
        _check(low, high)
        start = len(self._bytes)
        fractions = values.dtype.kind == "f" and bool((values != np.floor(values)).any())
        if fractions and high <= 1:
            self._is_unit = True
            pixels = np.rint(values * 255).astype(np.uint8)
        else:
            pixels = (np.rint(values) if fractions else values).astype(np.uint8, copy=False)
        self._bytes += np.ascontiguousarray(pixels).data.cast("B")
        if high > 1:
            self._top = max(self._top, high)
        elif not fractions:
            self._whole_to_one.append(slice(start, len(self._bytes)))
        if self._is_unit and self._top:
            raise PixelError(f"some pixels are fractions of 1, others go to {self._top:g}")

    def finish(self, pixels: int) -> tuple[NDArray[np.uint8], str]:
        """Return uint8 [N, pixels], and what was done to their scale, or ""."""
        every = np.frombuffer(self._bytes, np.uint8)
        if self._is_unit or not self._top:
            for piece in self._whole_to_one:
                every[piece] *= 255
            changed = "pixels from 0 to 1" if every.any() else ""
        elif self._top <= SIXTEEN:
            np.rint(every * (255 / SIXTEEN), out=every, casting="unsafe")
            changed = f"pixels from 0 to {SIXTEEN}"
        else:
            changed = ""
        return every.reshape(-1, pixels), changed


def _check(low: float, high: float) -> None:
    if not (np.isfinite(low) and np.isfinite(high)):
        raise PixelError("a pixel is not a finite number")
    expected = "expected 0 to 255, or 0 to 1"
    if low < 0:
        how = "(x + 1) / 2 makes that" if (low, high) == (-1, 1) else "are they standardised?"
        raise PixelError(f"pixels from {low:.3g} to {high:.3g}; {expected}; {how}")
    if high > 255:
        raise PixelError(f"pixels up to {high:g}; {expected}")
    if 0 < high <= _TWICE * 1.001:
        raise PixelError(f"pixels up to {high:.3g}; {expected}; were they divided by 255 twice?")
