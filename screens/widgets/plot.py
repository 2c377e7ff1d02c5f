"""Curves, drawn in characters and kept line by line."""

from __future__ import annotations

import re
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.reactive import var
from textual.strip import Strip

from screens.shapes.curves import Curves, Limits, fitted_limits
from screens.widgets.curve_style import MARKS, sample_of, tone_of, tone_style
from screens.widgets.drawn import Drawn, line

_ESCAPE = re.compile(r"\x1b\[([0-9;]*)m")
_ROOM_FOR_LABELS = 50  # columns of a plot that has labels at the ends of its curves


class Plot(Drawn):
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
        self._columns = (0, 0)  # the first of the curves', and that after their last
        if curves is not None:
            self.set_reactive(Plot.curves, curves)

    def show(self, curves: Curves) -> None:
        """Show curves."""
        self.curves = curves

    def show_anew(self, curves: Curves) -> None:
        """Show curves on axes that fit them, whatever was shown before."""
        self.set_reactive(Plot.curves, curves)
        self.reset_limits()

    def reset_limits(self) -> None:
        """Let the axes fit the data again, as for another run."""
        self._limits = (None, None)
        self.redraw()

    def watch_curves(self, old: Curves, new: Curves) -> None:
        """Draw the new curves; other axes begin anew."""
        if (old.title, old.log_y, old.y_label) != (new.title, new.log_y, new.y_label):
            self._limits = (None, None)
        self.redraw()

    def wanted(self, room: Size) -> Size:
        """A height to read a curve at."""
        return Size(room.width, 15)

    def draw(self, width: int, height: int) -> list[Strip]:
        """The title and legend, then the axes with the curves."""
        curves, look = self.curves, self.look
        if width < 12 or height < 4:
            return [line((look.text(curves.title)[:width], self.part("plot--title")))][:height]
        if curves.is_empty:
            return self._nothing(width, height)
        from screens.widgets import plotting

        self._limits = x, y = fitted_limits(self._limits, curves)
        styles = {
            plotting.FAINT: self.part("plot--faint"),
            plotting.FRAME: self.part("plot--frame"),
            plotting.CURSOR: self.part("plot--cursor"),
        }
        styles |= {plotting.FIRST + tone: tone_style(tone, look) for tone in range(len(MARKS))}
        margin = _label_columns(curves, width)
        text = plotting.build(curves, width - margin, height - 1, x, y, look)
        rows = [_strip(row, styles) for row in text]
        first = _ESCAPE.sub("", text[0])
        axis = max(first.find("│"), first.find("┤")) + 1
        self._columns = (axis, width - margin)
        if margin:
            data_rows = next((at for at, row in enumerate(text) if "└" in row), len(text))
            self._label_ends(rows, data_rows, width - margin, y)
        return [self._heading(width, y), *rows]

    def _label_ends(self, rows: list[Strip], data_rows: int, at: int, y: Limits) -> None:
        """Write each curve's label beside its last point, none over another."""
        from screens.widgets import plotting

        ends: dict[int, tuple[str, Style]] = {}
        for number, series in enumerate(self.curves.series):
            end = plotting.last_height(series, self.curves.log_y, y) if series.label else None
            if end is None:
                continue
            wanted = round((1 - end) * (data_rows - 1))
            free = [row for row in range(data_rows) if row not in ends]
            if free:
                row = min(free, key=lambda place: abs(place - wanted))
                ends[row] = (series.label, tone_style(tone_of(series, number), self.look))
        for row, (label, style) in ends.items():
            segment = Segment(f" {self.look.text(label)}", style)
            rows[row] = Strip([*rows[row].adjust_cell_length(at), segment])

    def _nothing(self, width: int, height: int) -> list[Strip]:
        """The title and, in the middle, why there is no curve."""
        look, curves = self.look, self.curves
        words = curves.empty
        if curves.masked:
            words = f"nothing to draw: {curves.masked} values are not finite"
        words = look.text(words)[:width].center(width)
        lines = [self._heading(width)] + [Strip([])] * (height - 1)
        lines[height // 2] = line((words, self.part("plot--empty")))
        return lines

    def _heading(self, width: int, y: Limits | None = None) -> Strip:
        """The title, the names of the curves, and how many values have no place."""
        curves, look = self.curves, self.look
        muted = self.part("plot--frame")
        title = self.part("plot--title") + Style(reverse=self.has_focus)
        pieces = [Segment(look.text(curves.title), title)]
        named = {one.name: number for number, one in reversed([*enumerate(curves.series)])}
        for number in sorted(named.values()):
            one = curves.series[number]
            if not one.name or (one.faint and one.tone is None and not one.dots):
                continue
            faint = self.part("plot--faint")
            style = faint if one.faint else tone_style(tone_of(one, number), look)
            pieces.append(Segment("  ", None))
            pieces.append(Segment(sample_of(one, number, look), style))
            pieces.append(Segment(look.text(f" {one.name}"), None))
        pieces += [Segment(look.text(words), Style(bold=True)) for words in self._missing(y)]
        if curves.y_label:
            pieces.append(Segment(look.text(f"  ({curves.y_label})"), muted))
        return Strip(piece for piece in pieces if piece.text).crop(0, width)

    def _missing(self, y: Limits | None) -> list[str]:
        """Say how many values are not drawn where they belong."""
        curves = self.curves
        words = [f"  ! {curves.not_finite} not finite"] if curves.not_finite else []
        if y is None:
            return words
        from screens.widgets import plotting

        counts = [plotting.outside(s, curves.log_y, y) for s in curves.series if not s.faint]
        above, below = sum(a for a, _ in counts), sum(b for _, b in counts)
        words += [f"  {plotting.ABOVE} {above} above"] if above else []
        return words + ([f"  {plotting.BELOW} {below} below"] if below else [])


def _label_columns(curves: Curves, width: int) -> int:
    """Return how many columns beside the axes the curves' labels take; 0 where there is no room."""
    longest = max((len(series.label) for series in curves.series), default=0)
    return longest + 1 if longest and width >= _ROOM_FOR_LABELS + longest else 0


def _strip(row: str, styles: dict[int, Style]) -> Strip:
    """Take a line of plotext's apart: texts at even places, escapes at odd ones."""
    pieces = _ESCAPE.split(row)
    segments, style = [], None
    for place, piece in enumerate(pieces):
        if place % 2:
            style = styles.get(int(piece[5:])) if piece.startswith("38;5;") else None
        elif piece:
            segments.append(Segment(piece, style))
    return Strip(segments)
