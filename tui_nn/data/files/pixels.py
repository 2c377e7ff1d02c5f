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
        self._pieces: list[NDArray[np.uint8]] = []
        self._open: list[int] = []  # which pieces are of 0 and 1 alone, of either scale
        self._is_unit = False
        self._top = 0.0  # the largest pixel of the other pieces

    def add(self, values: NDArray[Any]) -> None:
        """Add pixels, [N, pixels].

        Raises:
            PixelError: They are of no known scale, or of another than those before.
        """
        values = np.ascontiguousarray(values).reshape(len(values), -1)
        low, high = float(values.min(initial=0)), float(values.max(initial=0))
        _check(low, high)
        fractions = values.dtype.kind == "f" and bool((values != np.floor(values)).any())
        if fractions and high <= 1:
            self._is_unit = True
            values = np.rint(values * 255)
        else:
            if high <= 1:
                self._open.append(len(self._pieces))
            else:
                self._top = max(self._top, high)
            values = np.rint(values) if fractions else values
        self._pieces.append(values.astype(np.uint8, copy=False))
        if self._is_unit and self._top:
            raise PixelError(f"some pixels are fractions of 1, others go to {self._top:g}")

    def finish(self) -> tuple[NDArray[np.uint8], str]:
        """Return uint8 [N, pixels], and what their scale was if it was another than 0 to 255."""
        is_unit = self._is_unit or not self._top
        if is_unit:
            for piece in self._open:
                self._pieces[piece] = self._pieces[piece] * np.uint8(255)
        every = self._joined()
        if is_unit:
            return every, "pixels from 0 to 1" if every.any() else ""
        if self._top <= SIXTEEN:
            np.rint(every * np.float32(255 / SIXTEEN), out=every, casting="unsafe")
            return every, f"pixels from 0 to {SIXTEEN}"
        return every, ""

    def _joined(self) -> NDArray[np.uint8]:
        if len(self._pieces) == 1:
            return self._pieces[0]
        shape = sum(map(len, self._pieces)), self._pieces[0].shape[1]
        every, end = np.empty(shape, np.uint8), shape[0]
        while self._pieces:  # each is freed as it is copied
            piece = self._pieces.pop()
            every[end - len(piece) : end] = piece
            end -= len(piece)
        return every


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
