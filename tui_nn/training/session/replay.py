"""Takes a stepper back to where it has been: from a copy of its state, by running steps again."""

from collections.abc import Callable

from tui_nn.errors import TuiNNError
from tui_nn.nn.state import State
from tui_nn.training.session.stepper import Stepper
from tui_nn.training.session.timeline import Keyframe, Timeline


class Traveller:
    """Keeps copies of a stepper's state on its way, and goes back with them."""

    def __init__(self, stepper: Stepper, timeline: Timeline | None) -> None:
        """Prepare to travel.

        Args:
            stepper: What is moved.
            timeline: Where the copies are; without one it can only go forwards.
        """
        self._stepper = stepper
        self._timeline = timeline

    @property
    def can_travel(self) -> bool:
        """Whether there are copies to go back with."""
        return self._timeline is not None

    def keep(self) -> None:
        """Keep the state at the beginning of a step, before any of its operations is done."""
        if self._timeline is not None:
            self._timeline.keep(self._stepper.step, self._stepper.state)

    def run_to(self, operation: int) -> None:
        """Run the step's operations until so many are done, having kept where it began."""
        if self._stepper.done == 0 and operation:
            self.keep()
        self._stepper.run_to(operation)

    def beginning(self) -> State:
        """Return a copy of the state at the beginning of the step in hand.

        Raises:
            TuiNNError: It is amid a step's updates, and keeps no copies.
        """
        at = self._stepper
        if at.done <= len(at.program.differentiating):  # nothing has been updated yet
            return at.state.copy()
        kept = self._copies.at(at.step)
        assert kept is not None  # it was kept when the step began
        return kept.copy()

    def go(self, step: int, operation: int, is_cancelled: Callable[[], bool]) -> bool:
        """Go to a place where the stepper has been; this changes nothing.

        Args:
            step: Completed updates there.
            operation: How many of that step's operations are done there.
            is_cancelled: Asked once a step; if it says yes, everything stays where it was.

        Returns:
            Whether it was reached.

        Raises:
            TuiNNError: It keeps no copies.
        """
        at = self._stepper
        came_from, last_seen = (at.step, at.done), self._last_seen()
        self._start_before(step, operation)
        if self._walk(step, operation, is_cancelled):
            return True
        at.place(last_seen.step, last_seen.state)
        self._walk(*came_from, lambda: False)
        return False

    @property
    def _copies(self) -> Timeline:
        if self._timeline is None:
            raise TuiNNError("this run keeps no copies of its parameters to go back with")
        return self._timeline

    def _last_seen(self) -> Keyframe:
        """Return a copy of where the step that is to be seen began, to come back to."""
        at = self._stepper
        if at.done == 0 and at.shown_step is not None:
            kept = self._copies.at(at.shown_step)
            if kept is not None:
                return Keyframe(at.shown_step, kept.copy())
        return Keyframe(at.step, self.beginning())

    def _start_before(self, step: int, operation: int) -> None:
        """Stand where a place can be walked to from, at the nearest copy or where one is."""
        at = self._stepper
        # At operation 0 one still sees the step before: it has to be run again.
        frame = self._copies.newest(step if operation else max(step - 1, 0))
        known = frame.step if frame else 0
        if (at.step, at.done) > (step, operation) or at.step < known:
            if frame is None:
                at.place_at_start()
            else:
                at.place(frame.step, frame.state)

    def _walk(self, step: int, operation: int, is_cancelled: Callable[[], bool]) -> bool:
        """Run steps up to a place; return whether it was reached."""
        at = self._stepper
        while at.step < step:
            if is_cancelled():
                return False
            self.run_to(len(at.program.operations))
            at.complete()
        self.run_to(operation)
        return True
