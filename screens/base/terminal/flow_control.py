"""Draws no faster than the line to the terminal carries.

Over a slow line frames pile up in buffers between here and the terminal, and a key is answered
only behind all of them. So after each frame the terminal is asked something that it answers at
once, and the next frame waits for the answer, which has to go the whole way there and back.
"""

from collections.abc import Callable

from textual.driver import Driver

QUESTION = "\x1b[?2026$p"  # DECRQM: is output synchronized? Textual asks it itself at the start.
PATIENCE = 5.0  # seconds; an answer can be lost, and the picture must not freeze for that


class FlowControl:
    """Knows whether the terminal has seen the last frame."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._answers = False
        self._asked_at: float | None = None

    def acknowledge(self) -> None:
        """The terminal has answered: it has taken everything before the question."""
        self._answers = True
        self._asked_at = None

    def ask_terminal(self, driver: Driver) -> None:
        """Ask behind a frame, if this terminal has ever answered; many never do."""
        if self._answers and self._asked_at is None:
            self._asked_at = self._clock()
            driver.write(QUESTION)

    @property
    def may_draw(self) -> bool:
        """Whether another frame may be drawn."""
        return self._asked_at is None or self._clock() - self._asked_at > PATIENCE
