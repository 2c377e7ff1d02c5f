"""Curves as an SVG picture: axes, ticks, a legend; nothing that a browser has to fetch."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

import numpy as np

from screens.shapes.axes import fit_limits, labels, ticks
from screens.shapes.curve_reduction import reduce_curve
from screens.shapes.curves import Curves, Limits, Series

WIDTH, HEIGHT = 840, 460
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 20, 64, 48
_FEW = 60  # points that are marked one by one
# Okabe and Ito's colours for all eyes, the dark ones first; dashes tell them apart in print.
_TONES = (
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#a07800", "#56b4e9", "#444444", "#9467bd",
)  # fmt: skip
_DASHES = ("", "7 3", "2 3", "9 3 2 3", "12 4", "4 4", "1 3", "6 2 2 2")
_FAINT = "#b0b0b0"


def svg_of(curves: Curves, title: str) -> str:
    """Return a picture of curves.

    Args:
        curves: What to draw; if it is empty, its words for that are written instead.
        title: Over the picture.
    """
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="13">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
            _text(WIDTH / 2, 22, title, 'text-anchor="middle" font-size="16" font-weight="bold"'),
            *(_nothing(curves) if curves.is_empty else _plot(curves)),
            "</svg>\n",
        )
    )


def _nothing(curves: Curves) -> Iterator[str]:
    yield _text(WIDTH / 2, HEIGHT / 2, curves.empty, 'text-anchor="middle" fill="#666666"')


def _plot(curves: Curves) -> Iterator[str]:
    place = _Place(*fit_limits((None, None), curves))
    yield from _axes(curves, place)
    yield from _legend(curves)
    for number, series in curves.from_the_back():
        yield from _curve(series, number, curves, place)
    if curves.cursor is not None:
        x = place.x(curves.cursor)
        yield _line(x, _TOP, x, HEIGHT - _BOTTOM, 'stroke="#000000" stroke-width="1"')


class _Place:
    """Where a point of the axes stands in the picture."""

    def __init__(self, x: Limits, y: Limits) -> None:
        self.x_limits, self.y_limits = x, y

    def x(self, value: float) -> float:
        low, high = self.x_limits
        return float(_LEFT + (value - low) / ((high - low) or 1) * (WIDTH - _LEFT - _RIGHT))

    def y(self, value: float) -> float:
        low, high = self.y_limits
        room = HEIGHT - _TOP - _BOTTOM
        return float(HEIGHT - _BOTTOM - (value - low) / ((high - low) or 1) * room)


def _axes(curves: Curves, place: _Place) -> Iterator[str]:
    bottom, right = HEIGHT - _BOTTOM, WIDTH - _RIGHT
    across = ticks(place.x_limits, 8, least=1.0 if curves.log_x else 0.0)
    for value, name in zip(across, labels(across, curves.log_x), strict=True):
        x = place.x(value)
        yield _line(x, _TOP, x, bottom, 'stroke="#eeeeee"')
        yield _text(x, bottom + 18, name, 'text-anchor="middle"')
    upright = ticks(place.y_limits, 6)
    for value, name in zip(upright, labels(upright, curves.log_y), strict=True):
        y = place.y(value)
        yield _line(_LEFT, y, right, y, 'stroke="#eeeeee"')
        yield _text(_LEFT - 8, y + 4, name, 'text-anchor="end"')
    yield _line(_LEFT, bottom, right, bottom, 'stroke="#444444"')
    yield _line(_LEFT, _TOP, _LEFT, bottom, 'stroke="#444444"')
    yield _text(
        (_LEFT + right) / 2, HEIGHT - 10, curves.x_label, 'text-anchor="middle" fill="#444444"'
    )


def _legend(curves: Curves) -> Iterator[str]:
    """Name each curve once, those without a tone being dots."""
    x, named = float(_LEFT), set()
    for number, series in enumerate(curves.series):
        if series.name in named:
            continue
        named.add(series.name)
        sample = "m4 0h0m8 0h0m8 0h0" if _is_dots(series) else "h24"
        yield f'<path d="M{x:.1f} 44{sample}" {_stroke(series, number)}/>'
        yield _text(x + 30, 48, series.name)
        x += 46 + 7.5 * len(series.name)


def _curve(series: Series, number: int, curves: Curves, place: _Place) -> Iterator[str]:
    y = series.heights(curves.log_y)
    xs, ys = reduce_curve(series.x, y, WIDTH - _LEFT - _RIGHT, place.x_limits)
    points = [(place.x(x), place.y(y), bool(np.isfinite(y))) for x, y in zip(xs, ys, strict=True)]
    yield f'<path d="{_path(points, dots=_is_dots(series))}" {_stroke(series, number)}/>'
    if not series.faint and len(points) != 2 and len(points) <= _FEW:
        color = _color(series, number)
        for x, at, is_there in points:
            if is_there:
                yield f'<circle cx="{x:.1f}" cy="{at:.1f}" r="2.5" fill="{color}"/>'


def _path(points: list[tuple[float, float, bool]], *, dots: bool) -> str:
    """Join points, broken where there is none; a dot is a line of no length with round ends."""
    parts, pen_down = [], False
    for x, y, is_there in points:
        if is_there and dots:
            parts.append(f"M{x:.1f} {y:.1f}h0")
        elif is_there:
            parts.append(f"{'L' if pen_down else 'M'}{x:.1f} {y:.1f}")
        pen_down = is_there
    return "".join(parts)


def _is_dots(series: Series) -> bool:
    return series.faint and series.tone is None


def _color(series: Series, number: int) -> str:
    tone = number if series.tone is None else series.tone
    return _FAINT if series.faint else _TONES[tone % len(_TONES)]


def _stroke(series: Series, number: int) -> str:
    tone = (number if series.tone is None else series.tone) % len(_DASHES)
    dash = "" if series.faint or not _DASHES[tone] else f' stroke-dasharray="{_DASHES[tone]}"'
    width = "2.5" if _is_dots(series) else "1.2" if series.faint else "1.8"
    return (
        f'fill="none" stroke="{_color(series, number)}" stroke-width="{width}" '
        f'stroke-linecap="round" stroke-linejoin="round"{dash}'
    )


def _line(x1: float, y1: float, x2: float, y2: float, style: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" {style}/>'


def _text(x: float, y: float, text: str, style: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(text)}</text>'
