"""A layer's numbers, or a neuron's, as a picture that grows with its room."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Offset
from textual.strip import Strip

from screens.forward.sizes import lines_of, zoom_that_fits
from screens.shapes.scale import Kind, Scale
from screens.widgets.array_rendering import render_array
from screens.widgets.cursor import Place
from screens.widgets.heatmap import Heatmap, Picture


class Grid(Heatmap):
    """A heatmap whose values grow by whole factors; dots stand for what is not computed yet.

    | key                     | does               |
    |-------------------------|--------------------|
    | arrows, `h` `j` `k` `l` | move the selection |
    """

    def __init__(self, *, show_legend: bool = False, id: str | None = None) -> None:
        """Make a picture without values.

        Args:
            show_legend: Whether there is a line with the range under it.
            id: The ID of the widget.
        """
        super().__init__(selectable=True, show_legend=show_legend, id=id)
        self.zoom = self.columns = self.lines = 0
        self.shape: Place = (0, 0)

    def fit(self, shape: Place, columns: int, lines: int, zoom: int | None = None) -> None:
        """Take as much room as a shape of values needs, and no more than there is.

        Args:
            shape: Rows and columns.
            columns: Columns of the screen that there are.
            lines: Lines that there are, without the legend.
            zoom: How large a value is; by default as large as there is room for.
        """
        across = shape[1]
        self.zoom = zoom_that_fits(shape, columns, lines) if zoom is None else zoom
        self.wide = self.zoom > 0
        self.columns = 2 * self.zoom * across or max(min(across, columns), 0)
        self.lines = max(min(lines_of(shape, self.zoom), lines), 0)
        self.styles.width = self.columns
        self.styles.height = self.lines + self.show_legend

    def show(
        self,
        values: NDArray[Any],
        kind: Kind = "signed",
        *,
        scale: Scale | None = None,
        caption: str = "",
    ) -> None:
        """Show values."""
        self.shape = values.shape[0], values.shape[1]
        super().show(values, kind, scale=scale, caption=caption)

    def wait(self, shape: Place) -> None:
        """Show that values of some shape are not computed yet."""
        is_other, self.shape = shape != self.shape, shape
        self.clear()
        if is_other:
            self.redraw()

    def watch_picture(self, old: Picture | None, new: Picture | None) -> None:  # noqa: ARG002
        """Draw the new values; the room for them is taken in ``fit``."""
        self.redraw()

    @property
    def extent(self) -> Place:
        """The rows and columns of the values, also of those to come."""
        return self.shape

    def draw(self, width: int, height: int) -> list[Strip]:
        """Return the values, or dots for those to come."""
        if self.picture is None:
            return self._dots(width, height - self.show_legend)
        if not self.zoom:
            is_line = self.shape[0] == 1 and self.shape[1] <= width
            return self._thick() if is_line else super().draw(width, height)
        strips = self._large()
        return [*strips, self._legend(width, self.shape)] if self.show_legend else strips

    def _large(self) -> list[Strip]:
        """Return each value in as many lines, and twice as many columns, as it is large."""
        assert self.picture is not None
        values = np.repeat(self.picture.values, self.zoom, axis=1)
        plain = render_array(values, self.picture.scale, self.look, wide=True)
        row, column = self.cursor or (-1, -1)
        mark = (row, column * self.zoom + self.zoom // 2) if self.cursor else None
        marked = render_array(values, self.picture.scale, self.look, cursor=mark, wide=True)
        middle = self.zoom // 2
        return [
            (marked if line == middle else plain)[at]
            for at in range(self.shape[0])
            for line in range(self.zoom)
        ]

    def _thick(self) -> list[Strip]:
        """Return a single row of values as whole cells."""
        assert self.picture is not None
        values = np.repeat(self.picture.values, 2, axis=0)
        return render_array(values, self.picture.scale, self.look, cursor=self.cursor)

    def _dots(self, width: int, height: int) -> list[Strip]:
        """Return a dot for each value to come, and the mark on the selected one."""
        cell, style = 2 * self.zoom or 1, self.style_of("heatmap--legend")
        dot = self.look.text("·")[0].ljust(cell)
        line = (dot * self.shape[1])[:width]
        strips = [Strip([Segment(line, style)])] * height
        if self.cursor:
            row, column = self.cursor
            y, x = row * self.zoom if self.zoom else row // 2, column * cell
            if y < height and x < len(line):
                mark = Segment("[]" if self.zoom else "^", Style(bold=True))
                parts = line[:x], line[x + len(mark.text) :]
                strips[y] = Strip([Segment(parts[0], style), mark, Segment(parts[1], style)])
        return strips

    def neighbour(self, place: Place, rows: int, columns: int) -> Place:
        """Return the value some places away."""
        if self.picture is None:
            return place[0] + rows, place[1] + columns
        return super().neighbour(place, rows, columns)

    def place_under(self, offset: Offset) -> Place | None:
        """Return the value under the mouse."""
        if self.zoom:
            return offset.y // self.zoom, offset.x // (2 * self.zoom)
        if self.picture is None or self.shape[0] == 1:
            return min(2 * offset.y, self.shape[0] - 1), offset.x
        return super().place_under(offset)
