"""A table whose cells can be opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from screens.widgets.cursor import Place
from screens.widgets.numbers import Numbers


class Confusion(Numbers):
    """A grid of numbers, each of which stands for images.

    | key                        | does            |
    |----------------------------|-----------------|
    | `enter`, or a second click | opens the cell  |
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "images", key_display="enter", tooltip="The images of this cell")
    ]

    @dataclass
    class Chosen(Message):
        """A cell was opened by `enter` or a second click."""

        confusion: Confusion
        cell: Place

        @property
        def control(self) -> Confusion:
            """The grid."""
            return self.confusion

    def action_choose(self) -> None:
        """Open the selected cell."""
        if (cell := self.cursor) is not None:
            self.post_message(self.Chosen(self, cell))
