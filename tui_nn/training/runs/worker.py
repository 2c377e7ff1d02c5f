"""Runs a session in a thread of its own: commands go in, snapshots come out."""

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

from numpy.typing import NDArray

from tui_nn.data.dataset import Dataset
from tui_nn.errors import TuiNNError
from tui_nn.nn.threads import pin_threads
from tui_nn.training.runs.run import Run, finish_run
from tui_nn.training.runs.run_list import RunList
from tui_nn.training.runs.speed import OPENING_SPEED, SPEEDS, Speed
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Snapshot

T = TypeVar("T")

Command = Callable[[Session], None]
Sample = tuple[NDArray[Any], int | None]
ChooseSample = Callable[[Dataset], Sample]


class TrainingWorker:
    """Owns a session, and runs it in a thread. Other threads send it commands, and read ``latest``.

    Attributes:
        latest: The newest snapshot.
        runs: The runs before the current one, to compare.
        continued: The one of them that the current run goes on with, if it does.
        refused: Errors of commands, oldest first; the reader removes them.
        faults: Internal errors of questions, which a run survives; the reader removes them.
        travelling_since: When the session began to go to another place, or None.
        passing: The step that it passes on the way there.
        failure: The exception that ended the thread, or None.
    """

    def __init__(
        self,
        session: Session,
        on_snapshot: Callable[[], None],
        choose: ChooseSample | None = None,
    ) -> None:
        """Prepare a thread; ``start`` runs it.

        Args:
            session: It belongs to the thread from now on.
            on_snapshot: Called in the training thread when ``latest`` is new; must not block.
            choose: Returns the image and label that snapshots probe, until ``select`` is given
                another choice.
        """
        self.runs = RunList()
        self.continued: Run | None = None
        self._number = self.runs.new_number()
        self.refused: deque[TuiNNError] = deque()
        self.faults: deque[Exception] = deque()
        self.travelling_since: float | None = None
        self.passing = 0
        self.failure: Exception | None = None
        self._session = session
        self._on_snapshot = on_snapshot
        self._commands: deque[Callable[[], None]] = deque()
        self._wake = threading.Event()
        self._wanted = False
        self._is_behind = False
        self._closing = False
        self._awaited: set[Future[Any]] = set()
        self._has_ended = False
        self._requested = 0  # moves to another place, by number
        self._done = 0  # the last of them that is over
        self._arrived = 0  # the last of them of whose end there is a snapshot
        self._cancelled = 0  # the last of them that is not to be made any more
        self._running = False
        self._speed = SPEEDS[OPENING_SPEED]
        self._until_epoch: int | None = None
        self._next_at = 0.0
        self._choose = choose
        self.latest: Snapshot = self._look()
        self._thread = threading.Thread(target=self._run_loop, name="training", daemon=True)

    # Called from other threads

    def start(self) -> None:
        """Begin to execute commands."""
        self._thread.start()

    def close(self) -> None:
        """Execute the commands sent so far, stop, and wait until the thread has ended."""
        self._post(self._close)
        if self._thread.is_alive():
            self._thread.join()
        self._arrived = self._done  # no snapshot will come any more

    def interrupt(self, question: Callable[[Session], T]) -> T:
        """Stop at once, and compute something from the session as it is then.

        What was sent and has not begun is not done, and a move to another place is given up: a
        program that is told to end has no time for it.

        Args:
            question: Computes it, in this thread; the training thread has ended.
        """
        self._closing = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        return question(self._session)

    def send(self, command: Command) -> None:
        """Run a command on the session, between two moves; this pauses it first."""
        self._post(lambda: self._pause_and(command))

    def adjust(self, command: Command) -> None:
        """Run a command on the session without pausing it."""
        self._post(lambda: command(self._session))

    def ask(self, question: Callable[[Session], T], answer: Callable[[T], None]) -> None:
        """Compute something from the session, without pausing or changing it.

        Args:
            question: Computes it, between two moves.
            answer: Called with the result in the training thread; must not block.
        """
        self._post(lambda: self._answer(question, answer))

    def fetch(self, question: Callable[[Session], T]) -> T:
        """Compute something from the session, and wait for it; not for the event loop.

        Raises:
            CancelledError: The thread has ended, or ends before it comes to that.
        """
        answer: Future[T] = Future()

        def compute() -> None:
            try:
                answer.set_result(question(self._session))
            except Exception as error:
                answer.set_exception(error)

        self._awaited.add(answer)
        self._post(compute)
        if self._has_ended:
            answer.cancel()
        try:
            return answer.result()
        finally:
            self._awaited.discard(answer)

    def travel(self, move: Callable[[Session, Callable[[], bool]], object]) -> None:
        """Go to another place of the run; ``cancel_travel`` stops it on the way.

        Args:
            move: Such as ``Session.back_batch``; called with the session and a function that says
                whether to give up.
        """
        self._requested += 1
        number = self._requested
        self._post(lambda: self._travel(move, number))

    @property
    def is_travelling(self) -> bool:
        """Whether ``latest`` is from before the end of a move that was requested."""
        return self._arrived < self._requested

    def cancel_travel(self) -> None:
        """Cancel every such move requested so far; the session stays where the last one began."""
        self._cancelled = self._requested

    def run(self) -> None:
        """Train at the chosen speed."""
        self._post(self._start_running)

    def pause(self) -> None:
        """Stop training until the next command."""
        self._post(self._stop_running)

    def run_to_epoch_end(self) -> None:
        """Train at full speed to the end of the epoch."""
        self._post(self._start_epoch)

    def set_speed(self, speed: Speed) -> None:
        """Choose how fast ``run`` goes."""
        self._post(lambda: self._set_speed(speed))

    def select(self, choose: ChooseSample) -> None:
        """Choose the image and label that snapshots probe.

        Args:
            choose: Returns them, in the training thread, of the data of whichever session there is
                by then: a sample itself might be of other data than a session that replaced one.
        """
        self._post(lambda: self._select(choose))

    def replace(self, make: Callable[[Session], Session]) -> None:
        """Replace the session, and pause; ``make`` is called with the one before.

        The one before stays among ``runs``, unless it has made no step. Where it is returned
        itself, it goes on.
        """
        self._post(lambda: self._replace_by(make))

    def reopen(self, number: int) -> None:
        """Go on with one of ``runs``; the current run takes its place there."""
        self._post(lambda: self._reopen(number))

    @property
    def is_up_to_date(self) -> bool:
        """Whether ``latest`` shows all that came of the commands; a run has no end to wait for."""
        # In this order: the thread sets them the other way round.
        return not self._commands and self._until_epoch is None and not self._is_behind

    def want_snapshot(self) -> None:
        """Request a snapshot while running; slow speeds make one after each move anyway."""
        self._wanted = True

    # The thread

    def _post(self, action: Callable[[], None]) -> None:
        self._commands.append(action)
        self._wake.set()

    def _run_loop(self) -> None:
        try:
            pin_threads(self._session.threads)
            while not self._closing:
                self._run_once()
        except Exception as error:
            self.failure = error
            # If it was the listener that failed, calling it would only fail again.
            with suppress(Exception):
                self._on_snapshot()
        finally:
            self._has_ended = True  # before: who asks meanwhile sees this, or is in the list
            for answer in tuple(self._awaited):
                answer.cancel()

    def _run_once(self) -> None:
        if self._commands:
            if self._running and not self._session.is_kept:
                self._advance()  # a step that can be looked at, whatever they ask for
            self._is_behind = True
            while self._commands and not self._closing:
                self._execute(self._commands.popleft())
            if not self._closing:
                self._publish()
        elif not self._running:
            self._sleep(None)
        elif (delay := self._next_at - time.monotonic()) > 0:
            self._sleep(delay)
        else:
            self._advance()

    def _execute(self, action: Callable[[], None]) -> None:
        try:
            action()
        except TuiNNError as error:
            self.refused.append(error)

    def _sleep(self, seconds: float | None) -> None:
        self._wake.wait(seconds)
        self._wake.clear()

    def _advance(self) -> None:
        speed, session, is_wanted = self._speed, self._session, self._wanted
        if self._until_epoch is not None or not speed.interval:
            is_wanted = self._hurry()
        elif speed.by_operation:
            session.step_operation()
        else:
            session.step_batch()
        if self._has_to_stop():
            self._stop_running()
            self._publish()
        elif is_wanted or (self._until_epoch is None and speed.interval >= 0.1):
            self._publish()
        if self._until_epoch is None and speed.interval:
            # Do not catch up on lost time with a burst of steps.
            self._next_at = max(self._next_at + speed.interval, time.monotonic())

    def _hurry(self) -> bool:
        """Make steps that nobody sees, and when somebody wants to see one or sends a command, one.

        Returns:
            Whether somebody wanted to see it.
        """
        session = self._session
        while not (self._wanted or self._commands or self._closing):
            session.step_batch(sparse=True, unseen=True)
            if self._has_to_stop():
                return False
        is_wanted = self._wanted
        if not self._closing:
            session.step_batch(sparse=True)
        return is_wanted

    def _has_to_stop(self) -> bool:
        session = self._session
        return bool(session.reason) or session.finished or self._reached_epoch_end()

    def _publish(self) -> None:
        self._wanted = False
        self.latest = self._look()
        self._arrived = self._done
        self._is_behind = False
        self._on_snapshot()

    def _look(self) -> Snapshot:
        choose, session = self._choose, self._session
        probe = session.probe(*choose(session.dataset)) if choose else None
        return session.snapshot(self._activity, probe, self._number)

    @property
    def _activity(self) -> Activity:
        if self._running:
            return Activity.RUNNING
        return Activity.FINISHED if self._session.finished else Activity.PAUSED

    def _reached_epoch_end(self) -> bool:
        return self._until_epoch is not None and self._session.position.epoch > self._until_epoch

    def _travel(self, move: Callable[[Session, Callable[[], bool]], object], number: int) -> None:
        self._stop_running()
        if self.travelling_since is None:
            self.travelling_since = time.monotonic()
        try:
            if number > self._cancelled:
                move(self._session, lambda: self._should_cancel(number))
        finally:
            self._done = number
            if number == self._requested:
                self.travelling_since = None

    def _should_cancel(self, number: int) -> bool:
        """Note the current step; return whether to give up."""
        self.passing = self._session.position.step
        return number <= self._cancelled or self._closing

    def _answer(self, question: Callable[[Session], T], answer: Callable[[T], None]) -> None:
        try:
            found = question(self._session)
        except TuiNNError:
            raise
        except Exception as error:  # which has changed nothing of the session
            self.faults.append(error)
        else:
            answer(found)

    def _pause_and(self, command: Command) -> None:
        self._stop_running()
        command(self._session)

    def _start_running(self) -> None:
        self._running = True
        self._until_epoch = None
        self._next_at = time.monotonic()

    def _start_epoch(self) -> None:
        self._running = True
        self._until_epoch = self._session.position.epoch
        self._next_at = 0.0

    def _stop_running(self) -> None:
        self._is_behind = True
        self._running = False
        self._until_epoch = None

    def _close(self) -> None:
        self._closing = True

    def _set_speed(self, speed: Speed) -> None:
        self._speed = speed
        self._next_at = min(self._next_at, time.monotonic() + speed.interval)

    def _select(self, choose: ChooseSample) -> None:
        self._choose = choose

    def _replace_by(self, make: Callable[[Session], Session]) -> None:
        self._stop_running()
        before, session = self._session, make(self._session)
        if session is before:
            return
        self._replace(session)

    def _replace(self, session: Session, continued: Run | None = None) -> None:
        self._stop_running()
        is_kept = len(self._session.history) > 0
        if is_kept:
            self.runs.add(finish_run(self._session, self._number))
        if continued is not None:
            self._number = continued.number
        elif is_kept:
            self._number = self.runs.new_number()
        self._session, self.continued = session, continued
        pin_threads(session.threads)

    def _reopen(self, number: int) -> None:
        if run := self.runs.get(number):
            self._replace(run.resume(self._session), run)
            self.runs.remove(number)
