"""The runs of a session of the app, beside the current one."""

import itertools
import threading

from tui_nn.training.runs.run import Run


class RunList:
    """The runs that have ended or were replaced. Safe to use from any thread."""

    def __init__(self) -> None:
        self._runs: dict[int, Run] = {}
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)

    @property
    def all(self) -> tuple[Run, ...]:
        """The runs, by number."""
        with self._lock:
            return tuple(self._runs[number] for number in sorted(self._runs))

    def new_number(self) -> int:
        """Return a number that no run has had."""
        with self._lock:
            return next(self._numbers)

    def add(self, run: Run) -> None:
        """Add a run, replacing the one with its number."""
        with self._lock:
            self._runs[run.number] = run

    def get(self, number: int) -> Run | None:
        """Return the run with a number, if it is here."""
        with self._lock:
            return self._runs.get(number)

    def remove(self, number: int) -> Run | None:
        """Remove a run, and return it if it was here."""
        with self._lock:
            return self._runs.pop(number, None)
