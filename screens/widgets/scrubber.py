"""Curves over time, with a cursor that is moved through it."""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace
from textual.binding import Binding, BindingType
from textual.events import MouseDown, MouseMove
from textual.message import Message

from screens.shapes.curves import move_cursor
from screens.widgets.plot import Plot

_SCRUB = Binding.Group("time", compact=True)


class Scrubber(Plot, can_focus=True):
    """A plot whose cursor is moved by key, within the span of its curves.

    | key               | does                                   |
    |-------------------|----------------------------------------|
    | `left` `right`    | the cursor a column back or on         |
    | `home` `end`      | the cursor to an end of its span       |
    | click, drag       | the cursor to the mouse                |
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1)", "back", group=_SCRUB, tooltip="Back in time by a column"),
        Binding("right,l", "move(1)", "on", group=_SCRUB, tooltip="On again by a column"),
        Binding("home,shift+left", "jump(0)", "first", show=False, tooltip="To the first step"),
        Binding("end,shift+right", "jump(-1)", "last", show=False, tooltip="To the newest step"),
    ]

    class Moved(Message):
        """The cursor was moved by key."""

        def __init__(self, scrubber: Scrubber, x: int) -> None:
            super().__init__()
            self.scrubber = scrubber
            self.x = x

        @property
        def control(self) -> Scrubber:
            """The plot."""
            return self.scrubber

    def on_focus(self) -> None:
        """Show that the keys are for this plot."""
        self.redraw()

    def on_blur(self) -> None:
        """Show that they are not."""
        self.redraw()

    def on_mouse_down(self, event: MouseDown) -> None:
        """Begin to move the cursor with the mouse."""
        self.capture_mouse()
        self._follow(event.x)

    def on_mouse_move(self, event: MouseMove) -> None:
        """Move the cursor on while a button is down."""
        if self.app.mouse_captured is self:
            self._follow(event.x)

    def on_mouse_up(self) -> None:
        """Leave the cursor where it is."""
        self.release_mouse()

    def _follow(self, column: int) -> None:
        """Move the cursor to a column of the widget."""
        limits, span, (left, right) = self._limits[0], self.curves.span, self.columns
        if limits is None or span is None or right <= left:
            return
        share = (column - left + 0.5) / (right - left)
        x = round(limits[0] + share * (limits[1] - limits[0]))
        self._move_to(min(max(x, span[0]), span[1]))

    def action_move(self, columns: int) -> None:
        """Move the cursor by columns of the plot."""
        limits = self._limits[0]
        if limits and (x := move_cursor(self.curves, columns, limits, self.size.width)) is not None:
            self._move_to(x)

    def action_jump(self, end: int) -> None:
        """Move the cursor to the first (0) or the last (-1) place of its span."""
        if self.curves.span:
            self._move_to(self.curves.span[end])

    def _move_to(self, x: int) -> None:
        """Show the cursor where it will be, at once: getting there may take a while."""
        if x != self.curves.here:
            self.curves = replace(self.curves, cursor=x)
            self.post_message(self.Moved(self, x))
