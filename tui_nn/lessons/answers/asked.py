"""What answers are worked out from."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property

from msgspec import Struct

from tui_nn.lessons.situation import Situation
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Snapshot

STAYS = 1e-7  # a change that is smaller is rounding

Answer = Callable[..., "str | float"]
"""A function of what is asked and of words in the lesson; it returns a choice's key or a number."""


class Asked(Struct, frozen=True, eq=False, dict=True):
    """What an answer is worked out from.

    Attributes:
        session: The run, which is not to be changed.
        situation: What is the case.
    """

    session: Session
    situation: Situation

    def twin(self) -> Session:
        """Return a copy of the run, to try something with."""
        session = self.session
        return Session.resumed(session.checkpoint(), session.source, history_memory=32 << 20)

    def later(self, batches: int) -> Session:
        """Return a copy of the run, some batches on."""
        twin = self.twin()
        for _ in range(batches):
            twin.step_batch()
        return twin

    @cached_property
    def after(self) -> Snapshot:
        """The run at the end of the batch in hand."""
        twin = self.twin()
        twin.step_batch()
        return twin.snapshot(Activity.PAUSED)


def direction(difference: float) -> str:
    """Return whether something ``rises``, ``falls`` or ``stays`` by a difference; or ``nan``."""
    if not math.isfinite(difference):
        return "nan"
    if abs(difference) <= STAYS:
        return "stays"
    return "rises" if difference > 0 else "falls"
