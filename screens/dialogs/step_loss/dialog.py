"""The window that shows the loss along a step, and so whether the learning rate suits it."""

from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static
from textual.worker import Worker, WorkerState, get_current_worker

from screens.base.frame import Plain
from screens.dialogs.step_loss.model import CAVEAT, along_title, along_view, direction_words
from screens.inspect.export import Drawing
from screens.widgets.plot import Plot
from tui_nn.training.analysis.step_loss import StepLoss, measure_step_loss
from tui_nn.training.session.snapshot import Computed, Snapshot

if TYPE_CHECKING:
    from screens.app import Lab

_RATE = Binding.Group("rate η", compact=True)


class AlongStepScreen(ModalScreen[None]):
    """The loss of one batch for every length of its step, the learning rate marked.

    The step stays as it was when the window was opened; + and - change the run's learning rate,
    as everywhere, and move the mark.
    """

    CSS_PATH: ClassVar[str] = "step_loss.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus,equals_sign", "app.learning_rate(1)", "rate up", key_display="+",
                group=_RATE, tooltip="A higher learning rate"),
        Binding("minus", "app.learning_rate(-1)", "rate down", key_display="-",
                group=_RATE, tooltip="A lower learning rate"),
        Binding("y", "app.export", "export", tooltip="Export the plot as SVG and CSV"),
        Binding("escape,a,q", "dismiss(None)", "close", tooltip="Back to the screen"),
    ]  # fmt: skip

    def __init__(self, snapshot: Snapshot, computed: Computed) -> None:
        """Make the window.

        Args:
            snapshot: What was to be seen.
            computed: The step to go along.
        """
        super().__init__()
        self._program = snapshot.program
        self._computed = computed
        self._rate = snapshot.learning_rate

    @property
    def lab(self) -> "Lab":
        """The app."""
        return cast("Lab", self.app)

    def compose(self) -> ComposeResult:
        """Make the window."""
        look = self.lab.look
        title = along_title(self._computed.context)
        note = direction_words(self._program) + CAVEAT
        with Vertical(id="window"):
            yield Plain(title, classes="title")
            plot = Plot()
            plot.can_focus = False  # + and - are the window's
            yield plot
            yield Static("working it out …", id="outcome", markup=False)
            yield Static(id="verdict", markup=False)
            yield Static(look.text(note), classes="note", markup=False)
            yield Plain(
                look.text("+ − the learning rate · y exports · escape closes"), classes="note"
            )

    def on_mount(self) -> None:
        """Begin to work it out, and again when the learning rate changes."""
        self.work_out()
        self.watch(self.app, "snapshot", self._follow_rate, init=False)

    def exported(self) -> Drawing:
        """Return the plot to be exported."""
        step = self._computed.context.step
        curves = self.query_one(Plot).curves
        return Drawing(f"along-step{step}", f"The loss along step {step}", curves)

    def _follow_rate(self, snapshot: Snapshot) -> None:
        if snapshot.learning_rate != self._rate:
            self._rate = snapshot.learning_rate
            self.work_out()

    @work(thread=True, name="along step", exclusive=True, exit_on_error=False)
    def work_out(self) -> StepLoss | None:
        """Work it out, beside the event loop."""
        worker = get_current_worker()
        return measure_step_loss(
            self._program, self._computed, self._rate, lambda: worker.is_cancelled
        )

    @on(Worker.StateChanged)
    def show(self, message: Worker.StateChanged) -> None:
        """Show what came of it."""
        outcome = self.query_one("#outcome", Static)
        if message.state is WorkerState.ERROR:
            outcome.update(f"an error of ours: {message.worker.error!r}")
        if message.state is not WorkerState.SUCCESS or message.worker.result is None:
            return
        is_over = self._computed.done == len(self._program.operations)
        view = along_view(message.worker.result, is_over=is_over)
        self.query_one(Plot).show(view.curves)
        outcome.update(self.lab.look.text(view.outcome))
        verdict = self.query_one("#verdict", Static)
        verdict.update(self.lab.look.text(f"{view.sign} {view.verdict}"))
        verdict.set_class(view.sign == "✓", "-ok")
