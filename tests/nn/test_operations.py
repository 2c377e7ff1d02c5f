"""The arithmetic of a plain step: an example worked by hand, and a textbook's formulas."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.nn.steps import CONTEXT, Step, T, networks
from tui_nn.nn.activations import ACTIVATIONS
from tui_nn.nn.layers.activation import HiddenDelta
from tui_nn.nn.layers.dense import Adjoint, Affine, BiasGradient, WeightGradient
from tui_nn.nn.network import Network, dense_network
from tui_nn.nn.operation import run
from tui_nn.nn.operations.update import GradientDescent
from tui_nn.nn.tensor import Array

Function = Callable[[Array], Array]


class TestTheExampleWorkedByHand:
    """A layer of two neurons, two samples, η = 0.1."""

    @pytest.fixture(params=[np.float32, np.float64])
    def tensors(self, request: pytest.FixtureRequest) -> dict[str, Array]:
        given = {
            "X": [[1, -1], [-2, 2]],
            "W": [[2, -2], [-1, 1]],
            "b": [1, -1],
            "dY": [[1, -1], [2, -2]],
        }
        written = {"Y": (2, 2), "dX": (2, 2), "dW": (2, 2), "db": (2,), "block": (4,)}
        return {name: np.array(values, request.param) for name, values in given.items()} | {
            name: np.full(shape, np.nan, request.param) for name, shape in written.items()
        }

    def test_forward(self, tensors: dict[str, Array]) -> None:
        Affine(T("X"), T("W"), T("b"), T("Y")).bind(tensors)(CONTEXT)
        assert tensors["Y"].tolist() == [[4, -4], [-5, 5]]

    def test_gradients(self, tensors: dict[str, Array]) -> None:
        Adjoint(T("dY"), T("W"), T("dX")).bind(tensors)(CONTEXT)
        WeightGradient(T("X"), T("dY"), T("dW")).bind(tensors)(CONTEXT)
        BiasGradient(T("dY"), T("db")).bind(tensors)(CONTEXT)
        assert tensors["dX"].tolist() == [[4, -2], [8, -4]]
        assert tensors["dW"].tolist() == [[-3, 3], [3, -3]]
        assert tensors["db"].tolist() == [3, -3]

    def test_update(self, tensors: dict[str, Array]) -> None:
        tensors["dW"][...] = [[-3, 3], [3, -3]]
        tensors["db"][...] = [3, -3]
        of_weights = GradientDescent(T("W"), T("dW"), T("cW"))
        of_weights.bind(tensors)(CONTEXT)
        GradientDescent(T("b"), T("db"), T("cb")).bind(tensors)(CONTEXT)
        np.testing.assert_allclose(tensors["W"], [[2.3, -2.3], [-1.3, 1.3]], rtol=1e-6)
        np.testing.assert_allclose(tensors["b"], [0.7, -0.7], rtol=1e-6)
        change = of_weights.look("cW", tensors, CONTEXT)
        np.testing.assert_allclose(change, [[-0.3, 0.3], [0.3, -0.3]], rtol=1e-6)


class TestDelta:
    def test_of_a_hidden_layer_by_hand(self) -> None:
        tensors = {
            "next": np.array([[1.0, -2.0]]),
            "W": np.array([[3.0, 1.0], [2.0, 4.0]]),
            "da": np.empty((1, 2)),
            "z": np.array([[0.5, -0.5]]),
            "a": np.array([[0.5, 0.0]]),
            "slope": np.empty((1, 2)),
            "delta": np.empty((1, 2)),
        }
        Adjoint(T("next"), T("W"), T("da")).bind(tensors)(CONTEXT)
        assert tensors["da"].tolist() == [[1, -6]]  # 1·3 − 2·1 and 1·2 − 2·4
        names = (T(name) for name in ("da", "z", "a", "slope", "delta"))
        HiddenDelta(*names, ACTIVATIONS["relu"]).bind(tensors)(CONTEXT)
        assert tensors["slope"].tolist() == [[1, 0]]
        assert tensors["delta"].tolist() == [[1, 0]]  # 1·1 and −6·0

    def test_that_of_the_pixels_is_how_the_loss_moves_with_them(self) -> None:
        step = Step(dense_network((5, 4, 3), ("tanh",), "glorot"), rows=2)
        probing = step.program.probing
        tensors = step.program.workspace(
            step.network.initial_state(3, np.float64), 2, probing
        ).rows(2)
        for name in ("a0", "y"):
            tensors[name][...] = step.tensors[name]
        run(probing, tensors, CONTEXT)
        dx = tensors["dx"].copy()
        for place in np.ndindex(*dx.shape):
            losses = []
            for nudge in (1e-6, -2e-6):
                tensors["a0"][place] += nudge
                run(step.program.predicting, tensors, CONTEXT)
                losses.append(float(tensors["L"]))
            tensors["a0"][place] += 1e-6
            assert (losses[0] - losses[1]) / 2e-6 == pytest.approx(dx[place], abs=1e-9)


@given(networks(), st.integers(1, 4))
def test_a_step_is_the_chapter_of_a_textbook(network: Network, rows: int) -> None:
    """The whole program against plain array expressions, Nielsen's BP1 to BP4."""
    step = Step(network, rows)
    W = [step.read[f"W{layer}"] for layer in range(1, network.depth + 1)]
    b = [step.read[f"b{layer}"] for layer in range(1, network.depth + 1)]
    functions: dict[str, tuple[Function, Function]] = {
        "relu": (lambda z: z * (z > 0), lambda z: 1.0 * (z > 0)),
        "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
        "sigmoid": (
            lambda z: 1 / (1 + np.exp(-z)),
            lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2,
        ),
        "identity": (lambda z: z, np.ones_like),
    }
    a: list[Array] = [step.read["a0"]]
    z: list[Array] = []
    for layer in range(network.depth):
        z.append(a[-1] @ W[layer] + b[layer])
        if layer < network.depth - 1:
            a.append(functions[network.activation(layer + 1).name][0](z[-1]))
    p = np.exp(z[-1]) / np.exp(z[-1]).sum(axis=1, keepdims=True)
    loss = -np.log((p * step.read["y"]).sum(axis=1)).mean()
    np.testing.assert_allclose(step.tensors["L"], loss, rtol=1e-10, atol=1e-12)
    delta = (p - step.read["y"]) / rows
    for layer in reversed(range(network.depth)):
        dW, db = a[layer].T @ delta, delta.sum(axis=0)
        for name, plain in (
            (f"delta{layer + 1}", delta),
            (f"dW{layer + 1}", dW),
            (f"db{layer + 1}", db),
            (f"W{layer + 1}", W[layer] - 0.1 * dW),
            (f"b{layer + 1}", b[layer] - 0.1 * db),
        ):
            np.testing.assert_allclose(step.tensors[name], plain, rtol=1e-9, atol=1e-13)
        if layer:
            slope = functions[network.activation(layer).name][1]
            delta = (delta @ W[layer].T) * slope(z[layer - 1])
