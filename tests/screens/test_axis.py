"""The range of an axis and the places marked on it."""

import math

import numpy as np
import pytest

from screens.shapes.axes import log_ticks, round_up
from screens.shapes.robust_range import robust_limits


def falling(steps: int = 400) -> np.ndarray:
    """A loss that falls from 2.3 to about 0.05."""
    return 2.3 * np.exp(-np.arange(steps) / 100) + 0.05


def test_a_single_spike_does_not_stretch_the_axis() -> None:
    values = falling()
    values[200] = 600.0
    limits = robust_limits([values], log=True, always=[2.3])
    assert limits is not None
    assert limits[0] <= 0.1
    assert 2.3 <= limits[1] < 10


def test_where_a_run_began_and_what_is_new_are_on_the_axis() -> None:
    diverging = np.concatenate([falling(), np.geomspace(0.1, 1e10, 50)])
    limits = robust_limits([diverging], log=True, always=[2.3])
    assert limits is not None
    assert limits[1] >= 1e9


def test_an_extreme_value_close_by_is_let_in() -> None:
    values = np.linspace(0.0, 1.0, 500)
    values[3] = 1.1
    limits = robust_limits([values], log=False)
    assert limits is not None
    assert limits[0] <= 0
    assert limits[1] >= 1.1


@pytest.mark.parametrize("values", [[], [math.nan], [-1.0, 0.0]])
def test_what_has_no_place_gives_no_range(values: list[float]) -> None:
    assert robust_limits([np.array(values)], log=True) is None


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("value", [1e-6, 0.1, 3e9])
def test_a_flat_curve_stands_inside_its_axis(value: float, log: bool) -> None:
    limits = robust_limits([np.full(9, value)], log)
    assert limits is not None
    assert limits[0] < value < limits[1]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ((-2, 0.4), [0.01, 0.1, 1]),
        ((-0.1, 0.35), [1, 1.5, 2]),
        ((-6, 10), [1e-6, 1e-2, 1e2, 1e6, 1e10]),
    ],
)
def test_a_log_axis_is_marked_at_round_values(
    limits: tuple[float, float], expected: list[float]
) -> None:
    places = [10**place for place in log_ticks(limits, 5)]
    assert set(expected) <= {float(f"{place:.6g}") for place in places}
    assert len(places) <= 6


@pytest.mark.parametrize(("value", "end"), [(0, 1), (7, 7), (183, 200), (938, 1000), (41, 45)])
def test_an_axis_ends_at_a_round_number(value: float, end: float) -> None:
    assert round_up(value) == pytest.approx(end)
