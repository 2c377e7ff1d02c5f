"""What is shown in place of a screen that failed."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from screens.base.screen import DebuggerScreen
from screens.base.surviving import fault_words
from screens.inspect.selection import Selection
from tui_nn.fault_log import log_path
from tui_nn.training.session.snapshot import Snapshot

WORDS = """\
This screen failed. The run is safe: it goes on, and ctrl+s saves it.

enter tries this screen again; the number keys show the others.

What happened:  {fault}
Where:  {log}

Please report it, with what `tui-nn doctor` prints and the end of that file."""


class FailedScreen(DebuggerScreen):
    """Says that a screen failed, and what one can do."""

    SHOWS_SAMPLE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        *DebuggerScreen.BINDINGS,
        Binding("enter", "retry", "try again", tooltip="Make this screen again"),
    ]

    def __init__(self, mode: str, error: Exception) -> None:
        """Make a screen.

        Args:
            mode: Which one failed.
            error: What happened.
        """
        self.MODE = mode  # type: ignore[misc] # its tab is the failed one's
        self._words = WORDS.format(fault=fault_words(error), log=log_path())
        super().__init__()

    def compose_body(self) -> Iterable[Widget]:
        """Yield the words."""
        yield Static(self.app.look.text(self._words), markup=False)

    def draw(self, snapshot: Snapshot, selection: Selection) -> None:
        """Show nothing of the run: that may be what failed."""

    def action_retry(self) -> None:
        """Make the screen again."""
        entry = next(entry for entry in self.app.SCREEN_TABLE if entry.mode == self.MODE)
        self.app.switch_screen(entry.make())
