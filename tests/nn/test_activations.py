"""Activations and their slopes, by hand and against plain formulas."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_nn.nn.activations import ACTIVATIONS
from tui_nn.nn.explain import Factor
from tui_nn.nn.tensor import Array

PLAIN: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "relu": (lambda z: max(0.0, z), lambda z: float(z > 0)),
    "tanh": (math.tanh, lambda z: 1 / math.cosh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + math.exp(-z)), lambda z: 1 / (2 + 2 * math.cosh(z))),
    "identity": (lambda z: z, lambda _: 1.0),
}
EVERY = pytest.mark.parametrize("name", list(ACTIVATIONS))


def function(name: str, z: Array) -> Array:
    out = np.full_like(z, np.nan)
    ACTIVATIONS[name].function(z, out)
    return out


def slope(name: str, z: Array) -> Array:
    out = np.full_like(z, np.nan)
    ACTIVATIONS[name].slope(z, function(name, z), out)
    return out


def test_every_activation_has_a_plain_formula_to_be_held_against() -> None:
    assert PLAIN.keys() == ACTIVATIONS.keys()
    assert all(name == activation.name for name, activation in ACTIVATIONS.items())


@pytest.mark.parametrize(
    ("name", "z", "value", "slope_there"),
    [
        ("relu", [-2, 0, 3], [0, 0, 3], [0, 0, 1]),
        ("tanh", [0, math.log(2)], [0, 3 / 5], [1, 16 / 25]),
        ("sigmoid", [0, math.log(3), -math.log(3)], [1 / 2, 3 / 4, 1 / 4], [1 / 4, 3 / 16, 3 / 16]),
        ("identity", [-2, 0, 3], [-2, 0, 3], [1, 1, 1]),
    ],
)
def test_by_hand(name: str, z: list[float], value: list[float], slope_there: list[float]) -> None:
    at = np.array(z, np.float64)
    np.testing.assert_allclose(function(name, at), value, rtol=1e-15)
    np.testing.assert_allclose(slope(name, at), slope_there, rtol=1e-15)


@EVERY
@given(z=st.floats(-30, 30))
def test_it_is_the_plain_formula(name: str, z: float) -> None:
    plain, plain_slope = PLAIN[name]
    for dtype, tolerance in ((np.float64, 1e-14), (np.float32, 1e-6)):
        at = np.array([z], dtype)
        assert function(name, at)[0] == pytest.approx(plain(float(at[0])), rel=1e-6, abs=tolerance)
        assert slope(name, at)[0] == pytest.approx(plain_slope(float(at[0])), abs=tolerance)


@EVERY
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nothing_overflows_at_ten_thousand(name: str, dtype: type) -> None:
    with np.errstate(all="raise", under="ignore"):
        for values in (function(name, np.array([-1e4, 1e4], dtype)),
                       slope(name, np.array([-1e4, 1e4], dtype))):  # fmt: skip
            assert np.isfinite(values).all()


@EVERY
@given(z=st.floats(-1e4, 1e4))
def test_its_working_ends_in_it(name: str, z: float) -> None:
    lines = ACTIVATIONS[name].working(Factor("z", z, "z1", (0, 0)), "a")
    assert lines[-1].value == float(function(name, np.array([z]))[0])
    assert any(factor.value == z for line in lines for factor in line.factors)


def test_relu_is_one_choice() -> None:
    def words(z: float) -> list[tuple[str, float]]:
        return [(line.label, line.value) for line in working(Factor("z", z), "a")]

    working = ACTIVATIONS["relu"].working
    assert words(0.5) == [("max(0, z)", 0.5), ("z > 0, so a = z", 0.5)]
    assert words(-0.5) == [("max(0, z)", 0.0), ("z ≤ 0, so a", 0.0)]
    assert words(np.nan)[:1] == [("max(0, z)", pytest.approx(np.nan, nan_ok=True))]
    slope = ACTIVATIONS["relu"].slope_working(Factor("z", 0.5), Factor("a", 0.5), "relu′(z)")
    assert [(line.label, line.value) for line in slope] == [
        ("[z > 0]", 1.0),
        ("z > 0, so relu′(z)", 1.0),
    ]


@EVERY
def test_its_only_kink_is_where_it_says(name: str) -> None:
    at = np.arange(-8, 9) / 4
    left, right = slope(name, at - 1e-9), slope(name, at + 1e-9)
    kinks = at[np.abs(left - right) > 1e-6]
    kink = ACTIVATIONS[name].kink
    assert kinks.tolist() == ([] if kink is None else [kink])
