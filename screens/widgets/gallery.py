"""Many images in a grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip

from screens.shapes.blocks import halve
from screens.shapes.images import Images
from screens.shapes.scale import Scale
from screens.widgets.array_rendering import render_array
from screens.widgets.cursor import ARROWS, JUMPS, Cursor, Place
from screens.widgets.line_widget import ScrollingLineWidget

_ENOUGH = 12


class Gallery(ScrollingLineWidget, Cursor, can_focus=True):
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
        *ARROWS,
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

    @dataclass
    class Highlighted(Message):
        """The selection moved to another image, by key or mouse."""

        gallery: Gallery
        images: Images | None
        index: int

        @property
        def is_late(self) -> bool:
            """Whether the gallery shows other images by now, of which the index says nothing."""
            return self.images is not self.gallery.images

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
        scale: Scale | None = None,
    ) -> None:
        """Show images, with one of them selected."""
        self.images = Images(pixels, captions, empty, scale)
        self.set_reactive(Gallery.place, (index, 0))
        self._arrange()

    def watch_images(self) -> None:
        """Forget the old images."""
        self._painted.clear()
        self._arrange()

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

    @property
    def _can_halve(self) -> bool:
        """Whether half an image still shows something, and has room for its caption."""
        return self.images is None or self.images.room[1] == self.images.pixels.shape[2]

    def _cell_of(self, *, compact: bool) -> Size:
        rows, columns = self.images.room if self.images is not None else (28, 28)
        if compact and self._can_halve:
            rows, columns = rows // 2, columns // 2
        return Size(columns + 1, (rows + 1) // 2 + 1)

    @property
    def _per_row(self) -> int:
        return max(1, (self.size.width + 1) // self._cell.width)

    def _arrange(self) -> None:
        """Work out the height of all rows."""
        rows = -(-self._count // self._per_row)
        layout = self.hold(Size(self.size.width, rows * self._cell.height))
        self._lines = None
        self.reveal_cursor()
        self.refresh(layout=layout)

    def on_resize(self) -> None:
        """Another number of images fits in a row."""
        self._arrange()

    def notify_style_update(self) -> None:
        """Paint the images again, since the look may have changed."""
        self._painted = {}
        super().notify_style_update()

    def reveal_cursor(self) -> None:
        """Scroll to the selected image."""
        if self._count:
            row, cell = self.index // self._per_row, self._cell
            self.reveal(Region(0, row * cell.height, 1, cell.height))

    def draw(self, width: int, height: int) -> list[Strip]:
        """Return the visible lines of the visible images."""
        if not self._count:
            words = self.look.text(self.images.empty) if self.images is not None else ""
            return [Strip([Segment(words[:width])])]
        cell_height, top = self._cell.height, round(self.scroll_offset.y)
        rows = {y // cell_height for y in range(top, top + height)}
        drawn = {row: self._row(row) for row in rows}
        return [drawn[y // cell_height][y % cell_height] for y in range(top, top + height)]

    def _row(self, row: int) -> list[Strip]:
        """Return the lines of a row of images."""
        first = row * self._per_row
        images = [self._image(i) for i in range(first, min(first + self._per_row, self._count))]
        return [Strip.join(strips) for strips in zip(*images, strict=True)] or (
            [Strip([])] * self._cell.height
        )

    def _image(self, index: int) -> list[Strip]:
        """Return the lines of one image and its caption, each with a gap after it."""
        assert self.images is not None
        key = index, self.compact
        if key not in self._painted:
            if len(self._painted) > 2000:
                self._painted.clear()
            pixels = np.asarray(self.images.pixels[index])
            shown = halve(pixels) if self.compact and self._can_halve else pixels
            strips = render_array(shown, self.images.ink, self.look)
            beside = self._cell.width - shown.shape[1]
            gap = Strip([Segment(" " * beside)], beside)
            self._painted[key] = [Strip.join([strip, gap]) for strip in strips]
        return [*self._painted[key], self._caption(index)]

    def _caption(self, index: int) -> Strip:
        """Return the line under an image; the selected one is reversed and pointed at."""
        assert self.images is not None
        text = self.images.captions[index] if index < len(self.images.captions) else ""
        width, selected = self._cell.width - 1, index == self.index
        text = self.look.text(f"▸{text}" if selected else text)[:width].ljust(width)
        style = self.style_of("gallery--cursor" if selected else "gallery--caption")
        return Strip([Segment(text, style), Segment(" ")], width + 1)

    # The cursor's rows are the images; on the screen they stand side by side.

    @property
    def extent(self) -> Place:
        """A row for each image."""
        return self._count, 1

    def neighbour(self, place: Place, rows: int, columns: int) -> Place:
        """Return the image some rows and columns away, or the last one if that row is shorter."""
        index, per_row = place[0], self._per_row
        row = min(max(index // per_row + rows, 0), (self._count - 1) // per_row)
        return min(row * per_row + index % per_row + columns, self._count - 1), 0

    def place_under(self, offset: Offset) -> Place | None:
        """Return the image under the mouse."""
        x, y = offset + self.scroll_offset
        column, row = x // self._cell.width, y // self._cell.height
        return (row * self._per_row + column, 0) if column < self._per_row else None

    def selected_message(self, place: Place) -> Message:
        """Report the image."""
        return self.Highlighted(self, self.images, place[0])

    @property
    def page_rows(self) -> int:
        """The rows of images that are seen at once."""
        return self.size.height // self._cell.height

    def action_choose(self) -> None:
        """Choose the selected image."""
        if self._count:
            self.post_message(self.Chosen(self, self.images, self.index))
