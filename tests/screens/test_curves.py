"""The arithmetic of plots."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.shapes.axes import grow_limits, labels, nice_step, ticks
from screens.shapes.curve_reduction import reduce_curve, thin
from screens.shapes.curves import Curves, Series
from screens.shapes.look import Look
from screens.widgets.plotext_rendering import render_curves


@given(st.integers(1, 5000), st.integers(1, 80), st.data())
def test_spikes_survive_and_points_are_few(length: int, columns: int, data: st.DataObject) -> None:
    y = np.zeros(length)
    spike = data.draw(st.integers(0, length - 1))
    y[spike] = data.draw(st.sampled_from([-7.0, 7.0]))
    xs, ys = reduce_curve(np.arange(length), y, columns)
    assert len(xs) <= 2 * columns
    assert np.abs(ys).max() == 7.0
    assert xs[np.abs(ys).argmax()] == spike
    assert (np.diff(xs) > 0).all()


def test_gaps_stay_gaps() -> None:
    y = np.ones(1000)
    y[400:600] = np.inf
    xs, ys = reduce_curve(np.arange(1000), y, 10)
    assert np.isnan(ys).any()
    assert not np.isinf(ys).any()
    assert 400 <= xs[np.isnan(ys)][0] < 600


def test_nothing_but_gaps() -> None:
    assert np.isnan(reduce_curve(np.arange(1000), np.full(1000, np.nan), 10)[1]).all()


def test_thinning_keeps_what_moves_a_dot() -> None:
    x, y = np.array([0.0, 0.1, 5.0, 5.0]), np.array([0.0, 0.1, 0.0, 9.0])
    assert thin(x, y, ((0, 10), (0, 10)), (10, 10))[0].tolist() == [0.0, 5.0, 5.0]


def test_limits_are_round_and_stay() -> None:
    limits = grow_limits(None, (0.13, 2.31))
    assert limits == (0.0, 3.0)
    assert grow_limits(limits, (0.01, 2.9)) == limits
    assert grow_limits(limits, (0.0, 3.2)) == (0.0, 4.0)
    low, high = grow_limits(None, (5.0, 5.0))
    assert low < 5 < high


@given(st.floats(-1e299, 1e299), st.floats(-1e299, 1e299))
def test_limits_hold_anything_finite(a: float, b: float) -> None:
    low, high = grow_limits(None, (min(a, b), max(a, b)))
    slack = 1e-6 * max(abs(low), abs(high))
    assert low <= min(a, b) + slack
    assert high >= max(a, b) - slack
    assert low < high
    assert len(ticks((low, high), 5)) <= 12


@given(st.floats(1e-9, 1e9))
def test_steps_are_round_and_large_enough(size: float) -> None:
    step = nice_step(size)
    assert size * 0.999 <= step <= size * 2.501


def test_ticks_and_their_labels() -> None:
    assert labels(ticks((0, 1), 4)) == ["0.00", "0.25", "0.50", "0.75", "1.00"]
    assert labels(ticks((0, 2000), 4)) == ["0", "500", "1000", "1500", "2000"]
    assert labels(ticks((0, 40_000), 4)) == ["0", "10k", "20k", "30k", "40k"]
    assert labels(ticks((0, 4e-4), 4)) == ["0", "1e-4", "2e-4", "3e-4", "4e-4"]
    assert labels(ticks((0, 1e30), 4)) == ["0", "2.5e29", "5e29", "7.5e29", "1e30"]
    assert len(set(labels(ticks((0.001, 0.00104), 4)))) == 5
    assert labels([-2.0, -1.0, 0.0], log=True) == ["0.01", "0.1", "1"]


def test_what_cannot_be_drawn_is_counted() -> None:
    y = np.array([1.0, 0.0, np.nan, np.inf])
    assert Curves((Series("a", np.arange(4), y),)).masked == 2
    assert Curves((Series("a", np.arange(4), y),), log_y=True).masked == 3
    assert Curves().is_empty
    assert Curves((Series("a", np.arange(1), np.array([np.nan])),)).is_empty


@pytest.mark.parametrize("ascii", [False, True])
def test_the_axes_have_the_asked_size(ascii: bool) -> None:
    curves = Curves((Series("a", np.arange(50), np.arange(50) ** 2),), x_label="step")
    rows = render_curves(curves, 60, 12, (0, 50), (0, 2500), Look("none", ascii))
    assert len(rows) == 12
