"""A table whose cells can be opened."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Click
from textual.message import Message

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

    class Chosen(Message):
        """A cell was opened by `enter` or a second click."""

        def __init__(self, confusion: Confusion, cell: tuple[int, int]) -> None:
            super().__init__()
            self.confusion = confusion
            self.cell = cell

        @property
        def control(self) -> Confusion:
            """The grid."""
            return self.confusion

    def action_choose(self) -> None:
        """Open the selected cell."""
        if self.table is not None:
            self.post_message(self.Chosen(self, self.cursor))

    def on_click(self, event: Click) -> None:
        """Select the cell under the mouse, or open it if it was clicked twice."""
        event.prevent_default()
        if self.select_at(event) and event.chain == 2:
            self.action_choose()
