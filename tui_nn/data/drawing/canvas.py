"""A sheet of 28×28 pixels to draw on, with every stroke undone and done again."""

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from tui_nn.data.drawing.pen import SIDE, Pen, Point

Ink = NDArray[np.uint8]
"""uint8 [28, 28]: 0 is paper, 255 is ink. Never changed in place: a stroke makes another one."""


def _paper() -> Ink:
    return np.zeros((SIDE, SIDE), np.uint8)


class Canvas(Struct):
    """What was drawn, and what it was before each stroke.

    Attributes:
        pen: What draws, and rubs out.
        ink: The drawing.
    """

    pen: Pen = field(default_factory=Pen)
    ink: Ink = field(default_factory=_paper)
    _before: list[Ink] = field(default_factory=list)
    _undone: list[Ink] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is no ink on it."""
        return not self.ink.any()

    @property
    def can_undo(self) -> bool:
        """Whether there is a stroke to undo."""
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        """Whether there is a stroke to do again."""
        return bool(self._undone)

    def begin(self) -> None:
        """Begin a stroke: what follows, until the next one, is undone as a whole."""
        if not (self._before and self._before[-1] is self.ink):
            self._before.append(self.ink)

    def draw(self, start: Point, end: Point) -> None:
        """Go on with the stroke in a straight line."""
        self._become(np.maximum(self.ink, self.pen.mark(start, end)))

    def rub_out(self, start: Point, end: Point) -> None:
        """Rub out along a straight line."""
        self._become(np.minimum(self.ink, 255 - self.pen.mark(start, end)))

    def clear(self) -> None:
        """Begin with a new sheet."""
        self.put(_paper())

    def put(self, ink: Ink) -> None:
        """Put another drawing in its place, as one stroke."""
        self.begin()
        self._become(ink)

    def undo(self) -> None:
        """Take the last stroke back; strokes that changed nothing are none."""
        while self._before:
            before = self._before.pop()
            if before is not self.ink:
                self._undone.append(self.ink)
                self.ink = before
                return

    def redo(self) -> None:
        """Do the stroke again that was undone last."""
        if self._undone:
            self._before.append(self.ink)
            self.ink = self._undone.pop()

    def _become(self, ink: Ink) -> None:
        if not np.array_equal(ink, self.ink):
            self.ink = ink
            self._undone.clear()
