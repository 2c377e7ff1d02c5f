"""The dialog in which one types where to go."""

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Input, Static

from screens.base.app import DebuggerApp
from screens.base.dialog import DIALOG_STYLE, Dialog
from screens.base.messages import ExplainNumber
from screens.inspect.places import Destination, destination
from screens.inspect.subject import Scene, Source


class GoToDialog(Dialog[None]):
    """Asks for a step or an epoch that the run has reached, or for a number to explain."""

    HEADING = "Go to a step, an epoch or a number"
    KEYS = "enter goes there, or explains the number · escape stays here"
    CSS_PATH: ClassVar = [DIALOG_STYLE, "go_to.tcss"]

    def __init__(self, sample: Source) -> None:
        """Make the dialog.

        Args:
            sample: Whose numbers the screen under it shows.
        """
        super().__init__()
        self._sample = sample

    @classmethod
    def open(cls, app: DebuggerApp) -> None:
        """Ask where to go, and go there."""
        app.push_screen(cls(Source.PROBE if app.current_mode == "forward" else Source.BATCH))

    def compose_body(self) -> Iterable[Widget]:
        """Make the field, and the line that says where that is."""
        yield Input(placeholder="1200, epoch 3, W1[241,0], dW2[3,7], x(18,10)")
        yield Static(id="said", markup=False)

    def on_mount(self) -> None:
        """Say what is possible, which grows while the run goes on."""
        self.watch(self.app, "snapshot", self.describe)

    @property
    def _scene(self) -> Scene:
        return Scene(self.app.snapshot, self.app.selection)

    @property
    def destination(self) -> Destination:
        """Where that is."""
        return destination(self.query_one(Input).value, self._scene, self._sample)

    @on(Input.Changed)
    def describe(self) -> None:
        """Say where that is, or why it cannot be."""
        found, is_typed = self.destination, bool(self.query_one(Input).value.strip())
        self.say(found.says, refused=is_typed and not found.exists)

    @on(Input.Submitted)
    def go(self) -> None:
        """Go there, if that can be."""
        found, scene = self.destination, self._scene
        if found.exists:
            self.dismiss()
        if found.step is not None:
            self.app.navigator.go_to_step(found.step)
        elif found.number is not None:
            self.app.post_message(ExplainNumber(scene, found.number))
