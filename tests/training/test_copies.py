"""What snapshots hold of what did not change is the very same array, with its statistics."""

import numpy as np

from tests.training.runs import session
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Snapshot
from tui_nn.training.session.statistics import Statistics


def look(run: Session) -> Snapshot:
    probe = run.probe(np.zeros((28, 28), np.uint8), 3)
    return run.snapshot(Activity.PAUSED, probe)


def test_only_what_an_operation_wrote_is_copied_again() -> None:
    run = session()
    run.step_batch()
    before = look(run)
    run.step_operation()
    after = look(run)
    one, other = before.computed.tensors, after.computed.tensors
    assert one["W1"] is other["W1"]
    assert one["dW2"] is other["dW2"]
    assert one["z1"] is not other["z1"]
    assert before.curves is after.curves
    assert before.probe is not None
    assert after.probe is not None
    assert before.probe.computed.tensors["z1"] is after.probe.computed.tensors["z1"]


def test_a_copy_that_was_handed_out_never_changes() -> None:
    run = session()
    before = look(run)
    weights = before.computed.tensors["W1"].copy()
    run.step_batch()
    assert not np.array_equal(look(run).computed.tensors["W1"], weights)
    assert np.array_equal(before.computed.tensors["W1"], weights)
    assert before.curves is not look(run).curves


def test_minus_zero_is_another_value() -> None:
    run = session()
    look(run)
    bias = run._stepper.tensors["b1"]
    assert not bias.any()
    bias *= -1.0
    assert np.signbit(look(run).computed.tensors["b1"]).all()


def test_statistics_of_the_same_arrays_are_known() -> None:
    same, other = np.ones(4), np.ones(9)
    earlier = Statistics({"a": same, "b": other})
    spread = earlier.spread("a", 3)
    assert earlier.norm("b") == 3
    later = Statistics({"a": same, "b": np.zeros(9)}, earlier)
    assert later.spread("a", 3) is spread
    assert later.norm("b") == 0
