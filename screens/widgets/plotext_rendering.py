"""Curves as lines of characters, drawn by plotext."""

from __future__ import annotations

import re

import numpy as np
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from screens.shapes.axes import labels, ticks
from screens.shapes.curve_reduction import reduce_curve, thin
from screens.shapes.curves import Curves, Floats, Limits, Series
from screens.shapes.look import Look
from screens.widgets.curve_tones import marker_of, tone_of

# plotext colours cells by numbers of the 256 colours. Here they are names of parts, looked up
# when its lines are split into segments: a series has its tone plus the first.
FIRST_TONE, FAINT, FRAME, CURSOR = 100, 200, 201, 202
_FAR = 10  # heights of the plot; a line to there is as good as upright
_ESCAPE = re.compile(r"\x1b\[([0-9;]*)m")


def render_curves(curves: Curves, width: int, height: int, x: Limits, y: Limits, look: Look) -> str:
    """Draw curves with plotext: lines of text with escapes for the parts."""
    import plotext as plt

    plt.terminal.limit(False, False)
    figure = plt.figure
    figure.clear()
    figure.theme("colorless")
    figure.plot_size(width, height)
    figure.canvas("default")
    frame = plt.pixel(foreground=FRAME)
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
        figure.line(curves.cursor, "vertical", pixel=plt.pixel(foreground=CURSOR))
    for number, series in curves.from_the_back():
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

    y = _near(series.heights(log_y), limits[1])
    xs, ys = reduce_curve(series.x, y, size[0], limits[0])
    xs, ys = thin(xs, ys, limits, (2 * size[0], 2 * size[1]))
    good = np.isfinite(ys)
    if not good.any():
        return
    tone = tone_of(series, number)
    color = FAINT if series.faint else FIRST_TONE + tone
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


def split_parts(text: str, styles: dict[int, Style]) -> list[Strip]:
    """Split plotext's lines into segments, each with the style of the part that it belongs to."""
    return [_split_line(row, styles) for row in text.splitlines()]


def _split_line(row: str, styles: dict[int, Style]) -> Strip:
    """Split one line: texts at even places, escapes at odd ones."""
    pieces = _ESCAPE.split(row)
    segments, style = [], None
    for place, piece in enumerate(pieces):
        if place % 2:
            style = styles.get(int(piece[5:])) if piece.startswith("38;5;") else None
        elif piece:
            segments.append(Segment(piece, style))
    return Strip(segments)
