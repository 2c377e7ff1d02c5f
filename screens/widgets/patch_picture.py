"""A picture with a lit rectangle: its edges in brackets, so that it is seen without colours too."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.reactive import var
from textual.strip import Strip

from screens.shapes.patch import Patch, shown_words
from screens.shapes.ramp import ramp
from screens.widgets.array_rendering import render_array
from screens.widgets.cell_styles import REVERSE, cursor_style, wide_cell
from screens.widgets.line_widget import LineWidget, make_strip


class PatchPicture(LineWidget):
    """A value takes two columns; of what has no room, the part around what is lit is drawn.

    A picture in which nothing is lit is drawn smaller instead, two values to a cell.
    """

    DEFAULT_CSS = "PatchPicture { width: 1fr; height: 1fr; }"

    patch: var[Patch | None] = var(None, init=False)

    def show(self, patch: Patch | None) -> None:
        """Show a picture, or nothing."""
        self.patch = patch

    def watch_patch(self) -> None:
        """Draw the new picture."""
        self.redraw()

    def preferred_size(self, room: Size) -> Size:
        """Return the size of the whole picture."""
        rows, columns = self.patch.shape if self.patch else (0, 0)
        return Size(min(2 * columns, room.width), rows)

    def draw(self, width: int, height: int) -> list[Strip]:
        """Return the picture, with which part of it that is where there is no room for all."""
        patch = self.patch
        if patch is None or width < 2 or height < 1:
            return []
        rows, columns = patch.shape
        fits = rows <= height and 2 * columns <= width
        if not fits and patch.lit is None and (rows + 1) // 2 <= height and columns <= width:
            return self._small(patch)
        lines = height if fits else height - 1
        part = patch.shown(lines, width // 2)
        words = shown_words(part, patch.shape, width)
        drawn = [self._line(patch, y, part[1]) for y in range(rows)[part[0]]]
        return [*drawn, make_strip((self.look.text(words)[:width], None))] if words else drawn

    def _small(self, patch: Patch) -> list[Strip]:
        values = patch.values
        if patch.known is not None:
            values = values * patch.known
        return render_array(values, patch.scale, self.look, cursor=patch.mark)

    def _line(self, patch: Patch, y: int, columns: slice) -> Strip:
        levels = patch.scale.levels(patch.values[y], ramp(patch.scale.kind, self.look).steps)
        cells = range(len(levels))[columns]
        return Strip([self._cell(patch, int(levels[x]), y, x) for x in cells])

    def _cell(self, patch: Patch, level: int, y: int, x: int) -> Segment:
        look = self.look
        if patch.known is not None and not patch.known[y, x]:
            return Segment(look.text("·") + " ", Style(dim=True))
        glyphs, style = wide_cell(level, patch.scale.kind, look)
        left, right = glyphs[0], glyphs[1]
        if patch.lit is not None:
            top, first, bottom, last = patch.lit
            if top <= y <= bottom and first <= x <= last:
                left, right = "[" if x == first else left, "]" if x == last else right
                style += Style(bold=True)
        if (y, x) == patch.mark:
            style = cursor_style(look) if look.has_blocks else REVERSE
            if patch.lit is None:
                left, right = "[", "]"
            else:
                left, right = ("*", right) if right == "]" else (left, "*")
        return Segment(left + right, style)
