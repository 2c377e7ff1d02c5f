"""Goes back to a place where a stepper has been: from a kept state, by running steps again."""

from collections.abc import Callable

from tui_nn.errors import TuiNNError
from tui_nn.nn.state import State
from tui_nn.training.stepping.journal import Journal
from tui_nn.training.stepping.place import Place
from tui_nn.training.stepping.stepper import Stepper
from tui_nn.training.stepping.timeline import Keyframe, Timeline


class Replayer:
    """Keeps copies of a stepper's state as it trains, and goes back with them."""

    def __init__(self, stepper: Stepper, timeline: Timeline | None) -> None:
        """Prepare to go back.

        Args:
            stepper: What is moved.
            timeline: Where the copies are; without one it can only go forwards.
        """
        self._stepper = stepper
        self._timeline = timeline

    @property
    def can_go_back(self) -> bool:
        """Whether there are copies to go back with."""
        return self._timeline is not None

    @property
    def shows_kept(self) -> bool:
        """Whether the beginning of the step that is shown is among the copies, if there are any."""
        shown = self._stepper.shown_step
        return self._timeline is None or shown is None or self._timeline.at(shown) is not None

    def keep(self, *, sparsely: bool = False) -> None:
        """Keep the state at the beginning of a step, before any of its operations is done.

        Args:
            sparsely: Only if it is one of the sparse set.
        """
        if self._timeline is not None:
            keep = self._timeline.keep_sparsely if sparsely else self._timeline.keep
            keep(self._stepper.step, self._stepper.state)

    def run_to(self, operation: int) -> None:
        """Keep the state where a step begins, and run the step's operations up to one."""
        if self._stepper.place.is_beginning and operation:
            self.keep()
        self._stepper.run_to(operation)

    def copy_beginning(self) -> State:
        """Return a copy of the state at the beginning of the current step.

        Raises:
            TuiNNError: Some of the step's updates are done, and no copies are kept.
        """
        at = self._stepper
        if at.done <= len(at.program.differentiating):  # nothing has been updated yet
            return at.state.copy()
        kept = self._copies.at(at.step)
        assert kept is not None  # it was kept when the step began
        return kept.copy()

    def go_to(self, place: Place, is_cancelled: Callable[[], bool]) -> bool:
        """Go to a place that the stepper has been to; this changes nothing.

        Args:
            place: Where.
            is_cancelled: Asked once a step; if it says yes, everything stays where it was.

        Returns:
            Whether it was reached.

        Raises:
            TuiNNError: No copies are kept.
        """
        at = self._stepper
        came_from, last_shown = at.place, self._copy_shown()
        self._restore_before(place)
        if self._run_steps(place, is_cancelled):
            return True
        at.restore(last_shown)
        self._run_steps(came_from, lambda: False)
        return False

    def replay(self, place: Place, journal: Journal) -> None:
        """Go to a place by other edits than those that led here.

        Copies from after the first of them that differs have to be forgotten before.
        """
        at = self._stepper
        at.journal = journal
        frame = self._copies.newest(max(place.step - place.is_beginning, 0))
        if frame is None:
            at.restart()
        else:
            at.restore(frame)
        self._run_steps(place, lambda: False)

    @property
    def _copies(self) -> Timeline:
        if self._timeline is None:
            raise TuiNNError("this run keeps no copies of its parameters to go back with")
        return self._timeline

    def _copy_shown(self) -> Keyframe:
        """Return a copy of where the step that is shown began, to come back to."""
        at = self._stepper
        if at.place.is_beginning and at.shown_step is not None:
            kept = self._copies.at(at.shown_step)
            if kept is not None:
                return Keyframe(at.shown_step, kept.copy())
        return Keyframe(at.step, self.copy_beginning())

    def _restore_before(self, place: Place) -> None:
        """Go to the nearest copy before a place, unless going on from here is shorter."""
        at = self._stepper
        # At operation 0 the step before is still shown: it has to be run again.
        frame = self._copies.newest(max(place.step - place.is_beginning, 0))
        if at.place > place or at.step < (frame.step if frame else 0):
            if frame is None:
                at.restart()
            else:
                at.restore(frame)

    def _run_steps(self, place: Place, is_cancelled: Callable[[], bool]) -> bool:
        """Run steps up to a place; return whether it was reached."""
        at = self._stepper
        while at.step < place.step:
            if is_cancelled():
                return False
            self.run_to(len(at.program.operations))
            at.complete()
        self.run_to(place.operation)
        return True
