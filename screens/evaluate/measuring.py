"""When the network is measured on a split, and what came of it."""

from collections.abc import Callable

import numpy as np
from msgspec import Struct

from tui_nn.nn.tensor import Array
from tui_nn.training.analysis.threshold import TradeOff, trade_off
from tui_nn.training.evaluation import Evaluation
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Snapshot

_SECONDS_BETWEEN = 2.0
_SHARE_OF_RUN = 20  # while it runs, measuring takes at most one part in so many


class Measured(Struct, frozen=True, eq=False):
    """How good a network was.

    Attributes:
        split: What it was measured on.
        evaluation: The result.
        snapshot: The network, and the data.
        seconds: How long that took.
        curve: What other thresholds come to, of a single output that is finite; else None.
    """

    split: str
    evaluation: Evaluation
    snapshot: Snapshot
    seconds: float
    curve: TradeOff | None = None

    def is_of(self, snapshot: Snapshot) -> bool:
        """Return whether a snapshot shows the very network that was measured."""
        if snapshot.dataset is not self.snapshot.dataset:
            return False
        now, then = snapshot.computed.tensors, self.snapshot.computed.tensors
        names = snapshot.program.network.shapes
        return all(name in then and _same_bits(now[name], then[name]) for name in names)


def _same_bits(a: Array, b: Array) -> bool:
    """Return whether two arrays are the same, NaN being the same as itself."""
    whole = f"i{a.itemsize}"
    return a.dtype == b.dtype and np.array_equal(a.view(whole), b.view(whole))


def measure(session: Session, split: str, clock: Callable[[], float]) -> Measured:
    """Measure the network as it is now; for the training thread."""
    began = clock()
    evaluation = session.evaluate(split)
    evaluation.confusion  # noqa: B018 - counted here, not on the event loop
    has_curve = evaluation.task.is_binary and bool(np.isfinite(evaluation.outputs).all())
    curve = trade_off(evaluation) if has_curve else None
    return Measured(split, evaluation, session.snapshot(Activity.PAUSED), clock() - began, curve)


class Measuring:
    """Decides when to measure again: when the network changed, but not too often.

    Attributes:
        measured: The newest result, or None before the first.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """Begin without a result.

        Args:
            clock: Returns seconds, such as ``time.monotonic``.
        """
        self.measured: Measured | None = None
        self._clock = clock
        self._waiting = False
        self._answered = 0.0

    def is_due(self, snapshot: Snapshot, split: str) -> bool:
        """Return whether to ask for another result now."""
        if self._waiting:
            return False
        last = self.measured
        if last is None or last.split != split or last.snapshot.dataset is not snapshot.dataset:
            return True
        if self._clock() - self._answered < self._pause(last, snapshot):
            return False
        return not last.is_of(snapshot)

    def _pause(self, last: Measured, snapshot: Snapshot) -> float:
        if snapshot.activity is Activity.RUNNING:
            return max(_SECONDS_BETWEEN, _SHARE_OF_RUN * last.seconds)
        return last.seconds

    def asked(self) -> None:
        """Take note that a result is under way."""
        self._waiting = True

    def answered(self, measured: Measured) -> None:
        """Take a result."""
        self._waiting = False
        self._answered = self._clock()
        self.measured = measured
