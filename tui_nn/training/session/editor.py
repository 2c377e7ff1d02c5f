"""Changes a run: an edit makes a branch of what was recorded after it, and can be undone."""

from tui_nn.training.session.recorder import Recorder
from tui_nn.training.stepping.history import History
from tui_nn.training.stepping.journal import Edit
from tui_nn.training.stepping.replay import Replayer
from tui_nn.training.stepping.stepper import Moment, Stepper
from tui_nn.training.stepping.timeline import Timeline


class Editor:
    """Makes edits where the program counter stands, and undoes them."""

    def __init__(
        self,
        stepper: Stepper,
        recorder: Recorder,
        timeline: Timeline | None,
        replayer: Replayer,
    ) -> None:
        self._stepper = stepper
        self._recorder = recorder
        self._timeline = timeline
        self._replayer = replayer
        self._before: list[tuple[Moment, History]] = []

    @property
    def is_fresh(self) -> bool:
        """Whether nothing has moved since the last edit: it can be undone without a trace."""
        return bool(self._before)

    def settle(self) -> None:
        """Forget how it was before the edits so far, since the program counter moves on."""
        self._before.clear()

    def make(self, edit: Edit) -> None:
        """Make an edit; what was recorded after this place becomes a branch."""
        at, recorder = self._stepper, self._recorder
        self._before.append((at.capture(), recorder.history))
        at.edit(edit)
        self._branch()

    def undo(self) -> None:
        """Undo a fresh edit, and go back to the record that it replaced."""
        moment, self._recorder.history = self._before.pop()
        self._stepper.restore_moment(moment)
        self._forget_copies()

    def take_back(self) -> None:
        """Remove the last edit, where it was made; the steps made with it become a branch."""
        self._branch()
        self._replayer.replay(self._stepper.place, self._stepper.journal.without_last())

    def _branch(self) -> None:
        """Keep what was recorded after this place as a branch."""
        at, recorder = self._stepper, self._recorder
        if at.step < len(recorder.history):
            recorder.history = recorder.history.branched(at.step)
        self._forget_copies()

    def _forget_copies(self) -> None:
        if self._timeline is not None:
            # The beginning of this step is as it was, unless the edit was made there.
            self._timeline.forget_from(self._stepper.step + (self._stepper.done > 0))
