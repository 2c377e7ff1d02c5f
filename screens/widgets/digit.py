"""One image with a line under it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from numpy.typing import NDArray
from rich.segment import Segment
from textual.geometry import Size
from textual.reactive import var
from textual.strip import Strip

from screens.shapes.scale import Scale
from screens.widgets.drawn import Drawn, fit
from screens.widgets.paint import paint


@dataclass(frozen=True, eq=False)
class Image:
    """An image and the words under it.

    Attributes:
        pixels: Rows by columns, from paper to ink.
        caption: A line of text.
        scale: The range from paper to ink; by default 0 to 255 for whole numbers, else 0 to 1.
    """

    pixels: NDArray[Any]
    caption: str = ""
    scale: Scale | None = None

    @property
    def ink(self) -> Scale:
        """The range from paper to ink."""
        return self.scale or Scale("grey", 255.0 if self.pixels.dtype.kind in "iu" else 1.0)


class Digit(Drawn):
    """A handwritten digit: 28 by 28 pixels in 28 by 14 cells, and a caption.

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

    def wanted(self, room: Size) -> Size:
        """A column for each column of pixels, a line for two rows, and one for the caption."""
        return _size(self.image) or room

    def draw(self, width: int, height: int) -> list[Strip]:
        """The image, then the caption."""
        if self.image is None:
            return []
        caption = fit(self.look.text(self.image.caption), width)
        strips = paint(self.image.pixels, self.image.ink, self.look)
        return [*strips, Strip([Segment(caption, self.part("digit--caption"))])][:height]


def _size(image: Image | None) -> Size:
    if image is None:
        return Size(28, 15)
    rows, columns = image.pixels.shape
    return Size(columns, (rows + 1) // 2 + 1)
