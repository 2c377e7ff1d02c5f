"""Runs a sweep in a thread of its own, beside the one that trains the current run."""

import threading

from tui_nn.training.runs.run import Run
from tui_nn.training.runs.run_list import RunList
from tui_nn.training.runs.sweep import Progress, Sweep


class Sweeper:
    """A sweep in a thread; its runs join the others as they end.

    Attributes:
        done: How many runs have ended.
        latest: The run that is being trained, as it was after ``want`` was called.
        failure: The exception that ended the sweep, or None.
    """

    def __init__(self, sweep: Sweep, runs: RunList) -> None:
        """Prepare a thread; ``start`` runs it.

        Args:
            sweep: It belongs to the thread from now on.
            runs: Where its runs are added.
        """
        self.done = 0
        self.latest: Run | None = None
        self.failure: Exception | None = None
        self._sweep = sweep
        self._runs = runs
        self._wanted = False
        self._thread = threading.Thread(target=self._run, name="sweep", daemon=True)

    @property
    def progress(self) -> Progress:
        """How far it is."""
        return self._sweep.progress

    @property
    def is_going(self) -> bool:
        """Whether it is running."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def want(self) -> None:
        """Request ``latest`` to be updated after the next step."""
        self._wanted = True

    def cancel(self) -> None:
        """End it before the next step; the current run is kept as it then is."""
        self._sweep.cancel()

    def close(self) -> None:
        """End it, and wait until the thread has ended."""
        self.cancel()
        self._thread.join()

    def _run(self) -> None:
        try:
            for run in self._sweep.runs(self._on_step):
                self._runs.add(run)
                self.done += 1
                self.latest = None
        except Exception as error:
            self.failure = error

    def _on_step(self) -> None:
        if self._wanted:
            self._wanted = False
            self.latest = self._sweep.current_run()
