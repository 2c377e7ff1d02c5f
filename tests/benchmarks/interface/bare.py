"""The least that a Textual app can be: one text and one key, which changes it.

Run it as ``python -m tests.benchmarks.interface.bare``; what tui-nn takes is compared to it.
"""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    """Counts how often `n` was pressed."""

    BINDINGS = [("n", "count", "Count"), ("q", "quit", "Quit")]  # noqa: RUF012

    count = 0

    def compose(self) -> ComposeResult:
        yield Static("paused 0")

    def action_count(self) -> None:
        self.count += 1
        self.query_one(Static).update(f"paused {self.count}")


if __name__ == "__main__":
    Bare().run()
