"""An app below the shell's prompt, where the terminal's rows are not the app's own."""

import sys

from tests.terminal.terminal import terminal

PROGRAM = """
from textual.widgets import Static
from screens.base.terminal.diffing import DiffingApp

class Below(DiffingApp[None]):
    CSS = "Screen { height: 3; }"
    BINDINGS = [("n", "next", "Next"), ("q", "quit", "Quit")]
    count = 0

    def compose(self):
        yield Static("number 0")

    def action_next(self):
        self.count += 1
        self.query_one(Static).update(f"number {self.count}")

Below().run(inline=True)
"""


def test_it_is_drawn_as_textual_draws_it() -> None:
    with terminal(program=(sys.executable, "-c", PROGRAM)) as app:
        app.wait_for("number 0")
        app.press("nn")
        app.wait_for("number 2")
        app.press("q")
        assert app.wait_for_exit() == 0
        app.assert_restored()
