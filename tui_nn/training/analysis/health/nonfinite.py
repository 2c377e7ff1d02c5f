"""The first number that is not finite: which operation wrote it, why, and the way back."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from tui_nn.nn.operation import Operation, Phase
from tui_nn.nn.tensor import Array, Role
from tui_nn.training.analysis.health.finding import Finding, Verdict, rough
from tui_nn.training.session.snapshot import Snapshot
from tui_nn.training.stepping.monitor import first_nonfinite

_LIMIT = "3.4e38"


class Overflow(NamedTuple):
    """Where a run became non-finite.

    Attributes:
        operation: The first that wrote something not finite.
        step: Completed updates before the step that it belongs to.
    """

    operation: Operation
    step: int


def overflow(snapshot: Snapshot) -> Overflow | None:
    """Return where the run that has just stopped became non-finite, or None if it did not."""
    if snapshot.shown_step is None or not snapshot.reason.startswith("non-finite"):
        return None
    program, computed = snapshot.program, snapshot.computed
    # A spoilt parameter shows when the step after its update has begun, and spoils what follows.
    if spoilt := first_nonfinite(program.updating, computed.tensors):
        return Overflow(spoilt, snapshot.position.step - 1)
    if spoilt := first_nonfinite(program.operations[: computed.done], computed.tensors):
        return Overflow(spoilt, snapshot.shown_step)
    return None


def stop_at_nonfinite(snapshot: Snapshot) -> Iterable[Finding]:
    """Why a run stopped at a number that is not finite."""
    if (found := overflow(snapshot)) is None:
        return
    operation, step = found
    where = f"{operation.phase.value}, layer {operation.layer}, step {step}"
    says = f"{operation.formula} ({where}) overflowed: {_why(snapshot, found)}"
    yield Finding("not finite", Verdict.BAD, says, _way_back(snapshot, found))


def _why(snapshot: Snapshot, found: Overflow) -> str:
    operation, step = found
    computed, curves = snapshot.computed, snapshot.curves
    if operation.phase is Phase.UPDATE:
        rate = float(curves.learning_rate[step])
        return f"a float32 ends at {_LIMIT}, and the update with η = {rate:g} went beyond."
    sizes = {each: _largest(computed.tensors[each.name]) for each in operation.reads}
    large = sorted((each for each in sizes if sizes[each] > 1), key=sizes.__getitem__)[:-3:-1]
    read = " and ".join(f"{each} up to {rough(sizes[each])}" for each in large)
    return f"it read {read}, and a float32 ends at {_LIMIT}. {_cause(snapshot, step)}".strip()


def _cause(snapshot: Snapshot, step: int) -> str:
    """Return what made the weights large, if they are."""
    tensors = snapshot.computed.tensors
    weights = [each for each in snapshot.program.network.parameters if each.role is Role.WEIGHT]
    sizes = [_largest(tensors[each.name]) for each in weights]
    largest = max(sizes)
    if largest < 1e4 or step == 0:
        return ""
    rate = float(snapshot.curves.learning_rate[step - 1])
    gradient = float(snapshot.curves.gradient_norm[step - 1].max())
    if snapshot.program.is_plain_descent and largest / 2 < rate * gradient < np.inf:
        update = f"one update, η = {rate:g} times a gradient of {gradient:.2g}"
    else:
        update = f"the updates until now; the last had η = {rate:g}"
    return f"The weights grew to {rough(largest)} by {update}."


def _way_back(snapshot: Snapshot, found: Overflow) -> str:
    """Return how to get to where the update that did it can still be changed."""
    position, to_blame = snapshot.position, found.step
    if found.operation.phase is not Phase.UPDATE:
        to_blame = max(found.step - 1, 0)
    first = position.step if position.operation else position.step - 1
    way = f"B goes back to the beginning of step {first}"
    if to_blame < first:
        way += f", B again to that of step {to_blame}, whose update did it"
    return f"{way}. Lower the rate there (-), or restart with a lower one (- r)."


def _largest(values: Array) -> float:
    return float(np.abs(values, dtype=np.float64).max())
