"""A terminal with a stopwatch."""

import time
from statistics import median

import numpy as np
import pexpect

from tests.terminal.terminal import Terminal

QUIET = 0.1  # seconds without output: then the answer to a key is complete
LONGEST = 5.0
PATIENCE = 20.0


class Probe(Terminal):
    """Measures the program in it. What comes is timed before it is looked at."""

    def latencies(self, key: str, presses: int) -> list[float]:
        """Press a key, and return the seconds until the last byte of each answer."""
        found = []
        for _ in range(presses):
            self.quieten()
            started = last = time.perf_counter()
            self.press(key)
            while (now := time.perf_counter()) - last < QUIET and now - started < LONGEST:
                if self._take(0.02):
                    last = time.perf_counter()
            found.append(last - started)
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
        self.raw += piece
        self._answer()
        self._stream.feed(piece)
        return len(piece)


def percentiles(seconds: list[float]) -> tuple[float, float]:
    """Return the 50th and the 99th percentile, in milliseconds."""
    middle, late = np.percentile(np.array(seconds) * 1e3, [50, 99])
    return float(middle), float(late)
