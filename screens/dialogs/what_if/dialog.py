"""The window in which one types another value for a weight or a bias."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from screens.base.frame import Plain
from screens.dialogs.what_if.model import Parameter, Typed, present_value, shortest, typed
from screens.shapes.look import Look
from tui_nn.training.session.snapshot import Snapshot

_HINT = "enter applies it where the step begins · escape leaves it"


class EditParameterScreen(ModalScreen[float | None]):
    """Asks for a value; its result is the number, or None to leave the parameter as it is."""

    CSS_PATH: ClassVar[str] = "what_if.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "close", tooltip="Leave the value as it is")
    ]

    def __init__(self, snapshot: Snapshot, parameter: Parameter) -> None:
        """Make the window.

        Args:
            snapshot: What was to be seen.
            parameter: The weight or bias.
        """
        super().__init__()
        self._parameter = parameter
        self._kind = snapshot.program.parameters[parameter.name].role.value
        self._present = present_value(snapshot, parameter)

    def compose(self) -> ComposeResult:
        """Make the field, and the line that says what the value would do."""
        look: Look = self.app.look  # type: ignore[attr-defined]
        kind = self._kind
        with Vertical(id="window"):
            yield Plain(f"What if the {kind} {self._parameter.symbol} were", classes="title")
            yield Input(shortest(self._present))
            yield Plain(id="said")
            yield Plain(look.text(_HINT), classes="note")

    @property
    def typed(self) -> Typed:
        """What was typed."""
        return typed(self.query_one(Input).value, self._present)

    @on(Input.Changed)
    def say(self) -> None:
        """Say what the value would do, or why it cannot be."""
        said, found = self.query_one("#said", Plain), self.typed
        said.set_class(found.value is None, "-refused")
        said.show(found.says if found.value is not None else f"! {found.says}")

    @on(Input.Submitted)
    def apply(self) -> None:
        """Hand the value over, if it is one."""
        if (value := self.typed.value) is not None:
            self.dismiss(value)
