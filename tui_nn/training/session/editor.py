"""Changes a run: an edit makes a branch of what was recorded after it, and can be undone."""

from tui_nn.errors import TuiNNError
from tui_nn.training.session.recorder import Recorder
from tui_nn.training.stepping.history import History
from tui_nn.training.stepping.journal import Edit
from tui_nn.training.stepping.stepper import Moment, Stepper
from tui_nn.training.stepping.timeline import Timeline


class Editor:
    """Makes edits where the program counter stands, and undoes them."""

    def __init__(self, stepper: Stepper, recorder: Recorder, timeline: Timeline | None) -> None:
        self._stepper = stepper
        self._recorder = recorder
        self._timeline = timeline
        self._before: list[tuple[Moment, History]] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to undo."""
        return bool(self._before)

    def settle(self) -> None:
        """Make the edits so far final, since the program counter moves on."""
        self._before.clear()

    def make(self, edit: Edit) -> None:
        """Make an edit; what was recorded after this place becomes a branch."""
        at, recorder = self._stepper, self._recorder
        self._before.append((at.capture(), recorder.history))
        at.edit(edit)
        if at.step < len(recorder.history):
            recorder.history = recorder.history.branched(at.step)
        self._forget_copies()

    def undo(self) -> None:
        """Undo the last edit, and go back to the record that it replaced.

        Raises:
            TuiNNError: None was made since the last move.
        """
        if not self._before:
            raise TuiNNError("nothing to undo: no change was made since the last move")
        moment, self._recorder.history = self._before.pop()
        self._stepper.restore_moment(moment)
        self._forget_copies()

    def _forget_copies(self) -> None:
        if self._timeline is not None:
            # The beginning of this step is as it was, unless the edit was made there.
            self._timeline.forget_from(self._stepper.step + (self._stepper.done > 0))
