"""The one pass of BLAS against NumPy's two, where there is one."""

import numpy as np
import pytest

from tests.nn.steps import Step
from tui_nn.nn import blas
from tui_nn.nn.network import dense_network
from tui_nn.nn.operations import update

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


def test_not_for_what_does_not_suit_it() -> None:
    single, double = np.zeros((4, 4), np.float32), np.zeros((4, 4))
    assert blas.adder(double, double) is None
    assert blas.adder(single[:, 1:], single[:, 1:]) is None
    assert blas.adder(single, single[:2]) is None


def test_without_it_numpy_does_the_same_but_for_rounding(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Step(NETWORK, rows=3, dtype=np.float32).tensors
    monkeypatch.setattr(update, "adder", lambda *_: None)
    plain = Step(NETWORK, rows=3, dtype=np.float32).tensors
    for name in NETWORK.shapes:
        np.testing.assert_allclose(found[name], plain[name], rtol=1e-6, atol=1e-7)
