"""The window that checks a gradient numerically."""

from typing import ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from screens.base.frame import Plain
from screens.dialogs.gradient_check.model import WHY, check_view
from screens.dialogs.what_if.model import Parameter
from screens.shapes.look import Look
from tui_nn.training.analysis.element_check import EPSILON, LiveCheck, check_element
from tui_nn.training.session.snapshot import Computed, Snapshot

LEAST, MOST = 1e-10, 1e-1

_EPSILON = Binding.Group("another ε", compact=True)


class GradientCheckScreen(ModalScreen[None]):
    """Nudges one parameter up and down, and holds the slope of the loss beside the gradient.

    The step stays as it was when the window was opened, whatever the run does meanwhile. Too
    large an ε shows how the loss bends, too small a one what rounding leaves.
    """

    CSS_PATH: ClassVar[str] = "gradient_check.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus,equals_sign", "epsilon(10)", "larger ε", key_display="+", group=_EPSILON,
                tooltip="Nudge ten times as far"),
        Binding("minus", "epsilon(0.1)", "smaller ε", key_display="-", group=_EPSILON,
                tooltip="Nudge a tenth as far"),
        Binding("escape,c,q", "dismiss(None)", "close", tooltip="Back to the screen"),
    ]  # fmt: skip

    def __init__(self, parameter: Parameter, snapshot: Snapshot, computed: Computed) -> None:
        """Make the window.

        Args:
            parameter: The weight or bias.
            snapshot: What was to be seen.
            computed: The step whose gradient it is.
        """
        super().__init__()
        self._program = snapshot.program
        self._computed = computed
        self._parameter = parameter
        self._epsilon = EPSILON

    def compose(self) -> ComposeResult:
        """Make the window."""
        look: Look = self.app.look  # type: ignore[attr-defined]
        with VerticalScroll(id="window"):
            yield Plain("", id="title", classes="title")
            yield Plain("working it out …", id="batch", classes="note")
            yield Static(id="table", markup=False)
            yield Static(id="verdict", markup=False)
            yield Static(look.text(WHY), classes="note", markup=False)
            yield Plain(look.text("+ − another ε · escape closes"), id="hint", classes="note")

    def on_mount(self) -> None:
        """Begin to work it out."""
        self.check()

    @work(thread=True, name="check gradient", exclusive=True, exit_on_error=False)
    def check(self) -> LiveCheck:
        """Work it out, beside the event loop."""
        name, index = self._parameter.name, self._parameter.index
        return check_element(self._program, self._computed, name, index, self._epsilon)

    @on(Worker.StateChanged)
    def show(self, message: Worker.StateChanged) -> None:
        """Show what came of it."""
        if message.state is WorkerState.ERROR:
            self.query_one("#batch", Plain).show(f"an error of ours: {message.worker.error!r}")
        if message.state is not WorkerState.SUCCESS:
            return
        check = cast("LiveCheck", message.worker.result)
        look: Look = self.app.look  # type: ignore[attr-defined]
        view = check_view(check, self._computed.context.step)
        self.query_one("#title", Plain).show(view.title)
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
