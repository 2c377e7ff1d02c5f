"""Screen: Forward."""

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget

from screens.chrome import Plain
from screens.lab import LabScreen
from screens.selection import Selection
from tui_nn.training.snapshot import Snapshot


class ForwardScreen(LabScreen):
    """Forward."""

    MODE: ClassVar[str] = "forward"
    CSS_PATH: ClassVar[list[str]] = ["lab.tcss", "forward.tcss"]

    def compose_body(self) -> Iterable[Widget]:
        """Make the panels."""
        yield Plain("Forward")

    def draw(self, snapshot: Snapshot, selection: Selection) -> None:
        """Fill them."""
