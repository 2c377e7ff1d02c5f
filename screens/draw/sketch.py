"""The sheet to draw on, with the keyboard or the mouse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import MouseDown, MouseEvent, MouseMove, MouseUp
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip

from screens.shapes.scale import Scale
from screens.widgets.array_rendering import render_array
from screens.widgets.cursor import clamp
from screens.widgets.line_widget import LineWidget
from tui_nn.data.drawing.canvas import Canvas
from tui_nn.data.drawing.pen import SIDE, Point
from tui_nn.data.form import INK

_SCALE = Scale("grey", float(INK))
_RIGHT = 3
_UNDO = Binding.Group("undo, redo", compact=True)


class Sketch(LineWidget, can_focus=True):
    """A sheet of 28×28 pixels: two of them to a cell, or a cell as wide as two to each.

    Attributes:
        canvas: What is drawn.
        at: The pixel under the cursor.
        is_down: Whether the pen is down, so that the arrow keys draw.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1, 0)", "Up", show=False, tooltip="Move the pen up"),
        Binding("down,j", "move(1, 0)", "Down", show=False, tooltip="Move the pen down the sheet"),
        Binding("left,h", "move(0, -1)", "Left", show=False, tooltip="Move the pen left"),
        Binding("right,l", "move(0, 1)", "Right", show=False, tooltip="Move the pen right"),
        Binding("space", "pen", "pen down/up", tooltip="Pen down, so that the arrows draw; or up"),
        Binding("backspace", "rub_out", "rub out", key_display="backspace",
                tooltip="Rub out under the pen; so does the right mouse button"),
        Binding("delete", "clear", "clear", key_display="delete",
                tooltip="Clear the sheet; ctrl+z brings it back"),
        Binding("ctrl+z", "undo_stroke", "undo", key_display="ctrl+z", group=_UNDO,
                tooltip="Undo the last stroke"),
        Binding("ctrl+y", "redo_stroke", "redo", key_display="ctrl+y", group=_UNDO,
                tooltip="Draw the undone stroke again"),
        Binding("escape", "leave", "leave the sheet", show=False,
                tooltip="Pen up; or leave the sheet, whose keys then are everybody's"),
    ]  # fmt: skip

    at: var[tuple[int, int]] = var((6, 8), init=False)
    is_down: var[bool] = var(False, init=False)

    class Cleared(Message):
        """There is a new sheet."""

    @dataclass
    class Changed(Message):
        """The drawing, or the pen, is another one by now."""

        sketch: Sketch

        def can_replace(self, message: Message) -> bool:
            """One will do for all strokes that nobody has looked at yet."""
            return isinstance(message, Sketch.Changed)

    def __init__(self, canvas: Canvas, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.canvas = canvas
        self._button = 0
        self._last: Point | None = None

    def preferred_size(self, room: Size) -> Size:  # noqa: ARG002 - LineWidget's
        """Return a column for each pixel, and a line for each two rows."""
        return Size(SIDE, SIDE // 2)

    def draw(self, width: int, height: int) -> list[Strip]:
        """Return the drawing, with the cursor where it has the focus."""
        cursor = self.at if self.has_focus else None
        wide = self._is_wide(width, height)
        return render_array(self.canvas.ink, _SCALE, self.look, cursor=cursor, wide=wide)

    def _is_wide(self, width: int, height: int) -> bool:
        return width >= 2 * SIDE and height >= SIDE

    def watch_at(self) -> None:
        """Draw the cursor where it is now."""
        self.redraw()

    def watch_is_down(self) -> None:
        """Say that the pen is another one."""
        self.post_message(self.Changed(self))

    def on_focus(self) -> None:
        """Show the cursor."""
        self._has_changed()

    def on_blur(self) -> None:
        """Show no cursor."""
        self.is_down = False
        self._has_changed()

    def _has_changed(self) -> None:
        self.redraw()
        self.post_message(self.Changed(self))

    # What keys do

    def action_move(self, rows: int, columns: int) -> None:
        """Move the pen, which draws where it is down."""
        before, (row, column) = self.at, self.at
        self.at = clamp((row + rows, column + columns), (SIDE, SIDE)) or before
        if self.is_down:
            self.canvas.draw(before, self.at)
            self._has_changed()

    def action_pen(self) -> None:
        """Put the pen down, or lift it."""
        self.is_down = not self.is_down
        if self.is_down:
            self.canvas.begin()
            self.canvas.draw(self.at, self.at)
            self._has_changed()

    def action_rub_out(self) -> None:
        """Rub out under the pen."""
        self.is_down = False
        self.canvas.begin()
        self.canvas.rub_out(self.at, self.at)
        self._has_changed()

    def action_clear(self) -> None:
        """Begin with a new sheet."""
        self.is_down = False
        self.canvas.clear()
        self.post_message(self.Cleared())
        self._has_changed()

    def action_undo_stroke(self) -> None:
        """Take the last stroke back."""
        self.is_down = False
        self.canvas.undo()
        self._has_changed()

    def action_redo_stroke(self) -> None:
        """Draw the stroke again that was undone."""
        self.is_down = False
        self.canvas.redo()
        self._has_changed()

    def action_leave(self) -> None:
        """Lift the pen, or leave the sheet."""
        if self.is_down:
            self.is_down = False
        else:
            self.screen.set_focus(None)

    # What the mouse does

    def on_mouse_down(self, event: MouseDown) -> None:
        """Begin a stroke; with the right button, begin to rub out."""
        event.stop()
        self.focus()
        self.is_down = False
        self._button, self._last = event.button, None
        self.capture_mouse()
        self.canvas.begin()
        self._stroke_to(event)

    def on_mouse_move(self, event: MouseMove) -> None:
        """Go on with the stroke."""
        if self._button:
            event.stop()
            self._stroke_to(event)

    def on_mouse_up(self, event: MouseUp) -> None:
        """End the stroke."""
        event.stop()
        self._button = 0
        self.release_mouse()

    def _stroke_to(self, event: MouseEvent) -> None:
        point = self._point_under(event)
        start = self._last or point
        change = self.canvas.rub_out if self._is_rubbing(event) else self.canvas.draw
        change(start, point)
        self._last = point
        self.at = clamp((round(point[0]), round(point[1])), (SIDE, SIDE)) or self.at
        self._has_changed()

    def _is_rubbing(self, event: MouseEvent) -> bool:
        return self._button == _RIGHT or event.ctrl

    def _point_under(self, event: MouseEvent) -> Point:
        """Return where on the sheet the mouse is: exactly, where the terminal says so.

        Most say only which cell it is, which may be two pixels: then it is the middle of both.
        """
        left, top = self.gutter.left, self.gutter.top
        x, y = event.pointer_x - left, event.pointer_y - top
        if x == int(x) and y == int(y):
            x, y = x + 0.5, y + 0.5
        columns, rows = (2, 1) if self._is_wide(*self.room) else (1, 2)
        return y * rows - 0.5, x / columns - 0.5
