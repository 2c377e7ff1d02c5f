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
from screens.widgets.curve_tones import TONES, series_sample, tone_of, tone_style
from screens.widgets.line_widget import LineWidget, make_strip
from screens.widgets.plotext_rendering import (
    ABOVE,
    BELOW,
    CURSOR,
    FAINT,
    FIRST_TONE,
    FRAME,
    last_height,
    outside,
    plain_text,
    render_curves,
    split_parts,
)

_ROOM_FOR_LABELS = 50  # columns of a plot that has labels at the ends of its curves


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
        self.columns = (0, 0)  # the first of the curves', and that after their last
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
        margin = _label_columns(curves, width)
        text = render_curves(curves, width - margin, height - 1, x, y, look)
        lines = split_parts(text, styles)
        first = plain_text(text[0])
        self.columns = (max(first.find("│"), first.find("┤")) + 1, width - margin)
        if margin:
            data_lines = next((at for at, row in enumerate(text) if "└" in row), len(text))
            self._label_ends(lines, data_lines, width - margin, y)
        return [self._heading(width, y), *lines]

    def _label_ends(self, lines: list[Strip], data_lines: int, at: int, y: Limits) -> None:
        """Write each curve's label beside its last point, none over another."""
        ends: dict[int, tuple[str, Style]] = {}
        for number, series in enumerate(self.curves.series):
            end = last_height(series, self.curves.log_y, y) if series.label else None
            if end is None:
                continue
            wanted = round((1 - end) * (data_lines - 1))
            free = [line for line in range(data_lines) if line not in ends]
            if free:
                nearest = min(free, key=lambda line: abs(line - wanted))
                ends[nearest] = (series.label, tone_style(tone_of(series, number), self.look))
        for line, (label, style) in ends.items():
            segment = Segment(f" {self.look.text(label)}", style)
            lines[line] = Strip([*lines[line].adjust_cell_length(at), segment])

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

    def _heading(self, width: int, y: Limits | None = None) -> Strip:
        """Return the title, the names of the curves, and how many values have no place."""
        curves, look = self.curves, self.look
        muted = self.style_of("plot--frame")
        title = self.style_of("plot--title") + Style(reverse=self.has_focus)
        pieces = [Segment(look.text(curves.title), title)]
        named = {one.name: number for number, one in reversed([*enumerate(curves.series)])}
        for number in sorted(named.values()):
            one = curves.series[number]
            if not one.name or (one.faint and one.tone is None and not one.dots):
                continue
            faint = self.style_of("plot--faint") if one.faint else None
            style = faint or tone_style(tone_of(one, number), look)
            pieces.append(Segment("  ", None))
            pieces.append(Segment(series_sample(one, number, look), style))
            pieces.append(Segment(look.text(f" {one.name}"), None))
        pieces += [Segment(look.text(words), Style(bold=True)) for words in self._missing(y)]
        if curves.y_label:
            pieces.append(Segment(look.text(f"  ({curves.y_label})"), muted))
        return Strip(piece for piece in pieces if piece.text).crop(0, width)

    def _missing(self, y: Limits | None) -> list[str]:
        """Return how many values are not drawn where they belong, in words."""
        curves = self.curves
        words = [f"  ! {curves.not_finite} not finite"] if curves.not_finite else []
        if y is None:
            return words
        counts = [outside(one, curves.log_y, y) for one in curves.series if not one.faint]
        above, below = (sum(side) for side in zip(*counts, strict=True)) if counts else (0, 0)
        words += [f"  {ABOVE} {above} above"] if above else []
        return words + ([f"  {BELOW} {below} below"] if below else [])


def _label_columns(curves: Curves, width: int) -> int:
    """Return how many columns beside the axes the curves' labels take; 0 where there is no room."""
    longest = max((len(series.label) for series in curves.series), default=0)
    return longest + 1 if longest and width >= _ROOM_FOR_LABELS + longest else 0
