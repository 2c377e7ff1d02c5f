"""What a screen shows, and every key that works on it."""

from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from screens.base.frame import Plain
from screens.dialogs.help.model import KeyHelp, about, key_help
from screens.shapes.look import Look


class HelpScreen(ModalScreen[None]):
    """Help for the screen under it, made from its docstring and from its bindings."""

    CSS_PATH: ClassVar[str] = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q", "dismiss(None)", "close", tooltip="Back to the screen")
    ]

    def __init__(self, screen: Screen[object]) -> None:
        """Make help.

        Args:
            screen: What it is about; its keys are those that work as it is now.
        """
        super().__init__()
        self._about = about(screen)
        self._keys = key_help(screen.active_bindings.values())

    def compose(self) -> ComposeResult:
        """Make the window."""
        look: Look = self.app.look  # type: ignore[attr-defined]
        with VerticalScroll(id="window"):
            for paragraph in self._about:
                yield Static(look.text(paragraph), markup=False, classes="about")
            for name, lines in self._keys.items():
                yield Plain(name, classes="title")
                yield Static(self._table(lines, look), classes="keys")
            yield Static(look.text("↑ ↓ scroll · escape closes"), markup=False, classes="hint")

    def _table(self, lines: list[KeyHelp], look: Look) -> Table:
        """Keys beside what they do, which may take more than one line."""
        table = Table.grid(padding=(0, 2))
        width = max(len(line.keys) for group in self._keys.values() for line in group)
        table.add_column(justify="right", style="bold", no_wrap=True, min_width=width)
        table.add_column()
        for keys, does in lines:
            table.add_row(Text(look.text(keys)), Text(look.text(does)))
        return table
