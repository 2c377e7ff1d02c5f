"""The dialog that lists what the app has said."""

from collections.abc import Iterable
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from screens.base.dialog import DIALOG_STYLE, Dialog
from screens.dialogs.messages.model import NOTHING_YET, message_lines


class MessagesDialog(Dialog[None]):
    """Lists the messages of this sitting, each with the step at which it came."""

    HEADING = "Messages, newest first"
    KEYS = "↑ ↓ scroll · escape closes"
    SCROLLS = True
    CSS_PATH: ClassVar = [DIALOG_STYLE, "messages.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+l,q", "close", "close", show=False, tooltip="Close this window")
    ]

    def compose_body(self) -> Iterable[Widget]:
        """Make a table of them."""
        look, table = self.app.look, Table.grid(padding=(0, 2))
        table.add_column(justify="right", style="bold", no_wrap=True)
        table.add_column()
        lines = message_lines(self.app.message_log.messages)
        for step, words in lines:
            table.add_row(Text(look.text(step)), Text(look.text(words)))
        yield Static(table if lines else NOTHING_YET, markup=False, id="messages")
