"""Many images in a grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip

from screens.shapes.scale import Scale
from screens.widgets.drawn import JUMPS, MOVES, DrawnScroll
from screens.widgets.paint import halve, paint

_ENOUGH = 12


@dataclass(frozen=True, eq=False)
class Images:
    """What a gallery shows.

    Attributes:
        pixels: Images by rows by columns.
        captions: A short line for each, or none at all.
        empty: What it says when there are none.
    """

    pixels: NDArray[Any]
    captions: Sequence[str] = ()
    empty: str = "no images"

    def __len__(self) -> int:
        return len(self.pixels)


class Gallery(DrawnScroll, can_focus=True):
    """A scrolling grid of images with captions; only what is visible is drawn.

    | component class      | what it styles                |
    |----------------------|-------------------------------|
    | `gallery--caption`   | the line under an image       |
    | `gallery--cursor`    | that of the selected image    |

    | key                                | does               |
    |------------------------------------|--------------------|
    | arrows, `h` `j` `k` `l`, `home`, `end`, `pageup`, `pagedown` | move the selection |
    | `enter`, or a second click         | choose the image   |
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"gallery--caption", "gallery--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [
        *MOVES,
        *JUMPS,
        Binding(
            "enter", "choose", "open image", key_display="enter", tooltip="Open the selected image"
        ),
    ]
    DEFAULT_CSS = """
    Gallery { overflow-x: hidden; }
    Gallery .gallery--caption { color: $text-muted; }
    Gallery .gallery--cursor { text-style: reverse bold; }
    """

    images: var[Images | None] = var(None, init=False)
    index: var[int] = var(0, init=False)

    class Highlighted(Message):
        """The selection moved to another image, by key or mouse."""

        def __init__(self, gallery: Gallery, index: int) -> None:
            super().__init__()
            self.gallery = gallery
            self.index = index

        @property
        def control(self) -> Gallery:
            """The gallery."""
            return self.gallery

    class Chosen(Highlighted):
        """An image was chosen by `enter` or a second click."""

    def __init__(
        self, *, compact: bool | None = None, id: str | None = None, classes: str | None = None
    ) -> None:
        """Make a gallery.

        Args:
            compact: Images at half their size; by default where neither all of them nor a
                dozen would be seen at once.
            id: The ID of the widget.
            classes: Its CSS classes.
        """
        super().__init__(id=id, classes=classes)
        self._compact = compact
        self._painted: dict[tuple[int, bool], list[Strip]] = {}

    def show(
        self,
        pixels: NDArray[Any],
        captions: Sequence[str] = (),
        *,
        index: int = 0,
        empty: str = "no images",
    ) -> None:
        """Show images, with one of them selected."""
        self.images = Images(pixels, captions, empty)
        self.set_reactive(Gallery.index, min(max(index, 0), max(len(pixels) - 1, 0)))
        self._arrange()

    def watch_images(self) -> None:
        """Forget the old images."""
        self._painted.clear()
        self._arrange()

    def validate_index(self, index: int) -> int:
        """Keep the selection inside."""
        return min(max(index, 0), max(self._count - 1, 0))

    def watch_index(self) -> None:
        """Show the selected image."""
        self._reveal_index()
        self.redraw()

    @property
    def compact(self) -> bool:
        """Whether images are shown at half their size."""
        if self._compact is not None:
            return self._compact
        cell = self._cell_of(compact=False)
        seen = (self.size.width + 1) // cell.width * (self.size.height // cell.height)
        return seen < min(self._count, _ENOUGH)

    @property
    def _count(self) -> int:
        return 0 if self.images is None else len(self.images)

    @property
    def _cell(self) -> Size:
        """The room of an image with its caption and gap."""
        return self._cell_of(compact=self.compact)

    def _cell_of(self, *, compact: bool) -> Size:
        rows, columns = self.images.pixels.shape[1:] if self.images is not None else (28, 28)
        if compact:
            rows, columns = rows // 2, columns // 2
        return Size(columns + 1, (rows + 1) // 2 + 1)

    @property
    def _per_row(self) -> int:
        return max(1, (self.size.width + 1) // self._cell.width)

    def _arrange(self) -> None:
        """Work out the height of all rows."""
        rows = -(-self._count // self._per_row)
        self.virtual_size = Size(self.size.width, rows * self._cell.height)
        self._lines = None
        self._reveal_index()
        self.refresh()

    def on_resize(self) -> None:
        """Another number of images fits in a row."""
        self._arrange()

    def notify_style_update(self) -> None:
        """Paint the images again, since the look may have changed."""
        self._painted = {}
        super().notify_style_update()

    def _reveal_index(self) -> None:
        if self._count:
            row, cell = self.index // self._per_row, self._cell
            self.reveal(Region(0, row * cell.height, 1, cell.height))

    def draw(self, width: int, height: int) -> list[Strip]:
        """The visible lines of the visible images."""
        if not self._count:
            words = self.look.text(self.images.empty) if self.images is not None else ""
            return [Strip([Segment(words[:width])])]
        cell_height, top = self._cell.height, round(self.scroll_offset.y)
        rows = {y // cell_height for y in range(top, top + height)}
        drawn = {row: self._row(row) for row in rows}
        return [drawn[y // cell_height][y % cell_height] for y in range(top, top + height)]

    def _row(self, row: int) -> list[Strip]:
        """The lines of a row of images."""
        first = row * self._per_row
        images = [self._image(i) for i in range(first, min(first + self._per_row, self._count))]
        return [Strip.join(strips) for strips in zip(*images, strict=True)] or (
            [Strip([])] * self._cell.height
        )

    def _image(self, index: int) -> list[Strip]:
        """The lines of one image and its caption, each with a gap after it."""
        assert self.images is not None
        key = index, self.compact
        if key not in self._painted:
            if len(self._painted) > 2000:
                self._painted.clear()
            pixels = np.asarray(self.images.pixels[index])
            scale = Scale("grey", 255.0 if pixels.dtype.kind in "iu" else 1.0)
            gap = Strip([Segment(" ")], 1)
            strips = paint(halve(pixels) if self.compact else pixels, scale, self.look)
            self._painted[key] = [Strip.join([strip, gap]) for strip in strips]
        return [*self._painted[key], self._caption(index)]

    def _caption(self, index: int) -> Strip:
        """The line under an image; the selected one is reversed and pointed at."""
        assert self.images is not None
        text = self.images.captions[index] if index < len(self.images.captions) else ""
        width, selected = self._cell.width - 1, index == self.index
        text = self.look.text(f"▸{text}" if selected else text)[:width].ljust(width)
        style = self.part("gallery--cursor" if selected else "gallery--caption")
        return Strip([Segment(text, style), Segment(" ")], width + 1)

    def _highlight(self, index: int) -> None:
        before, self.index = self.index, index
        if self.index != before:
            self.post_message(self.Highlighted(self, self.index))

    def action_move(self, rows: int, columns: int) -> None:
        """Move the selection; down into a shorter last row, too, but not past it."""
        index = self.index + rows * self._per_row + columns
        if rows > 0 and self.index // self._per_row < (self._count - 1) // self._per_row:
            index = min(index, self._count - 1)
        if 0 <= index < self._count:
            self._highlight(index)

    def action_jump(self, to: str) -> None:
        """Select the first or the last image."""
        self._highlight(0 if to == "first" else self._count - 1)

    def action_page(self, pages: int) -> None:
        """Move the selection by a screenful."""
        rows = max(1, self.size.height // self._cell.height)
        self._highlight(self.index + pages * rows * self._per_row)

    def action_choose(self) -> None:
        """Choose the selected image."""
        if self._count:
            self.post_message(self.Chosen(self, self.index))

    def on_click(self, event: Click) -> None:
        """Select an image, or choose it if it already was."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        x, y = offset + self.scroll_offset
        column, row = x // self._cell.width, y // self._cell.height
        index = row * self._per_row + column
        if column < self._per_row and index < self._count:
            if index == self.index and event.chain > 1:
                self.action_choose()
            else:
                self._highlight(index)
