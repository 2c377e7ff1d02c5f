"""One image with a caption."""

from __future__ import annotations

from typing import Any, ClassVar

from numpy.typing import NDArray
from rich.segment import Segment
from textual.geometry import Size
from textual.reactive import var
from textual.strip import Strip

from screens.shapes.images import Image
from screens.shapes.scale import Scale
from screens.widgets.array_rendering import render_array
from screens.widgets.line_widget import LineWidget, fit_text

_SIDE = 28  # columns that a caption may take where the image has fewer


class Digit(LineWidget):
    """A handwritten digit: two pixels in each cell, one over the other, and a caption.

    | component class   | what it styles      |
    |-------------------|---------------------|
    | `digit--caption`  | the line under it   |
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"digit--caption"}
    DEFAULT_CSS = """
    Digit { width: auto; height: auto; }
    Digit .digit--caption { color: $text-muted; }
    """

    image: var[Image | None] = var(None, init=False)

    def show(self, pixels: NDArray[Any], caption: str = "", *, scale: Scale | None = None) -> None:
        """Show an image."""
        self.image = Image(pixels, caption, scale)

    def clear(self) -> None:
        """Show nothing."""
        self.image = None

    def watch_image(self, old: Image | None, new: Image | None) -> None:
        """Draw the new image."""
        self.redraw(layout=_size(old) != _size(new))

    def preferred_size(self, room: Size) -> Size:
        """Return a column for each pixel, a line for each two rows, and one for the caption."""
        return _size(self.image) or room

    def draw(self, width: int, height: int) -> list[Strip]:
        """Return the image, then the caption."""
        if self.image is None:
            return []
        caption = fit_text(self.look.text(self.image.caption), width)
        strips = render_array(self.image.pixels, self.image.ink, self.look)
        return [*strips, Strip([Segment(caption, self.style_of("digit--caption"))])][:height]


def _size(image: Image | None) -> Size:
    if image is None:
        return Size(_SIDE, 15)
    rows, columns = image.pixels.shape
    return Size(max(columns, min(len(image.caption), _SIDE)), (rows + 1) // 2 + 1)
