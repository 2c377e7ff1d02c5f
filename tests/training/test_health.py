"""Health: each gauge finds what is wrong, and is content with a run that learns."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.training.runs import finish, recipe, session, shaped
from tui_nn.training.health import Finding, Verdict, examine, update_ratio
from tui_nn.training.history import Curves, EpochRecord
from tui_nn.training.recipe import Recipe
from tui_nn.training.snapshot import Activity, Snapshot


def trained(using: Recipe, steps: int = 1) -> Snapshot:
    run = session(using, history_memory=2**26)
    for _ in range(steps):
        run.step_batch()
    return run.snapshot(Activity.PAUSED)


def with_curves(loss: Any, norms: Any = None) -> Snapshot:
    """A snapshot whose history is made up."""
    loss = np.asarray(loss, dtype=float)
    norms = np.ones((len(loss), 3)) if norms is None else np.asarray(norms, dtype=float)
    curves = Curves(loss, np.zeros(len(loss)), np.full(len(loss), 0.1), norms)
    return replace(trained(recipe()), curves=curves)


def with_epochs(*rows: tuple[float, float, float, float]) -> Snapshot:
    """A snapshot with epochs of train loss and accuracy, validation loss and accuracy."""
    records = tuple(
        EpochRecord(number, 5 * number, *row) for number, row in enumerate(rows, start=1)
    )
    return replace(trained(recipe()), epochs=records)


def found(snapshot: Snapshot, name: str) -> Finding:
    return next(finding for finding in examine(snapshot) if finding.name == name)


def test_before_the_first_operation_there_is_nothing_to_say() -> None:
    assert examine(session().snapshot(Activity.PAUSED)) == []


def test_a_run_that_learns_is_well() -> None:
    findings = examine(
        finish(session(recipe(epochs=20), history_memory=2**26)).snapshot(Activity.PAUSED)
    )
    assert {finding.verdict for finding in findings} == {Verdict.OK}
    assert {"loss", "new digits", "gradient flow", "step size", "layer 1 units"} <= {
        finding.name for finding in findings
    }


@pytest.mark.parametrize(
    ("loss", "verdict", "word"),
    [
        (np.linspace(2, 1, 100), Verdict.OK, "falling"),
        (np.linspace(1, 1.4, 100), Verdict.WARN, "rising"),
        (np.linspace(1, 9, 100), Verdict.BAD, "rising"),
        (np.tile([0.9, 1.1], 50), Verdict.WARN, "standing still"),
        (np.tile([2.2, 2.4], 50), Verdict.WARN, "guessing"),
        (np.tile([0.01, 0.02], 50), Verdict.OK, "low and level"),
        ([2.0, 1.0, np.nan], Verdict.BAD, "since step 3"),
    ],
)
def test_the_trend_of_the_loss(loss: Any, verdict: Verdict, word: str) -> None:
    finding = found(with_curves(loss), "loss")
    assert finding.verdict is verdict
    assert word in finding.says


@pytest.mark.parametrize(
    ("last", "verdict", "word"),
    [
        ((0.20, 0.95, 0.22, 0.94), Verdict.OK, "fine"),
        ((0.10, 0.97, 0.30, 0.92), Verdict.WARN, "begins"),
        ((0.01, 1.00, 0.90, 0.80), Verdict.BAD, "by heart"),
        ((4.00, 0.29, 2.30, 0.11), Verdict.WARN, "guessing"),
    ],
)
def test_how_far_validation_is_behind(
    last: tuple[float, float, float, float], verdict: Verdict, word: str
) -> None:
    finding = found(with_epochs(last), "new digits")
    assert finding.verdict is verdict
    assert word in finding.says


def test_overfitting_names_the_best_epoch() -> None:
    train = (0.10, 0.97)
    losses = (0.5, 0.3, 0.31, 0.33, 0.36)
    finding = found(with_epochs(*((*train, loss, 0.92) for loss in losses)), "new digits")
    assert finding.verdict is Verdict.WARN
    assert "after epoch 2" in finding.says


@pytest.mark.parametrize(
    ("norms", "verdict", "word"),
    [
        ([1, 1, 1], Verdict.OK, "good"),
        ([0.005, 0.1, 1], Verdict.WARN, "vanishes"),
        ([1e-5, 0.1, 1], Verdict.BAD, "vanishes"),
        ([500, 10, 1], Verdict.WARN, "explodes"),
        ([5000, 10, 1], Verdict.BAD, "explodes"),
        ([0, 0, 1], Verdict.BAD, "dead"),
        ([np.inf, 1, 1], Verdict.BAD, "not finite"),
    ],
)
def test_how_the_gradient_reaches_the_first_layer(
    norms: list[float], verdict: Verdict, word: str
) -> None:
    finding = found(with_curves([1.0] * 5, [norms] * 5), "gradient flow")
    assert finding.verdict is verdict
    assert word in finding.says


def test_the_update_ratio_is_how_far_the_step_moved_the_weights() -> None:
    run = session(history_memory=2**26)
    before = run.state.tensors["W2"].astype(np.float64)
    run.step_batch()
    moved = np.linalg.norm(run.state.tensors["W2"] - before) / np.linalg.norm(before)
    ratio = update_ratio(run.snapshot(Activity.PAUSED), "W2")
    assert ratio == pytest.approx(moved, rel=1e-4)


def test_no_ratio_before_the_gradient_is_computed() -> None:
    run = session(history_memory=2**26)
    run.step_operation()
    assert update_ratio(run.snapshot(Activity.PAUSED), "W1") is None


@pytest.mark.parametrize(
    ("rate", "verdict"), [(1e-6, Verdict.WARN), (3.0, Verdict.WARN), (100.0, Verdict.BAD)]
)
def test_steps_that_are_too_short_or_too_long(rate: float, verdict: Verdict) -> None:
    findings = examine(trained(recipe(learning_rate=rate)))
    assert verdict in {each.verdict for each in findings if each.name.startswith("step of W")}


def test_dead_units_are_counted() -> None:
    run = session(history_memory=2**26)
    run.state.tensors["b1"][:9] = -1e6
    run.step_batch()
    finding = found(run.snapshot(Activity.PAUSED), "layer 1 units")
    assert finding.verdict is Verdict.BAD
    assert "9 of 12" in finding.says


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_saturated_units_are_counted(activation: str) -> None:
    run = session(shaped([784, 12, 10], activation), history_memory=2**26)
    run.step_batch()
    assert found(run.snapshot(Activity.PAUSED), "layer 1 units").verdict is Verdict.OK
    run.state.tensors["W1"][...] *= 1000
    run.step_batch()
    finding = found(run.snapshot(Activity.PAUSED), "layer 1 units")
    assert finding.verdict is Verdict.BAD
    assert "flat ends" in finding.says


def test_zeros_for_weights_do_not_upset_it() -> None:
    findings = examine(trained(shaped([784, 12, 8, 10], initializer="zeros")))
    assert any(finding.verdict is Verdict.BAD for finding in findings)
