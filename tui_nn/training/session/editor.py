"""Changes the course of a run: an edit overtakes what was recorded after it, and can be undone."""

from dataclasses import dataclass

from tui_nn.errors import TuiNNError
from tui_nn.nn.operation import StepContext
from tui_nn.nn.state import State
from tui_nn.nn.tensor import Arrays
from tui_nn.training.session.history import History
from tui_nn.training.session.journal import Edit, Journal
from tui_nn.training.session.recorder import Recorder
from tui_nn.training.session.stepper import Stepper
from tui_nn.training.session.timeline import Timeline


@dataclass(frozen=True, eq=False)
class _Replaced:
    """What an edit replaced.

    Attributes:
        parameters: Every parameter before it.
        base_rate: η before it, and before its schedule's factor.
        context: The step's before it.
        tensors: What was to be seen before it, and of which step.
        shown_step: Likewise.
        journal: The edits before it.
        history: The record before it, with what it overtook.
    """

    parameters: State
    base_rate: float
    context: StepContext
    tensors: Arrays
    shown_step: int | None
    journal: Journal
    history: History


class Editor:
    """Makes edits where the program counter stands, and takes them back."""

    def __init__(self, stepper: Stepper, recorder: Recorder, timeline: Timeline | None) -> None:
        self._stepper = stepper
        self._recorder = recorder
        self._timeline = timeline
        self._replaced: list[_Replaced] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return bool(self._replaced)

    def settle(self) -> None:
        """Let the edits so far be final, since the program counter moves on."""
        self._replaced.clear()

    def make(self, edit: Edit) -> None:
        """Make an edit; what was recorded after this place becomes a branch."""
        at, recorder = self._stepper, self._recorder
        self._replaced.append(
            _Replaced(
                at.state.copy(),
                at.base_rate,
                at.context,
                at.tensors,
                at.shown_step,
                at.journal,
                recorder.history,
            )
        )
        at.journal = at.journal.until(at.step, at.done)
        at.journal.add(edit)
        at.apply(edit)
        at.adapt()
        if at.step < len(recorder.history):
            recorder.history = recorder.history.branched(at.step)
        self._forget_copies()

    def undo(self) -> None:
        """Take the last edit back, with what it overtook.

        Raises:
            TuiNNError: None was made since the last move.
        """
        if not self._replaced:
            raise TuiNNError("nothing to undo: no change was made since the last move")
        at, last = self._stepper, self._replaced.pop()
        at.state.restore(last.parameters)
        at.base_rate, at.journal = last.base_rate, last.journal
        at.adapt()
        at.context, at.tensors, at.shown_step = last.context, last.tensors, last.shown_step
        self._recorder.history = last.history
        self._forget_copies()

    def _forget_copies(self) -> None:
        if self._timeline is not None:
            # The beginning of this step is as it was, unless it is where the edit was made.
            self._timeline.forget_from(self._stepper.step + (self._stepper.done > 0))
