"""Curves as lines of characters, drawn by plotext."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from screens.shapes.axes import labels, log_ticks, ticks
from screens.shapes.curve_reduction import reduce_curve, thin
from screens.shapes.curves import Curves, Floats, Limits, Series
from screens.shapes.look import Look
from screens.widgets.curve_tones import mark_of, marker_of, tone_of

# plotext colours cells by numbers of the 256 colours. Here they are names of parts, looked up
# when its lines are split into segments: a series has its tone plus the first.
FIRST_TONE, FAINT, FRAME, CURSOR = 100, 200, 201, 202
ABOVE, BELOW = "▲", "▼"
_BETWEEN_MARKS = 5  # columns at the least from one mark of a line to its next
_FAR = 10  # heights of the plot; a line to there is as good as upright
_ESCAPE = re.compile(r"\x1b\[([0-9;]*)m")


def render_curves(
    curves: Curves, width: int, height: int, x: Limits, y: Limits, look: Look
) -> list[str]:
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
        places, words = _ticks(curves, axis, limits, room)
        ruler = figure.ruler(axis)
        ruler.lim(*limits)
        ruler.ticks(places, words)
        ruler.pixel(frame)
    if curves.x_label and height > 6:
        figure.label(plt.colorize(look.text(curves.x_label), frame), "x")
    if curves.cursor is not None:
        figure.line(curves.cursor, "vertical", pixel=plt.pixel(foreground=CURSOR))
    for number, series in curves.from_the_back():
        _draw_series(series, number, curves.log_y, (width, height), (x, y), look)
    figure.legend(False)
    for number, series in curves.from_the_back():
        if not series.faint and not series.dots:
            _mark_outside(series, number, curves.log_y, x, y)
    return str(figure.build().string()).splitlines()


def _ticks(curves: Curves, axis: str, limits: Limits, room: int) -> tuple[list[float], list[str]]:
    if axis == "x" and curves.x_ticks:
        every = -(-len(curves.x_ticks) // max(2 * room, 1))
        kept = curves.x_ticks[::every]
        return [place for place, _ in kept], [words for _, words in kept]
    log = curves.log_y if axis == "y" else curves.log_x
    if axis == "y" and log:
        places = log_ticks(limits, max(room, 3))
    else:
        places = ticks(limits, room, least=1.0 if log else 0.0)
    return places, labels(places, log)


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

    y = series.heights(log_y)
    xs, ys = reduce_curve(series.x, y if series.dots else _near(y, limits[1]), size[0], limits[0])
    xs, ys = thin(xs, ys, limits, (2 * size[0], 4 * size[1]))
    good = np.isfinite(ys)
    if not good.any():
        return
    pixel = plt.pixel(foreground=FAINT if series.faint else FIRST_TONE + tone_of(series, number))
    symbol = marker_of(series, number, look)
    signal = plt.figure.signal(
        xs[good].tolist(),
        ys[good].tolist(),
        marker=plt.marker(symbol, pixel),
    ).lines(not series.dots)
    before = np.concatenate([[True], good[:-1]])[good]
    for index in np.flatnonzero(~before).tolist():
        signal.line(index, False)
    plt.figure.draw(signal)
    mark = mark_of(series, number)
    if mark and (series.mark or symbol == "braille"):
        _draw_marks(mark, xs[good], ys[good], size[0], limits, pixel)


def _draw_marks(
    mark: str, x: Floats, y: Floats, width: int, limits: tuple[Limits, Limits], pixel: Any
) -> None:
    """Put marks on points of a line, not closer than a few columns, the last one always."""
    import plotext as plt

    (left, right), (low, high) = limits
    column = (x - left) / ((right - left) or 1.0) * width
    kept: list[int] = []
    for index in range(len(x) - 1, -1, -1):
        if low <= y[index] <= high and (
            not kept or column[kept[-1]] - column[index] >= _BETWEEN_MARKS
        ):
            kept.append(index)
    if kept:
        marks = plt.figure.signal(
            x[kept].tolist(), y[kept].tolist(), marker=plt.marker(mark, pixel)
        ).lines(False)
        plt.figure.draw(marks)


def outside(series: Series, log_y: bool, y: Limits) -> tuple[int, int]:
    """Return how many finite points of a series lie above the axis, and how many below it."""
    with np.errstate(invalid="ignore"):
        scaled = series.heights(log_y)
        below = int((scaled < y[0]).sum()) + (
            int((np.asarray(series.y) <= 0).sum()) if log_y else 0
        )
        return int((scaled > y[1]).sum()), below


def last_height(series: Series, log_y: bool, y: Limits) -> float | None:
    """Return where the last point of a series stands, 0 at the bottom and 1 at the top."""
    scaled = series.heights(log_y)
    good = np.flatnonzero(np.isfinite(scaled))
    if not len(good):
        return None
    share = (float(scaled[good[-1]]) - y[0]) / ((y[1] - y[0]) or 1.0)
    return min(max(share, 0.0), 1.0)


def _mark_outside(series: Series, number: int, log_y: bool, x: Limits, y: Limits) -> None:
    """Put a mark at the edge for what lies outside of the axis."""
    import plotext as plt

    scaled = series.heights(log_y)
    with np.errstate(invalid="ignore"):
        zero = (np.asarray(series.y) <= 0) if log_y else np.zeros(len(scaled), np.bool_)
        ends = ((scaled > y[1], y[1], ABOVE), ((scaled < y[0]) | zero, y[0], BELOW))
    for beyond, edge, mark in ends:
        xs = np.asarray(series.x, np.float64)[beyond]
        xs = np.unique(np.round(xs, -max(int(np.log10((x[1] - x[0]) or 1)) - 1, 0)))
        if len(xs):
            pixel = plt.pixel(foreground=FIRST_TONE + tone_of(series, number))
            signal = plt.figure.signal(
                xs.tolist(), [edge] * len(xs), marker=plt.marker(mark, pixel)
            ).lines(False)
            plt.figure.draw(signal)


def _near(y: Floats, limits: Limits) -> Floats:
    """Bring what is far outside of the axis closer: plotext draws every dot of the way there."""
    reach = _FAR * (limits[1] - limits[0])
    return np.clip(y, limits[0] - reach, limits[1] + reach)


def split_parts(lines: list[str], styles: dict[int, Style]) -> list[Strip]:
    """Split plotext's lines into segments, each with the style of the part that it belongs to."""
    return [_split_line(row, styles) for row in lines]


def plain_text(line: str) -> str:
    """Return one of plotext's lines without its escapes."""
    return _ESCAPE.sub("", line)


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
