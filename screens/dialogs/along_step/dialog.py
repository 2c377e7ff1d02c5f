"""The dialog that shows the loss along a step, and so whether the learning rate suits it."""

from collections.abc import Iterable
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import Worker, WorkerState, get_current_worker

from screens.base.app import DebuggerApp
from screens.base.dialog import DIALOG_STYLE, Dialog, failure_words, open_on_step
from screens.dialogs.along_step.model import CAVEAT, along_title, along_view, direction_words
from screens.inspect.export import Drawing
from screens.widgets.plot import Plot
from tui_nn.training.analysis.step_loss import StepLoss, measure_step_loss
from tui_nn.training.session.snapshot import Computed, Snapshot

_RATE = Binding.Group("rate η", compact=True)


class AlongStepDialog(Dialog[None]):
    """The loss of one batch for every length of its step, the learning rate marked.

    The step stays as it was when it was opened; + and - change the run's learning rate,
    as everywhere, and move the mark.
    """

    KEYS = "+ − the learning rate · y exports · escape closes"
    CSS_PATH: ClassVar = [DIALOG_STYLE, "along_step.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus,equals_sign", "app.learning_rate(1)", "rate up", key_display="+",
                group=_RATE, tooltip="A higher learning rate"),
        Binding("minus", "app.learning_rate(-1)", "rate down", key_display="-",
                group=_RATE, tooltip="A lower learning rate"),
        Binding("y", "app.export", "export", tooltip="Export the plot as SVG and CSV"),
        Binding("a,q", "close", "close", show=False, tooltip="Close this window"),
    ]  # fmt: skip

    def __init__(self, snapshot: Snapshot, computed: Computed) -> None:
        """Make the dialog.

        Args:
            snapshot: What was on the screen.
            computed: The step to go along.
        """
        super().__init__()
        self._program = snapshot.program
        self._computed = computed
        self._rate = snapshot.learning_rate

    @classmethod
    def open(cls, app: DebuggerApp) -> None:
        """Show the loss along the current step."""
        open_on_step(app, cls)

    def compose_body(self) -> Iterable[Widget]:
        """Make the plot, and what to make of it."""
        look = self.app.look
        plot = Plot()
        plot.can_focus = False  # + and - are the dialog's
        yield plot
        yield Static("computing …", id="outcome", markup=False)
        yield Static(id="verdict", markup=False)
        note = direction_words(self._program) + CAVEAT
        yield Static(look.text(note), classes="note", markup=False)

    def on_mount(self) -> None:
        """Begin to compute it, and again when the learning rate changes."""
        self.retitle(along_title(self._computed.context))
        self.compute()
        self.watch(self.app, "snapshot", self._follow_rate, init=False)

    def export_in(self, widget: Widget | None) -> Drawing:  # noqa: ARG002 - Dialog's
        """Return the plot to be exported."""
        step = self._computed.context.step
        curves = self.query_one(Plot).curves
        return Drawing(f"along-step{step}", f"The loss along step {step}", curves)

    def _follow_rate(self, snapshot: Snapshot) -> None:
        if snapshot.learning_rate != self._rate:
            self._rate = snapshot.learning_rate
            self.compute()

    @work(thread=True, name="along step", exclusive=True, exit_on_error=False)
    def compute(self) -> StepLoss | None:
        """Compute it, beside the event loop."""
        worker = get_current_worker()
        return measure_step_loss(
            self._program, self._computed, self._rate, lambda: worker.is_cancelled
        )

    @on(Worker.StateChanged)
    def show(self, message: Worker.StateChanged) -> None:
        """Show what came of it."""
        outcome = self.query_one("#outcome", Static)
        if message.state is WorkerState.ERROR:
            outcome.update(failure_words(message.worker.error))
        if message.state is not WorkerState.SUCCESS or message.worker.result is None:
            return
        is_over = self._computed.done == len(self._program.operations)
        view = along_view(message.worker.result, is_over=is_over)
        self.query_one(Plot).show(view.curves)
        outcome.update(self.app.look.text(view.outcome))
        verdict = self.query_one("#verdict", Static)
        verdict.update(self.app.look.text(f"{view.sign} {view.verdict}"))
        verdict.set_class(view.sign == "✓", "-ok")
