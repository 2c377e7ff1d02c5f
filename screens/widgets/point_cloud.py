"""Samples that are points, as marks in the plane: a gallery of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.message import Message

from screens.shapes.plane import (
    CHOSEN,
    Frame,
    PlaneLegend,
    PlanePicture,
    Point,
    mark_beyond,
    mark_cells,
    mark_near,
)
from screens.widgets.cursor import Place, clamp
from screens.widgets.plane import BESIDE, GUTTER, Plane

_LINES = (4, 48)  # the fewest and most


class Points(Struct, frozen=True, eq=False):
    """Points in a part of the plane.

    Attributes:
        frame: Which part.
        places: [N, 2].
        classes: [N], the class of each.
        names: Of the classes.
    """

    frame: Frame
    places: NDArray[Any]
    classes: NDArray[Any]
    names: tuple[str, ...] = ()


class PointCloud(Plane):
    """Points as marks in the plane, one of them selected.

    | key                        | does                                    |
    |----------------------------|-----------------------------------------|
    | arrows, `h` `j` `k` `l`    | select the nearest point in a direction |
    | `enter`, or a second click | choose the point                        |
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "choose", "open point", key_display="enter", tooltip="Open the selected point"
        ),
    ]

    _points: Points | None = None
    _number = 0

    @dataclass
    class Highlighted(Message):
        """Another point was selected, by key or mouse."""

        cloud: PointCloud
        number: int

        @property
        def control(self) -> PointCloud:
            """The points."""
            return self.cloud

    class Chosen(Highlighted):
        """A point was chosen by `enter` or a second click."""

    def show_points(self, points: Points, number: int) -> None:
        """Show points, of which one is selected."""
        self._points, self._number = points, number
        self._arrange()

    def on_resize(self) -> None:
        """Draw them in another room."""
        self._arrange()

    def _arrange(self) -> None:
        """Mark the points in the room that there is."""
        points, (width, height) = self._points, self.size
        if points is None or not width:
            return
        lines = max(min(_LINES[1], height - BESIDE, (width - GUTTER) // 2), _LINES[0])
        shape = lines, 2 * lines
        marks = mark_cells(points.frame, shape, points.places, points.classes)
        place = None
        if self._number < len(points.places):
            place = points.frame.place(self._point(self._number), *shape)
        if place is not None:
            marks[place] = CHOSEN + points.classes[self._number]
        self.show(PlanePicture(points.frame, marks, PlaneLegend(points.names)))
        self.cursor = place

    def _point(self, number: int) -> Point:
        assert self._points is not None
        x, y = self._points.places[number].tolist()
        return x, y

    @property
    def extent(self) -> Place:
        """The lines and columns of the picture; none where there is no point to select."""
        return super().extent if self._points is not None and len(self._points.places) else (0, 0)

    def neighbour(self, place: Place, rows: int, columns: int) -> Place:
        """Return the nearest mark in a direction."""
        if self.picture is None:
            return place
        return mark_beyond(self.picture.marks, place, (rows, columns)) or place

    def place_under(self, offset: Offset) -> Place | None:
        """Return the mark nearest to the mouse."""
        place = super().place_under(offset)
        if self.picture is None or place is None or place != clamp(place, self.extent):
            return None
        return mark_near(self.picture.marks, place)

    def selected_message(self, place: Place) -> Message:
        """Report the first point in a cell."""
        assert self._points is not None
        found = (self._points.frame.places(self._points.places, *self.extent) == place).all(axis=1)
        return self.Highlighted(self, int(np.argmax(found)))

    def action_choose(self) -> None:
        """Choose the selected point."""
        if self._points is not None and len(self._points.places):
            self.post_message(self.Chosen(self, self._number))
