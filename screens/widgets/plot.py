"""Curves, drawn in characters by plotext and kept line by line."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.reactive import var
from textual.strip import Strip

from screens.shapes.axes import fit_limits
from screens.shapes.curves import Curves, Limits
from screens.widgets.curve_tones import TONES, marker_of, marker_sample, tone_of, tone_style
from screens.widgets.line_widget import LineWidget, make_strip
from screens.widgets.plotext_rendering import (
    CURSOR,
    FAINT,
    FIRST_TONE,
    FRAME,
    render_curves,
    split_parts,
)


class Plot(LineWidget):
    """Curves over an axis, with a legend; only lines that changed are sent.

    The limits of both axes are round numbers and grow only when a curve leaves them.

    | component class   | what it styles                         |
    |-------------------|----------------------------------------|
    | `plot--title`     | the title                              |
    | `plot--frame`     | axes and their labels                  |
    | `plot--faint`     | series that are faint                  |
    | `plot--cursor`    | the vertical line                      |
    | `plot--empty`     | what is said when there is nothing     |
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "plot--title",
        "plot--frame",
        "plot--faint",
        "plot--cursor",
        "plot--empty",
    }
    DEFAULT_CSS = """
    Plot { width: 1fr; height: 1fr; min-height: 5; }
    Plot .plot--title { text-style: bold; }
    Plot .plot--frame { color: $text-muted; }
    Plot .plot--faint { color: $text-disabled; }
    Plot .plot--cursor { color: $text; }
    Plot .plot--empty { color: $text-muted; }
    """

    curves: var[Curves] = var(Curves, init=False)

    def __init__(
        self, curves: Curves | None = None, *, id: str | None = None, classes: str | None = None
    ) -> None:
        """Make a plot, by default of nothing."""
        super().__init__(id=id, classes=classes)
        self._limits: tuple[Limits | None, Limits | None] = (None, None)
        if curves is not None:
            self.set_reactive(Plot.curves, curves)

    def show(self, curves: Curves) -> None:
        """Show curves."""
        self.curves = curves

    def show_on_new_axes(self, curves: Curves) -> None:
        """Show curves on axes that fit them, whatever was shown before."""
        self.set_reactive(Plot.curves, curves)
        self.reset_limits()

    def reset_limits(self) -> None:
        """Let the axes fit the data again, as for another run."""
        self._limits = (None, None)
        self.redraw()

    def watch_curves(self, old: Curves, new: Curves) -> None:
        """Draw the new curves; the limits start again if the axes are others."""
        if (old.title, old.log_y, old.y_label) != (new.title, new.log_y, new.y_label):
            self._limits = (None, None)
        self.redraw()

    def preferred_size(self, room: Size) -> Size:
        """Return a height at which a curve can be read."""
        return Size(room.width, 15)

    def draw(self, width: int, height: int) -> list[Strip]:
        """Return the title and legend, then the axes with the curves."""
        curves, look = self.curves, self.look
        if width < 12 or height < 4:
            title = look.text(curves.title)[:width]
            return [make_strip((title, self.style_of("plot--title")))][:height]
        if curves.is_empty:
            return self._nothing(width, height)
        self._limits = x, y = fit_limits(self._limits, curves)
        styles = {
            FAINT: self.style_of("plot--faint"),
            FRAME: self.style_of("plot--frame"),
            CURSOR: self.style_of("plot--cursor"),
        }
        styles |= {FIRST_TONE + tone: tone_style(tone, look) for tone in range(TONES)}
        text = render_curves(curves, width, height - 1, x, y, look)
        return [self._heading(width), *split_parts(text, styles)]

    def _nothing(self, width: int, height: int) -> list[Strip]:
        """Return the title and, in the middle, why there is no curve."""
        look, curves = self.look, self.curves
        words = curves.empty
        if curves.masked:
            words = f"nothing to draw: {curves.masked} values are not finite"
        words = look.text(words)[:width].center(width)
        lines = [self._heading(width)] + [Strip([])] * (height - 1)
        lines[height // 2] = make_strip((words, self.style_of("plot--empty")))
        return lines

    def _heading(self, width: int) -> Strip:
        """Return the title, the names of the curves, and how many values have no place."""
        curves, look = self.curves, self.look
        muted = self.style_of("plot--frame")
        title = self.style_of("plot--title") + Style(reverse=self.has_focus)
        pieces = [Segment(look.text(curves.title), title)]
        named = {one.name: number for number, one in reversed([*enumerate(curves.series)])}
        for number in sorted(named.values()):
            one = curves.series[number]
            if one.faint and one.tone is None:
                continue
            faint = self.style_of("plot--faint") if one.faint else None
            style = faint or tone_style(tone_of(one, number), look)
            pieces.append(Segment("  ", None))
            pieces.append(Segment(marker_sample(marker_of(one, number, look)), style))
            pieces.append(Segment(look.text(f" {one.name}"), None))
        if curves.masked:
            pieces.append(Segment(f"  ! {curves.masked} not finite", Style(bold=True)))
        if curves.y_label:
            pieces.append(Segment(look.text(f"  ({curves.y_label})"), muted))
        return Strip(piece for piece in pieces if piece.text).crop(0, width)
