"""How fast training goes, and how long the rest will take."""

from collections import deque
from collections.abc import Callable

_WINDOW = 5.0
_WARM_UP = 1.0
_GAP = 2.0


class Pace:
    """Steps a second over the last few seconds of running; pauses do not count."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Begin without knowing anything.

        Args:
            clock: Returns seconds, such as ``time.monotonic``.
        """
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque()

    def see(self, step: int, running: bool) -> None:
        """Take note of where the run is now."""
        now, seen = self._clock(), self._seen
        if seen and (step < seen[-1][1] or self._was_away(now, step)):
            seen.clear()  # another run, or nobody looked: it may have stood still
        if not running:
            seen.clear()
            return
        seen.append((now, step))
        while now - seen[0][0] > _WINDOW and step > seen[1][1]:
            seen.popleft()

    def _was_away(self, now: float, step: int) -> bool:
        """Return whether nobody looked for long, and not because a single step takes long."""
        then, before = self._seen[-1]
        return now - then > _GAP and step > before + 1

    @property
    def steps_per_second(self) -> float | None:
        """The pace, or None until it has been seen for a while."""
        if not self._seen:
            return None
        (start, first), (end, last) = self._seen[0], self._seen[-1]
        if end - start < _WARM_UP or last == first:
            return None
        return (last - first) / (end - start)

    def seconds_for(self, steps: int) -> float | None:
        """Return how long some more steps will take, or None while that is unknown."""
        pace = self.steps_per_second
        return None if pace is None else steps / pace


def clock_time(seconds: float | None) -> str:
    """Return a duration as ``1:05`` or ``2:00:00``, ``---`` where it is unknown."""
    if seconds is None:
        return "---"
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
