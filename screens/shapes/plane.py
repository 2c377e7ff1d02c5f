"""Pictures of the plane: a part of it, what is computed there, and the points in it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from screens.shapes.axes import nice_step
from screens.shapes.curves import Limits
from screens.shapes.scale import Scale

Point = tuple[float, float]
Place = tuple[int, int]

HEADROOM = 2.27  # of a scale: its last levels are left to boundaries, which so stand out
_MARGIN = 1.08  # of a frame, round the points in it
_SIDES = (2, 1)  # of a cell: a line is as high as two columns are wide
_BELOW = np.s_[..., :-1, :], np.s_[..., 1:, :]  # each value, and its neighbour
_BESIDE = np.s_[..., :-1], np.s_[..., 1:]
_FACTORS = ((1, 1), (2, 1), (2, 2), (4, 4), (8, 8))

NO_MARK, POINTER, CHOSEN = 0, 63, 64
"""Codes of marks: nothing, the place pointed at, and the selected sample's of class 0. A sample's
own are 1 for class 0 and so on, and those of the selected one follow ``CHOSEN`` likewise."""


class Frame(Struct, frozen=True):
    """A square part of the plane, whose first line is the top.

    Attributes:
        x: From left to right.
        y: From bottom to top.
    """

    x: Limits
    y: Limits

    @classmethod
    def around(cls, points: NDArray[Any]) -> Frame:
        """Return the frame with round limits that holds points, [N, 2], in its middle."""
        low, high = points.min(axis=0), points.max(axis=0)
        step = nice_step(float((high - low).max()) / 20 or 0.1)
        middle = [round(float(each) / step) * step for each in (low + high) / 2]
        reach = _MARGIN * float(np.abs(points - middle).max())
        half = math.ceil(reach / step) * step if (high > low).any() else 1.0
        (left, right), (bottom, top) = (
            (round(each - half, 9), round(each + half, 9)) for each in middle
        )
        return cls((left, right), (bottom, top))

    def grid(self, rows: int, columns: int, factors: Place = (1, 1)) -> NDArray[np.float32]:
        """Return the middles of a picture's values, [values, 2], line by line from the top.

        Args:
            rows: Of the picture.
            columns: Of the picture.
            factors: How many of its rows and columns one value stands for.
        """
        y = self.y[1] - _middles(rows, factors[0]) * (self.y[1] - self.y[0])
        x = self.x[0] + _middles(columns, factors[1]) * (self.x[1] - self.x[0])
        return np.stack([np.tile(x, len(y)), np.repeat(y, len(x))], axis=1).astype(np.float32)

    def places(self, points: NDArray[Any], rows: int, columns: int) -> NDArray[np.intp]:
        """Return the row and column of each point, [N, 2]; outside there are some as well."""
        x = (points[:, 0] - self.x[0]) / (self.x[1] - self.x[0])
        y = (self.y[1] - points[:, 1]) / (self.y[1] - self.y[0])
        found: NDArray[np.intp] = np.floor(np.stack([y * rows, x * columns], axis=1)).astype(
            np.intp
        )
        return found

    def place(self, point: Point, rows: int, columns: int) -> Place | None:
        """Return the row and column of a point, or None if it is outside."""
        row, column = map(int, self.places(np.array([point]), rows, columns)[0])
        return (row, column) if 0 <= row < rows and 0 <= column < columns else None

    def point(self, place: Place, rows: int, columns: int) -> Point:
        """Return the middle of a cell."""
        x = self.x[0] + (place[1] + 0.5) / columns * (self.x[1] - self.x[0])
        y = self.y[1] - (place[0] + 0.5) / rows * (self.y[1] - self.y[0])
        return x, y


def _middles(count: int, factor: int) -> NDArray[np.float64]:
    """Return where along a side, from 0 to 1, the values are that stand for some cells each."""
    return np.minimum((np.arange(-(-count // factor)) + 0.5) * factor / count, 1.0)


def factors_within(rows: int, columns: int, most: int) -> Place:
    """Return how many rows and columns a value stands for, so that there are not too many."""
    for down, across in _FACTORS:
        if -(-rows // down) * -(-columns // across) <= most:
            break
    return down, across


def field_scale(reach: float) -> Scale:
    """Return how values with a sign, up to so far from 0, are coloured over the plane."""
    return Scale("signed", HEADROOM * reach)


class Field(Struct, frozen=True, eq=False):
    """What is computed over a part of the plane.

    Attributes:
        values: [rows, columns], the first row at the top; where there are ``classes``, how sure
            it is of the likeliest one.
        scale: How values become colours.
        edge: [rows, columns], whether a boundary runs there.
        classes: [rows, columns], the likeliest class, which gives the hue; None where the sign
            does.
    """

    values: NDArray[Any]
    scale: Scale
    edge: NDArray[np.bool_]
    classes: NDArray[np.intp] | None = None

    def enlarged(self, rows: int, columns: int, factors: Place) -> Field:
        """Return it with a value for each row and column of a picture."""
        if factors == (1, 1):
            return self
        at = np.ix_(np.arange(rows) // factors[0], np.arange(columns) // factors[1])
        classes = None if self.classes is None else self.classes[at]
        return Field(self.values[at], self.scale, self.edge[at], classes)


def edge_between(sides: NDArray[Any], distances: NDArray[Any]) -> NDArray[np.bool_]:
    """Return where boundaries run: of two neighbours on different sides, the nearer one.

    Args:
        sides: [..., rows, columns], on which side each value is.
        distances: [..., rows, columns], how far from the boundary it is, in any measure.
    """
    edge = np.zeros(sides.shape, np.bool_)
    for before, after in (_BELOW, _BESIDE):
        crossed = sides[after] != sides[before]
        is_first = distances[before] <= distances[after]
        edge[before] |= crossed & is_first
        edge[after] |= crossed & ~is_first
    return edge


class PlaneLegend(Struct, frozen=True):
    """What the colours and marks of a picture mean.

    Attributes:
        names: Of the classes, whose marks are listed.
        ends: What the lowest, the middle and the highest value are; none where the hue is the
            class.
    """

    names: tuple[str, ...] = ()
    ends: tuple[str, str, str] | None = None


class PlanePicture(Struct, frozen=True, eq=False):
    """A part of the plane as it is drawn.

    Attributes:
        frame: Which part.
        marks: [lines, columns], what is marked in each cell.
        legend: What it all means.
        field: What is computed there, with one row to a line or two; None for points alone.
        names: What the axes are.
    """

    frame: Frame
    marks: NDArray[np.int8]
    legend: PlaneLegend = PlaneLegend()
    field: Field | None = None
    names: tuple[str, str] = ("x[0]", "x[1]")


class PlaneGroup(Struct, frozen=True, eq=False):
    """Small pictures with a heading.

    Attributes:
        headings: The longest first.
        fields: What is computed in each: its arrays are [pictures, rows, columns].
        captions: What stands under each, the longest first.
    """

    headings: Sequence[str]
    fields: Field
    captions: Sequence[Sequence[str]]


def mark_cells(
    frame: Frame, shape: Place, points: NDArray[Any], classes: NDArray[Any]
) -> NDArray[np.int8]:
    """Return what is marked in each cell: the class of which it has the most points.

    Args:
        frame: The part of the plane.
        shape: Lines and columns.
        points: [N, 2].
        classes: [N], the class of each, less than ``POINTER``.
    """
    lines, columns = shape
    places = frame.places(points, lines, columns)
    inside = ((places >= 0) & (places < shape)).all(axis=1)
    at, of = places[inside] @ (columns, 1), np.asarray(classes)[inside]
    count = int(of.max(initial=0)) + 1
    counts = np.bincount(at * count + of, minlength=lines * columns * count)
    counts = counts.reshape(lines, columns, count)
    marks: NDArray[np.int8] = np.where(counts.any(axis=2), counts.argmax(axis=2) + 1, NO_MARK)
    return marks.astype(np.int8)


def mark_near(marks: NDArray[np.int8], place: Place) -> Place | None:
    """Return the marked cell that is nearest to another one, or None if there is none."""
    found = np.argwhere(marks != NO_MARK)
    return _least(found, np.abs((found - place) * _SIDES).sum(axis=1).astype(float))


def mark_beyond(marks: NDArray[np.int8], place: Place, direction: Place) -> Place | None:
    """Return the marked cell that is nearest in a direction, or None if there is none.

    Args:
        marks: [lines, columns].
        place: From where.
        direction: Lines and columns; what is aside counts double, so that one goes straight on.
    """
    found = np.argwhere(marks != NO_MARK)
    away = (found - place) * _SIDES
    ahead = away @ np.sign(direction)
    aside = np.abs(away @ np.sign(direction[::-1]))
    return _least(found, np.where(ahead > 0, ahead + 2 * aside, np.inf))


def _least(places: NDArray[np.intp], costs: NDArray[np.float64]) -> Place | None:
    if not np.isfinite(costs).any():
        return None
    row, column = places[costs.argmin()].tolist()
    return row, column
