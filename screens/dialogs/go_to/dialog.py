"""The window in which one types where to go."""

from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from screens.base.frame import Plain
from screens.inspect.places import Destination, destination

if TYPE_CHECKING:
    from screens.app import Lab


class GoToScreen(ModalScreen[int | None]):
    """Asks for a step or an epoch that the run has been to; its result is the step, or None."""

    CSS_PATH: ClassVar[str] = "go_to.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "close", tooltip="Stay here")
    ]

    def compose(self) -> ComposeResult:
        """Make the field, and the line that says where that is."""
        with Vertical(id="window"):
            yield Plain("Go to", classes="title")
            yield Input(placeholder="step 1200, epoch 3 or 1200")
            yield Plain(id="said")
            yield Plain("enter goes there · escape stays here", classes="note")

    def on_mount(self) -> None:
        """Say what is possible, which grows while the run goes on."""
        self.watch(self.app, "snapshot", self.say)

    @property
    def destination(self) -> Destination:
        """Where that is."""
        lab = cast("Lab", self.app)
        return destination(self.query_one(Input).value, lab.snapshot)

    @on(Input.Changed)
    def say(self) -> None:
        """Say where that is, or why it cannot be."""
        typed, said = self.query_one(Input).value.strip(), self.query_one("#said", Plain)
        found = self.destination
        refused = bool(typed) and found.step is None
        said.set_class(refused, "-refused")
        said.show(f"! {found.says}" if refused else found.says)

    @on(Input.Submitted)
    def go(self) -> None:
        """Go there, if that can be."""
        if (step := self.destination.step) is not None:
            self.dismiss(step)
