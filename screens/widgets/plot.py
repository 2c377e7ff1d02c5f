"""Curves, drawn in characters by plotext and kept line by line."""

from __future__ import annotations

import re
from typing import ClassVar

import numpy as np
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.reactive import var
from textual.strip import Strip

from screens.shapes.curves import (
    Curves,
    Floats,
    Limits,
    Series,
    drawable,
    fitted_limits,
    labels,
    reduce_curve,
    thin,
    ticks,
)
from screens.shapes.look import ColorMode, Look
from screens.shapes.scale import from_256
from screens.widgets.drawn import Drawn, line

_MARKERS = ("hd", "•", "+", "x", "o", "*", "#", "%")
_ASCII_MARKERS = ("*", "+", "x", "o", "#", "%", "@", "=")
_SAMPLES = {"hd": "▄▀"}
FAINT_DOTS = "··"
# Blue and orange first; all told apart by colour-blind eyes, and by their markers besides.
_TONES: dict[ColorMode, tuple[Color, ...]] = {
    "256": tuple(map(from_256, (75, 214, 79, 213, 227, 203, 147, 252))),
    "16": tuple(map(Color.from_ansi, (12, 11, 10, 13, 14, 9, 7, 15))),
}
_TONES["truecolor"] = _TONES["256"]

# plotext colours cells by numbers of the 256 colours. Here they are names of parts, looked up
# when its lines are taken apart: a series has its tone plus the first.
_FIRST, _FAINT, _FRAME, _CURSOR = 100, 200, 201, 202
_FAR = 10  # heights of the plot; a line to there is as good as upright
_ESCAPE = re.compile(r"\x1b\[([0-9;]*)m")


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
        self._limits = x, y = fitted_limits(self._limits, curves)
        styles = {
            _FAINT: self.part("plot--faint"),
            _FRAME: self.part("plot--frame"),
            _CURSOR: self.part("plot--cursor"),
        }
        styles |= {_FIRST + tone: tone_style(tone, look) for tone in range(len(_MARKERS))}
        text = build(curves, width, height - 1, x, y, look)
        return [self._heading(width), *(_strip(row, styles) for row in text.splitlines())]

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

    def _heading(self, width: int) -> Strip:
        """The title, the names of the curves, and how many values have no place."""
        curves, look = self.curves, self.look
        muted = self.part("plot--frame")
        title = self.part("plot--title") + Style(reverse=self.has_focus)
        pieces = [Segment(look.text(curves.title), title)]
        named = {one.name: number for number, one in reversed([*enumerate(curves.series)])}
        for number in sorted(named.values()):
            one = curves.series[number]
            if one.faint and one.tone is None:
                continue
            sample = marker_of(one, number, look)
            style = (
                self.part("plot--faint") if one.faint else tone_style(tone_of(one, number), look)
            )
            pieces.append(Segment("  ", None))
            pieces.append(Segment(_SAMPLES.get(sample, sample * 2), style))
            pieces.append(Segment(look.text(f" {one.name}"), None))
        if curves.masked:
            pieces.append(Segment(f"  ! {curves.masked} not finite", Style(bold=True)))
        if curves.y_label:
            pieces.append(Segment(look.text(f"  ({curves.y_label})"), muted))
        return Strip(piece for piece in pieces if piece.text).crop(0, width)


def tone_of(series: Series, number: int) -> int:
    """The colour and marker of a series."""
    return (number if series.tone is None else series.tone) % len(_MARKERS)


def tone_style(tone: int, look: Look) -> Style:
    """The colour of a tone, where there are colours."""
    return Style(color=_TONES[look.colors][tone]) if look.colors != "none" else Style(bold=True)


def marker(tone: int, look: Look) -> str:
    """The marker of a tone: a character, or `hd` for quarter blocks."""
    return (_ASCII_MARKERS if look.ascii else _MARKERS)[tone]


def sample(tone: int, look: Look) -> str:
    """Two cells of a curve, as a legend shows it."""
    symbol = marker(tone, look)
    return _SAMPLES.get(symbol, symbol * 2)


def marker_of(series: Series, number: int, look: Look) -> str:
    """The marker of a series: faint ones without a tone are dots."""
    if not series.faint:
        return marker(tone_of(series, number), look)
    if series.tone is None:
        return "." if look.ascii else "·"
    return marker(series.tone, look) if look.has_blocks else ":"


def build(curves: Curves, width: int, height: int, x: Limits, y: Limits, look: Look) -> str:
    """Draw curves with plotext: lines of text with escapes for the parts."""
    import plotext as plt

    plt.terminal.limit(False, False)
    figure = plt.figure
    figure.clear()
    figure.theme("colorless")
    figure.plot_size(width, height)
    figure.canvas("default")
    frame = plt.pixel(foreground=_FRAME)
    figure.axes(pixel=frame)
    figure.axes(False, axis="x", side="upper")
    figure.axes(False, axis="y", side="right")
    for axis, limits, room in (("x", x, width // 12), ("y", y, height // 3)):
        log = curves.log_y if axis == "y" else curves.log_x
        places = ticks(limits, room, least=1.0 if curves.log_x and axis == "x" else 0.0)
        ruler = figure.ruler(axis)
        ruler.lim(*limits)
        ruler.ticks(places, labels(places, log))
        ruler.pixel(frame)
    if curves.x_label and height > 6:
        figure.label(plt.colorize(look.text(curves.x_label), frame), "x")
    if curves.cursor is not None:
        figure.line(curves.cursor, "vertical", pixel=plt.pixel(foreground=_CURSOR))
    order = sorted(enumerate(curves.series), key=lambda item: (not item[1].faint, -item[0]))
    for number, series in order:
        _draw_series(series, number, curves.log_y, (width, height), (x, y), look)
    figure.legend(False)
    return str(figure.build().string())


def _draw_series(
    series: Series,
    number: int,
    log_y: bool,
    size: tuple[int, int],
    limits: tuple[Limits, Limits],
    look: Look,
) -> None:
    """Give one reduced curve to plotext, broken where it has gaps."""
    import plotext as plt

    good = drawable(series.y, log_y)
    y = np.asarray(series.y, dtype=np.float64)
    y = np.where(good, np.log10(y, where=good, out=np.zeros_like(y)) if log_y else y, np.nan)
    xs, ys = reduce_curve(series.x, _near(y, limits[1]), size[0], limits[0])
    xs, ys = thin(xs, ys, limits, (2 * size[0], 2 * size[1]))
    good = np.isfinite(ys)
    if not good.any():
        return
    tone = tone_of(series, number)
    color = _FAINT if series.faint else _FIRST + tone
    symbol = marker_of(series, number, look)
    signal = plt.figure.signal(
        xs[good].tolist(),
        ys[good].tolist(),
        marker=plt.marker(symbol, plt.pixel(foreground=color)),
    ).lines(True)
    before = np.concatenate([[True], good[:-1]])[good]
    for index in np.flatnonzero(~before).tolist():
        signal.line(index, False)
    plt.figure.draw(signal)


def _near(y: Floats, limits: Limits) -> Floats:
    """Bring what is far outside of the axis closer: plotext draws every dot of the way there."""
    reach = _FAR * (limits[1] - limits[0])
    return np.clip(y, limits[0] - reach, limits[1] + reach)


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
