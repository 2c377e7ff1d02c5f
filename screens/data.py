"""Screen: Data."""

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget

from screens.chrome import Plain
from screens.lab import LabScreen
from screens.selection import Selection
from tui_nn.training.snapshot import Snapshot


class DataScreen(LabScreen):
    """Data."""

    MODE: ClassVar[str] = "data"
    CSS_PATH: ClassVar[list[str]] = ["lab.tcss", "data.tcss"]

    def compose_body(self) -> Iterable[Widget]:
        """Make the panels."""
        yield Plain("Data")

    def draw(self, snapshot: Snapshot, selection: Selection) -> None:
        """Fill them."""
