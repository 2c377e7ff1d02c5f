"""Images in grey: one with a caption, or many of one size."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from numpy.typing import NDArray

from screens.shapes.scale import Scale

_CAPTION = 14  # columns of an image under which captions are cut
_SEEN = 50  # captions that are measured


class Image(Struct, frozen=True, eq=False):
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
        return self.scale or ink_scale(self.pixels)


class Images(Struct, frozen=True, eq=False):
    """Images of one size, each with a caption.

    Attributes:
        pixels: Images by rows by columns.
        captions: A short line for each, or none at all.
        empty: What it says when there are none.
        scale: The range of the values; by default from paper to ink.
    """

    pixels: NDArray[Any]
    captions: Sequence[str] = ()
    empty: str = "no images"
    scale: Scale | None = None

    @property
    def ink(self) -> Scale:
        """The range of the values."""
        return self.scale or ink_scale(self.pixels)

    @property
    def room(self) -> tuple[int, int]:
        """Rows and columns of an image; of a small one, the columns that its caption takes."""
        rows, columns = self.pixels.shape[1:]
        if columns >= _CAPTION:
            return rows, columns
        longest = max(map(len, self.captions[:_SEEN]), default=0)
        return rows, max(columns, longest + 2)

    def __len__(self) -> int:
        return len(self.pixels)


def ink_scale(pixels: NDArray[Any]) -> Scale:
    """Return the range from paper to ink: 0 to 255 for whole numbers, else 0 to 1."""
    return Scale("grey", 255.0 if pixels.dtype.kind in "iu" else 1.0)
