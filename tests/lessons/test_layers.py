"""What lessons ask of a network's layers: which units live, what gradient reaches the first."""

from __future__ import annotations

import numpy as np
import pytest

from tests.lessons.asking import bench
from tui_nn.lessons import actions
from tui_nn.lessons.answers import run as run_answers
from tui_nn.lessons.answers import step as step_answers
from tui_nn.lessons.conditions import run as run_conditions
from tui_nn.lessons.conditions import screen as screen_conditions

DEAD = {"recipe": "digits8", "learning_rate": "3"}
FLAT = {"recipe": "digits8", "layers": "64-16-16-16-16-10", "activation": "sigmoid"}


@pytest.mark.slow
def test_units_that_long_steps_kill_stay_dead_until_a_restart() -> None:
    desk = bench(**DEAD)
    asked = desk.asked
    dead = run_answers.inactive_after(asked, 1, 1)
    assert dead > 8
    assert run_answers.inactive_after(asked, 1, 1, 0.1) <= 1  # with short steps from the beginning
    assert not run_conditions.inactive_at_most(desk.situation, 1, 16)  # no epoch is over
    actions.epoch(desk)
    assert run_answers.inactive_after(desk.asked, 1, 1, 0.1) == pytest.approx(dead, abs=1)
    assert not run_conditions.inactive_at_most(desk.situation, 1, 2)
    assert not screen_conditions.explained_zero(desk.situation, "db1")  # nothing is taken apart
    gradient = desk.situation.snapshot.computed.tensors["db1"]
    for neuron in (int(np.flatnonzero(gradient)[0]), int(np.flatnonzero(gradient == 0)[0])):
        actions.explain(desk, f"db1[{neuron}]")
        assert screen_conditions.explained_zero(desk.situation, "db1") is bool(
            gradient[neuron] == 0
        )
    assert not screen_conditions.explained_zero(desk.situation, "dW1")
    assert not run_conditions.inactive_at_most(desk.situation, 2, 16)  # there is no such layer
    actions.restart_with(desk, "learning_rate", "0.1")
    assert desk.situation.snapshot.position.step == 0
    actions.epoch(desk)
    assert run_conditions.inactive_at_most(desk.situation, 1, 2)


def test_a_network_without_an_activation_has_a_single_line() -> None:
    assert run_answers.best_accuracy(bench(recipe="xor", activation="identity").asked, 9) < 0.8
    assert run_answers.best_accuracy(bench(recipe="xor").asked, 9) > 0.95


def test_the_gradient_fades_in_sigmoids_and_not_in_relus() -> None:
    desk = bench(**FLAT)
    assert step_answers.gradient_ratio(desk.asked) < 0.02
    assert not run_conditions.gradient_reaches(desk.situation, 0.0)  # no step is made
    actions.batch(desk)
    assert not run_conditions.gradient_reaches(desk.situation, 0.1)
    actions.restart_with(desk, "activation", "relu")
    actions.batch(desk)
    assert run_conditions.gradient_reaches(desk.situation, 0.1)


def test_the_first_loss_says_how_large_the_weights_began() -> None:
    desk = bench(initializer="normal")
    assert not run_conditions.first_loss_below(desk.situation, 1e9)  # no step is made
    actions.batch(desk)
    assert not run_conditions.first_loss_below(desk.situation, 3)
    actions.restart_with(desk, "initializer", "he")
    actions.batch(desk)
    assert run_conditions.first_loss_below(desk.situation, 3)
