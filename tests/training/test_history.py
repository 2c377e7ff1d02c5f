"""What training leaves behind grows, and never changes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_nn.training.stepping.epochs import EpochRecord
from tui_nn.training.stepping.history import Curves, History


def row(step: int) -> tuple[float, float, float, int, list[float]]:
    return (step + 0.5, step / 10_000, 1 / (step + 1), 32, [float(step), -float(step)])


def filled(steps: int) -> History:
    history = History(layers=2)
    for step in range(steps):
        history.add_step(*row(step))
    return history


def check(curves: Curves, steps: int) -> None:
    rows = [row(step) for step in range(steps)]
    assert curves.loss.tolist() == [each[0] for each in rows]
    assert curves.accuracy.tolist() == [each[1] for each in rows]
    assert curves.learning_rate.tolist() == [each[2] for each in rows]
    assert curves.gradient_norm.tolist() == [each[4] for each in rows]


def test_it_begins_empty() -> None:
    history = History(layers=3)
    assert len(history) == 0
    assert history.epochs == ()
    assert history.curves.loss.shape == (0,)
    assert history.curves.gradient_norm.shape == (0, 3)


@settings(max_examples=20)
@given(st.lists(st.integers(0, 1500), max_size=4))
def test_curves_handed_out_never_change(growth: list[int]) -> None:
    history, steps, handed = History(layers=2), 0, []
    for more in growth:
        handed.append((history.curves, steps))
        for _ in range(more):
            history.add_step(*row(steps))
            steps += 1
    for curves, then in handed:
        check(curves, then)
    check(history.curves, steps)


@pytest.mark.parametrize("steps", [1, 1023, 1024, 1025, 2048, 2049, 5000])
def test_no_point_is_dropped_as_it_grows(steps: int) -> None:
    history = filled(steps)
    assert len(history) == steps
    check(history.curves, steps)


def test_handing_out_copies_nothing() -> None:
    history = filled(10)
    assert np.shares_memory(history.curves.loss, history.curves.loss)
    assert np.shares_memory(history.curves.loss, history.until(7).curves.loss)


def test_curves_of_long_ago_keep_no_array_but_the_newest() -> None:
    history = filled(10)
    before = history.curves
    for step in range(10, 5000):
        history.add_step(*row(step))
    assert np.shares_memory(before.loss, history.curves.loss)
    check(before, 10)


def test_curves_until_a_step_are_those_before_it() -> None:
    curves = filled(10).curves
    check(curves.until(4), 4)
    check(curves.until(99), 10)


def test_what_follows_a_cut_is_its_own() -> None:
    history = filled(10)
    cut = history.until(7)
    for step in range(7, 1200):
        cut.add_step(9.0, 1.0, 0.1, 8, [step, step])
    check(history.curves, 10)
    assert cut.curves.loss.tolist() == [*history.curves.loss[:7].tolist(), *[9.0] * 1193]


@pytest.mark.parametrize("name", ["loss", "accuracy", "learning_rate", "gradient_norm"])
def test_curves_are_read_only(name: str) -> None:
    column = getattr(filled(3).curves, name)
    with pytest.raises(ValueError, match="read-only"):
        column[0] = 0


def test_epochs_handed_out_never_change() -> None:
    history = History(layers=1)
    first, second = (EpochRecord(epoch, epoch * 5, 1, 0.5, 2, 0.25) for epoch in (1, 2))
    history.add_epoch(first)
    handed = history.epochs
    history.add_epoch(second)
    assert handed == (first,)
    assert history.epochs == (first, second)


def test_norms_that_were_not_read_are_the_last_before() -> None:
    norms = np.full((200, 2), np.nan)
    norms[::8] = np.arange(25)[:, None] + [0.0, 100.0]
    curves = Curves.of(np.zeros(200), np.zeros(200), np.zeros(200), norms)
    assert np.array_equal(curves.last_norms()[:, 0], np.arange(200) // 8)
    assert np.array_equal(curves.last_norms(50), curves.last_norms()[-50:])
    assert np.array_equal(curves.last_norms(500), curves.last_norms())
    assert np.array_equal(curves.norms_between(70, 133), curves.last_norms()[70:133])
    assert curves.norms_between(200, 200).shape == (0, 2)
