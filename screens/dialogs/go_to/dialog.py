"""The dialog in which one types where to go."""

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Input, Static

from screens.base.app import DebuggerApp
from screens.base.dialog import DIALOG_STYLE, Dialog
from screens.inspect.places import Destination, destination


class GoToDialog(Dialog[int]):
    """Asks for a step or an epoch that the run has reached; its result is the step."""

    HEADING = "Go to"
    KEYS = "enter goes there · escape stays here"
    CSS_PATH: ClassVar = [DIALOG_STYLE, "go_to.tcss"]

    @classmethod
    def open(cls, app: DebuggerApp) -> None:
        """Ask where to go, and go there."""

        def go(step: int | None) -> None:
            if step is not None:
                app.navigator.go_to_step(step)

        app.push_screen(cls(), go)

    def compose_body(self) -> Iterable[Widget]:
        """Make the field, and the line that says where that is."""
        yield Input(placeholder="step 1200, epoch 3 or 1200")
        yield Static(id="said", markup=False)

    def on_mount(self) -> None:
        """Say what is possible, which grows while the run goes on."""
        self.watch(self.app, "snapshot", self.describe)

    @property
    def destination(self) -> Destination:
        """Where that is."""
        return destination(self.query_one(Input).value, self.app.snapshot)

    @on(Input.Changed)
    def describe(self) -> None:
        """Say where that is, or why it cannot be."""
        found, is_typed = self.destination, bool(self.query_one(Input).value.strip())
        self.say(found.says, refused=is_typed and found.step is None)

    @on(Input.Submitted)
    def go(self) -> None:
        """Go there, if that can be."""
        if (step := self.destination.step) is not None:
            self.dismiss(step)
