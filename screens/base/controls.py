"""A line that says what is being shown, each choice beside the key that changes it."""

from collections.abc import Sequence
from typing import NamedTuple

from textual import getters
from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from screens.base.app import DebuggerApp


class Control(NamedTuple):
    """A choice and its key.

    Attributes:
        key: The key, as people write it.
        name: What it chooses.
        value: What is chosen now, or "".
        action: What the key does, for the mouse.
    """

    key: str
    name: str
    value: str
    action: str


class Controls(Static):
    """Choices beside their keys, as many as there is room for; a click presses the key."""

    DEFAULT_CSS = """
    Controls { width: 1fr; height: 1; text-wrap: nowrap; link-style: none; }
    Controls { link-style-hover: underline; link-color: $text; link-background-hover: $boost; }
    """

    app = getters.app(DebuggerApp)

    _shown: Sequence[Control] = ()

    def show(self, controls: Sequence[Control]) -> None:
        """Show choices."""
        if controls != self._shown:
            self._shown = controls
            self.update(Content("   ").join(self._content(each) for each in controls))

    def _content(self, control: Control) -> Content:
        look = self.app.look
        click = Style.from_meta({"@click": control.action})
        name = f" {control.name}: " if control.value else f" {control.name}"
        return Content.assemble(
            (control.key, Style(bold=True, reverse=True) + click),
            (look.text(name), Style(dim=True) + click),
            (look.text(control.value), Style(bold=True) + click),
        )
