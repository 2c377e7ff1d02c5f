"""A line in which one types or chooses the value of a hyperparameter."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key
from textual.widgets import Input

from screens.dialogs.settings.fields import Field


class Entry(Input):
    """A field's value; where there are choices, ← → and space go through them.

    A choice may also be typed, and so may a list of them: the keys are then those of any text.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
        Binding("pagedown", "screen.section(1)", show=False),
        Binding("pageup", "screen.section(-1)", show=False),
    ]

    def __init__(self, field: Field, text: str, *, first: bool) -> None:
        """Make an entry.

        Args:
            field: What it is of.
            text: What it holds.
            first: Whether it is the first of its section, which has a heading.
        """
        super().__init__(text, max_length=200, classes="-first" if first else "")
        self.field = field

    @property
    def cycles(self) -> bool:
        """Whether the arrows choose, instead of moving the cursor."""
        return self.value in self.field.about.choices

    def choose(self, by: int) -> None:
        """Choose the next one, or the one before."""
        choices = list(self.field.about.choices)
        self.value = choices[(choices.index(self.value) + by) % len(choices)]
        self.action_select_all()

    def on_key(self, event: Key) -> None:
        """Space chooses the next one."""
        if event.key == "space" and self.cycles:
            event.prevent_default().stop()
            self.choose(1)

    def action_cursor_left(self, select: bool = False) -> None:
        """Choose the one before, or move the cursor."""
        if self.cycles and not select:
            self.choose(-1)
        else:
            super().action_cursor_left(select)

    def action_cursor_right(self, select: bool = False) -> None:
        """Choose the next one, or move the cursor."""
        if self.cycles and not select:
            self.choose(1)
        else:
            super().action_cursor_right(select)
