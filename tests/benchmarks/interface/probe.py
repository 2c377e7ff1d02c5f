"""A terminal with a stopwatch."""

import time
from collections.abc import Callable
from contextlib import suppress
from statistics import median
from typing import NamedTuple

import pexpect

from tests.terminal.terminal import Terminal

QUIET = 0.1  # seconds without output: then the answer to a key is complete
LONGEST = 5.0
PATIENCE = 20.0


class Answer(NamedTuple):
    """When the answer to a key came.

    Attributes:
        first: Seconds to its first byte.
        last: Seconds to its last.
    """

    first: float
    last: float


class Probe(Terminal):
    """Measures the program in it. What comes is timed before it is looked at.

    Attributes:
        taken_at: When something came last.
    """

    taken_at = 0.0

    @property
    def pid(self) -> int:
        """The program's process."""
        return int(self._process.pid)

    def answers(self, key: str, presses: int, before: Callable[[], object]) -> list[Answer]:
        """Press a key some times.

        Args:
            key: Which.
            presses: How often.
            before: Called before each press.
        """
        found = []
        for _ in range(presses):
            before()
            started = time.perf_counter()
            self.press(key)
            first = last = 0.0
            while (now := time.perf_counter()) - (last or started) < (QUIET if last else LONGEST):
                if now - started > LONGEST:
                    break
                if self._take(0.02):
                    last = self.taken_at
                    first = first or last
            found.append(Answer(first - started, last - started))
        return found

    def bytes_of(self, key: str, presses: int = 7) -> int:
        """Return how many bytes the answer to a key has, as the median of some."""
        sizes = []
        for _ in range(presses):
            self.quieten()
            before = len(self.raw)
            self.press(key)
            self.quieten(2 * QUIET)
            sizes.append(len(self.raw) - before)
        return int(median(sizes))

    def bytes_in(self, seconds: float) -> int:
        """Return how many bytes come in some time."""
        before, end = len(self.raw), time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self._take(left)
        return len(self.raw) - before

    def answer_on_slow_line(self, key: str, text: str, rate: float, before: float) -> float:
        """Return the seconds until a text is seen after a key, on a line of some bytes a second.

        Args:
            key: What is pressed.
            text: What is waited for.
            rate: How fast the line is.
            before: For how many seconds the line has been slow when the key is pressed.
        """
        credit, at = 0.0, time.perf_counter()
        pressed = 0.0
        began = at
        while not pressed or text not in self.text:
            now = time.perf_counter()
            credit, at = min(credit + (now - at) * rate, max(rate / 20, 64)), now
            if not pressed and now - began > before:
                pressed = now
                self.press(key)
            if pressed and now - pressed > PATIENCE:
                break
            if credit < 64:
                time.sleep(64 / rate)
                continue
            credit -= self._take(0.01, int(credit))
        return time.perf_counter() - pressed

    def quieten(self, quiet: float = 0.25) -> None:
        """Wait until nothing comes any more."""
        last = end = time.perf_counter()
        while time.perf_counter() - last < quiet and time.perf_counter() - end < LONGEST:
            if self._take(0.02):
                last = time.perf_counter()

    def _take(self, seconds: float, size: int = 1 << 16) -> int:
        try:
            piece = self._process.read_nonblocking(size, seconds)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return 0
        self.taken_at = time.perf_counter()
        self._read_so_far += piece
        self._unseen.append(piece)
        self._answer(len(piece))
        return len(piece)

    def close(self) -> None:
        """End the program; what outlives a busy machine's patience is left to its hang-up."""
        with suppress(pexpect.ExceptionPexpect):
            super().close()
