"""A list of settings: up and down choose one, left and right turn it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from screens.widgets.bars import Bars


class Dials(Bars):
    """Settings, one of them selected, which left and right turn."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "turn(-1)", "Turn", show=False, tooltip="Turn the selected dial back"),
        Binding("right,l", "turn(1)", "Turn", show=False, tooltip="Turn the selected dial on"),
    ]

    @dataclass
    class Turned(Message):
        """A dial was turned."""

        index: int
        steps: int

    def __init__(self, *, id: str) -> None:
        super().__init__(selectable=True, id=id)

    def action_turn(self, steps: int) -> None:
        """Turn the selected dial."""
        self.post_message(self.Turned(self.index, steps))
