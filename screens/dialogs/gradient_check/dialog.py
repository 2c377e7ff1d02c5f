"""The dialog that checks a gradient numerically."""

from collections.abc import Iterable
from functools import partial
from typing import ClassVar, cast

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from screens.base.app import DebuggerApp
from screens.base.dialog import DIALOG_STYLE, Dialog, failure_words, open_on_step
from screens.base.frame import Plain
from screens.base.screen import selected_parameter
from screens.dialogs.gradient_check.model import WHY, check_view
from screens.inspect.parameters import Parameter
from tui_nn.training.analysis.element_check import EPSILON, LiveCheck, check_element
from tui_nn.training.session.snapshot import Computed, Snapshot

LEAST, MOST = 1e-10, 1e-1

_EPSILON = Binding.Group("another ε", compact=True)


class GradientCheckDialog(Dialog[None]):
    """Nudges one parameter up and down, and holds the slope of the loss beside the gradient.

    The step stays as it was when it was opened, whatever the run does meanwhile. Too
    large an ε shows how the loss bends, too small a one what rounding leaves.
    """

    SCROLLS = True
    KEYS = "+ − another ε · escape closes"
    CSS_PATH: ClassVar = [DIALOG_STYLE, "gradient_check.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus,equals_sign", "epsilon(10)", "larger ε", key_display="+", group=_EPSILON,
                tooltip="Nudge ten times as far"),
        Binding("minus", "epsilon(0.1)", "smaller ε", key_display="-", group=_EPSILON,
                tooltip="Nudge a tenth as far"),
        Binding("c,q", "close", "close", show=False, tooltip="Close this window"),
    ]  # fmt: skip

    def __init__(self, parameter: Parameter, snapshot: Snapshot, computed: Computed) -> None:
        """Make the dialog.

        Args:
            parameter: The weight or bias.
            snapshot: What was on the screen.
            computed: The step whose gradient it is.
        """
        super().__init__()
        self._program = snapshot.program
        self._computed = computed
        self._parameter = parameter
        self._epsilon = EPSILON

    @classmethod
    def open(cls, app: DebuggerApp) -> None:
        """Check the gradient of the selected parameter."""
        if (parameter := selected_parameter(app)) is not None:
            open_on_step(app, partial(cls, parameter))

    def compose_body(self) -> Iterable[Widget]:
        """Make the table, the verdict, and why it works."""
        yield Plain("computing …", id="batch", classes="note")
        yield Static(id="table", markup=False)
        yield Static(id="verdict", markup=False)
        yield Static(self.app.look.text(WHY), classes="note", markup=False)

    def on_mount(self) -> None:
        """Begin to compute it."""
        self.check()

    @work(thread=True, name="check gradient", exclusive=True, exit_on_error=False)
    def check(self) -> LiveCheck:
        """Compute it, beside the event loop."""
        name, index = self._parameter.name, self._parameter.index
        return check_element(self._program, self._computed, name, index, self._epsilon)

    @on(Worker.StateChanged)
    def show(self, message: Worker.StateChanged) -> None:
        """Show what came of it."""
        if message.state is WorkerState.ERROR:
            self.query_one("#batch", Plain).show(failure_words(message.worker.error))
        if message.state is not WorkerState.SUCCESS:
            return
        check = cast("LiveCheck", message.worker.result)
        look = self.app.look
        view = check_view(check, self._computed.context.step)
        self.retitle(view.title)
        self.query_one("#batch", Plain).show(view.batch)
        self.query_one("#table", Static).update(view.table(look.text))
        verdict = self.query_one("#verdict", Static)
        verdict.update(look.text(f"{view.sign} {view.verdict}"))
        verdict.set_class(view.sign == "✓", "-ok")
        verdict.set_class(view.sign == "✗", "-wrong")

    def action_epsilon(self, factor: float) -> None:
        """Nudge further, or less far."""
        wanted = float(f"{self._epsilon * factor:.0e}")
        self._epsilon = min(max(wanted, LEAST), MOST)
        self.check()
