"""What a screen shows, and every key that works on it."""

import inspect
from collections.abc import Iterable
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import App
from textual.binding import ActiveBinding, Binding, BindingType
from textual.dom import DOMNode
from textual.keys import format_key
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from screens.base.app import DebuggerApp
from screens.base.dialog import DIALOG_STYLE, Dialog
from screens.base.frame import Plain
from screens.dialogs.help.model import Group, KeyHelp, group_keys, paragraphs


class HelpDialog(Dialog[None]):
    """Help for the screen under it, made from its docstring and from its bindings."""

    SCROLLS = True
    KEYS = "↑ ↓ scroll · escape closes"
    CSS_PATH: ClassVar = [DIALOG_STYLE, "help.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,q", "close", "close", show=False, tooltip="Close this window")
    ]

    def __init__(self, screen: Screen[object]) -> None:
        """Make help.

        Args:
            screen: What it is about; its keys are those that work as it is now.
        """
        super().__init__()
        self._about = paragraphs(inspect.getdoc(type(screen)) or "")
        self._keys = key_help(screen.active_bindings.values())

    @classmethod
    def open(cls, app: DebuggerApp) -> None:
        """Help with the screen that is seen."""
        app.push_screen(cls(app.screen))

    def compose_body(self) -> Iterable[Widget]:
        """Make the text, and a table for each group of keys."""
        for paragraph in self._about:
            text = self.app.look.text(paragraph)
            yield Static(text, markup=False, classes="about")
        for name, lines in self._keys.items():
            yield Plain(name, classes="heading")
            yield Static(self._table(lines), classes="group")

    def _table(self, lines: list[KeyHelp]) -> Table:
        """Keys beside what they do, which may take more than one line."""
        look, table = self.app.look, Table.grid(padding=(0, 2))
        width = max(len(line.keys) for group in self._keys.values() for line in group)
        table.add_column(justify="right", style="bold", no_wrap=True, min_width=width)
        table.add_column()
        for keys, does in lines:
            table.add_row(Text(look.text(keys)), Text(look.text(does)))
        return table


def key_help(bindings: Iterable[ActiveBinding]) -> dict[Group, list[KeyHelp]]:
    """Return every key that has a tooltip, by group.

    Args:
        bindings: Those that are active, from the focused widget outwards.
    """
    return group_keys(
        (_group(node, binding), key_name(binding.key), tooltip or binding.tooltip)
        for node, binding, enabled, tooltip in bindings
        if enabled
    )


def key_name(key: str) -> str:
    """Return a key as it is printed on a keyboard, or as people write it."""
    name = "enter" if key == "enter" else format_key(key)
    return f"ctrl+{name[1:]}" if name.startswith("^") and len(name) > 1 else name


def _group(node: DOMNode, binding: Binding) -> Group:
    if binding.action.startswith("app.focus"):
        return "moving"
    if isinstance(node, App):
        return "everywhere"
    return "this screen" if isinstance(node, Screen) else "moving"
