"""The one pass of BLAS against NumPy's several, where there is one."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.nn.steps import Step, case
from tui_nn.nn import blas
from tui_nn.nn.network import dense_network
from tui_nn.nn.operations import update
from tui_nn.nn.optimizers import OPTIMIZERS
from tui_nn.nn.tensor import Array

NETWORK = dense_network((4, 3, 5), ("tanh",), "he")


@pytest.mark.parametrize("size", [1, 7, 16, 100_003])
def test_it_adds_a_multiple(size: int) -> None:
    random = np.random.default_rng(size)
    x, y = (random.normal(size=size).astype(np.float32) for _ in range(2))
    add = blas.adder(x, y)
    if add is None:
        pytest.skip("this NumPy's BLAS has no such function")
    wanted = y + np.float32(-0.1) * x
    add(-0.1)
    np.testing.assert_allclose(y, wanted, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("size", [1, 7, 16, 100_003])
@pytest.mark.parametrize("kept", [0.9, 1.0, 0.0])
def test_it_mixes(size: int, kept: float) -> None:
    random = np.random.default_rng(size)
    x, y = (random.normal(size=size).astype(np.float32) for _ in range(2))
    mix = blas.mixer(x, y)
    if mix is None:
        pytest.skip("this NumPy's BLAS has no such function")
    wanted = np.float32(kept) * y + np.float32(-0.1) * x
    mix(-0.1, kept)
    np.testing.assert_allclose(y, wanted, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("share", [0.0, -0.0, -0.1])
@pytest.mark.parametrize("kept", [1.0, 0.9, 0.0])
def test_what_is_not_finite_stays_so(share: float, kept: float) -> None:
    """BLAS does not read what it multiplies by 0, and 0·∞ is no number."""
    x, y = (each.ravel() for each in np.meshgrid(*2 * [np.float32([1, np.nan, np.inf, 0])]))
    mix, add = blas.mixer(x, mixed := y.copy()), blas.adder(x, added := y.copy())
    if mix is None or add is None:
        pytest.skip("this NumPy's BLAS has no such function")
    with np.errstate(invalid="ignore"):
        wanted, sums = np.float32(kept) * y + np.float32(share) * x, y + np.float32(share) * x
        mix(share, kept)
        add(share)
    np.testing.assert_array_equal(mixed, wanted)
    np.testing.assert_array_equal(added, sums)


@pytest.mark.parametrize("made", [blas.adder, blas.mixer])
def test_not_for_what_does_not_suit_it(made: Callable[[Array, Array], object]) -> None:
    single, double = np.zeros((4, 4), np.float32), np.zeros((4, 4))
    assert made(double, double) is None
    assert made(single[:, 1:], single[:, 1:]) is None
    assert made(single, single[:2]) is None


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
def test_without_it_numpy_does_the_same_but_for_rounding(
    optimizer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = case(NETWORK, optimizer=optimizer)
    found = Step(chosen, rows=3, dtype=np.float32).tensors
    for name in ("adder", "mixer"):
        monkeypatch.setattr(update, name, lambda *_: None)
    plain = Step(chosen, rows=3, dtype=np.float32).tensors
    for name in chosen.program.kept:
        np.testing.assert_allclose(found[name], plain[name], rtol=1e-6, atol=1e-7)
