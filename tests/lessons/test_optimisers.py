"""What lessons ask of optimisers: how far a weight moves, and the loss with another one."""

from __future__ import annotations

import pytest

from tests.lessons.asking import bench
from tui_nn.errors import TuiNNError
from tui_nn.lessons import actions
from tui_nn.lessons.answers import run as run_answers
from tui_nn.lessons.answers import step as step_answers
from tui_nn.lessons.conditions import run as run_conditions

LARGE, SMALL = "W2[14,7]", "W2[10,0]"  # by their gradients in the first batch


@pytest.mark.slow
def test_plain_descent_moves_by_the_gradient_and_adam_by_the_rate() -> None:
    plain = bench(recipe="digits8", done="db1")
    gradients = [plain.situation.value(name.replace("W2", "dW2")) for name in (LARGE, SMALL)]
    expected = abs(gradients[0] / gradients[1])
    assert step_answers.move_ratio(plain.asked, LARGE, SMALL) == pytest.approx(expected, rel=0.02)
    adam = bench(recipe="digits8", optimizer="adam", done="db1")
    assert step_answers.move_ratio(adam.asked, LARGE, SMALL) == pytest.approx(1, rel=0.01)


def test_a_weight_that_does_not_move_is_no_measure() -> None:
    with pytest.raises(TuiNNError, match="does not move"):
        # of a unit that is silent
        step_answers.move_ratio(bench(recipe="digits8").asked, LARGE, "W2[5,0]")


def test_momentum_gets_as_far_as_ten_times_the_rate() -> None:
    desk = bench(recipe="digits8", learning_rate="0.01")
    alone, both, tenfold = (
        run_answers.loss_with(desk.asked, key, value, 300)
        for key, value in (("momentum", "0"), ("momentum", "0.9"), ("learning_rate", "0.1"))
    )
    assert alone > 2
    assert both == pytest.approx(tenfold, abs=0.15)
    assert desk.situation.snapshot.position.step == 0  # the run itself is not touched


def test_a_loss_counts_only_with_the_value_and_in_time() -> None:
    desk = bench(recipe="digits8", learning_rate="0.1", momentum="0.9")
    actions.batch(desk, 60)
    assert run_conditions.reached_with(desk.situation, "momentum", "0.9", 1.7, 60)
    assert not run_conditions.reached_with(desk.situation, "momentum", "0", 1.7, 60)
    assert not run_conditions.reached_with(desk.situation, "momentum", "0.9", 1.7, 5)
    assert not run_conditions.reached_with(desk.situation, "momentum", "0.9", 0.1, 60)
