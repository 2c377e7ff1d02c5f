"""How often to draw at full speed: while something is drawn, training waits for Python."""

from collections.abc import Callable

SHARE = 0.04  # of the time, for drawing
LONGEST = 1.0  # seconds from one frame to the next, whatever they take


class DrawingBudget:
    """Says when the frames before have been paid for; their cost is processor time, not waiting."""

    def __init__(self, clock: Callable[[], float], used: Callable[[], float]) -> None:
        """Begin with a frame that was paid for.

        Args:
            clock: Returns seconds, such as ``time.monotonic``.
            used: Returns the processor time of the thread that draws: ``time.thread_time`` in it.
        """
        self._clock, self._used = clock, used
        self._at, self._used_at = clock(), used()

    def allows_frame(self) -> bool:
        """Return whether another frame may be drawn; if so, its cost counts from now on."""
        passed, used = self._clock() - self._at, self._used() - self._used_at
        if used > SHARE * passed and passed < LONGEST:
            return False
        self._at, self._used_at = self._at + passed, self._used_at + used
        return True
