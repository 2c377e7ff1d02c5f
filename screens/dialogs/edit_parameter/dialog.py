"""The dialog in which one types another value for a weight or a bias."""

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Input, Static

from screens.base.app import DebuggerApp
from screens.base.changes import change_network, edited_words
from screens.base.dialog import DIALOG_STYLE, Dialog, ask_and_open, take_snapshot
from screens.base.screen import selected_parameter
from screens.dialogs.edit_parameter.model import TypedValue, read_value, shortest
from screens.inspect.parameters import Parameter, present_value
from tui_nn.training.session.snapshot import Snapshot


class EditParameterDialog(Dialog[float]):
    """Asks for a value of the selected weight or bias; its result is the number."""

    KEYS = "enter applies it where the step begins · escape closes"
    CSS_PATH: ClassVar = [DIALOG_STYLE, "edit_parameter.tcss"]

    def __init__(self, snapshot: Snapshot, parameter: Parameter) -> None:
        """Make the dialog.

        Args:
            snapshot: What was on the screen.
            parameter: The weight or bias.
        """
        super().__init__()
        self._parameter = parameter
        self._kind = snapshot.program.parameters[parameter.name].role.value
        self._present = present_value(snapshot, parameter)

    @classmethod
    def open(cls, app: DebuggerApp) -> None:
        """Ask for another value of the selected parameter, and change it."""
        if (parameter := selected_parameter(app)) is None:
            return
        name, index = parameter.name, parameter.index

        def open_dialog(snapshot: Snapshot) -> None:
            def change(value: float | None) -> None:
                if value is not None:
                    words = edited_words(snapshot, parameter, value)
                    change_network(
                        app, lambda session: session.set_parameter(name, index, value), words
                    )

            app.push_screen(cls(snapshot, parameter), change)

        ask_and_open(app, take_snapshot, open_dialog)

    def compose_body(self) -> Iterable[Widget]:
        """Make the field, and the line that says what the value would do."""
        yield Input(shortest(self._present))
        yield Static(id="said", markup=False)

    def on_mount(self) -> None:
        """Name the parameter."""
        self.retitle(f"What if the {self._kind} {self._parameter.symbol} were")

    @property
    def typed(self) -> TypedValue:
        """What was typed."""
        return read_value(self.query_one(Input).value, self._present)

    @on(Input.Changed)
    def describe(self) -> None:
        """Say what the value would do, or why it cannot be."""
        typed = self.typed
        self.say(typed.says, refused=typed.value is None)

    @on(Input.Submitted)
    def apply(self) -> None:
        """Hand the value over, if it is one."""
        if (value := self.typed.value) is not None:
            self.dismiss(value)
