"""The numeric gradient: it agrees where it should, and catches a derivative that is wrong."""

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_nn.errors import TuiNNError
from tui_nn.nn.activations import ACTIVATIONS
from tui_nn.nn.gradcheck import (
    GradientCheck,
    check_gradient,
    compare,
    depending,
    nudged,
    relative_error,
)
from tui_nn.nn.initializers import INITIALIZERS
from tui_nn.nn.network import Network
from tui_nn.nn.operation import StepContext, run
from tui_nn.nn.program import Program, build
from tui_nn.nn.tensors import Array, State, Tensors

TOLERANCE = 1e-6


def pool(network: Network, samples: int, seed: int = 0) -> tuple[Array, Array]:
    """Random inputs in 0 to 1 and one-hot labels."""
    rng = np.random.default_rng(seed)
    classes = network.sizes[-1]
    labels = rng.integers(classes, size=samples)
    return rng.uniform(0, 1, (samples, network.sizes[0])), np.eye(classes)[labels]


def example(network: Network, seed: int) -> tuple[State, Array, Array]:
    """Parameters, inputs and labels.

    The biases have moved: at 0, a layer of one or two neurons that happens to be silent would
    leave the next one at its kink, whatever the sample.
    """
    state = network.initial_state(seed, np.float64)
    for layer in range(1, network.layers + 1):
        bias = state.tensors[f"b{layer}"]
        bias[...] = np.random.default_rng([seed, layer]).normal(0, 0.5, bias.shape)
    return state, *pool(network, 40, seed)


def check(network: Network, program: Program | None = None, seed: int = 1) -> GradientCheck:
    """The check of a network, or of another program of it."""
    return check_gradient(program or build(network), *example(network, seed), seed, batch=5)


def gradient_norms(network: Network, seed: int, samples: Array) -> dict[str, float]:
    """The length of every gradient on some samples of the example."""
    state, a0, y = example(network, seed)
    program = build(network)
    tensors = program.workspace(state, len(samples)).rows(len(samples))
    tensors["a0"][...], tensors["y"][...] = a0[samples], y[samples]
    run(program.differentiating, tensors, StepContext(seed, 1, 0, samples, 0.1))
    return {name: float(np.linalg.norm(tensors[f"d{name}"])) for name in network.shapes}


@pytest.mark.parametrize(("activation", "initializer"), product(ACTIVATIONS, INITIALIZERS))
@given(sizes=st.lists(st.integers(1, 5), min_size=2, max_size=4), seed=st.integers(0, 2**32))
def test_backpropagation_agrees(
    activation: str, initializer: str, sizes: list[int], seed: int
) -> None:
    network = Network(tuple(sizes), (activation,) * (len(sizes) - 2), initializer)
    found = check(network, seed=seed)
    assert list(found.errors) == list(network.shapes)
    norms = gradient_norms(network, seed, found.samples)
    for name, error in found.errors.items():
        # Of a gradient that is next to nothing, differences of the loss see only rounding.
        assert error < TOLERANCE or error * norms[name] < 1e-9, name


def test_zero_weights_put_every_neuron_at_its_kink_and_nobody_listens() -> None:
    network = Network((4, 3, 3, 2), ("relu", "relu"), "zeros")
    a0, y = pool(network, 5)
    found = check_gradient(build(network), network.initial_state(1, np.float64), a0, y, 1, batch=5)
    assert found.errors["b3"] > 0
    assert found.max_relative_error < TOLERANCE


def test_layers_may_bend_differently() -> None:
    network = Network((3, 4, 5, 4, 2), ("relu", "tanh", "sigmoid"), "glorot")
    assert check(network).max_relative_error < TOLERANCE


@dataclass(frozen=True)
class Planted:
    """A kernel that is right, and then spoils one of its results."""

    right: object
    name: str
    factor: float

    def run(self, tensors: Tensors, context: StepContext) -> None:
        self.right.run(tensors, context)  # type: ignore[attr-defined]
        tensors[self.name][...] *= self.factor


@pytest.mark.parametrize("name", ["dW1", "db1", "dW2", "db2", "dW3", "db3"])
@pytest.mark.parametrize("factor", [-1.0, 0.0, 1.001])
def test_wrong_gradient_is_caught(name: str, factor: float) -> None:
    network = Network((3, 4, 4, 3), ("tanh", "tanh"), "glorot")
    found = check(network, spoilt(build(network), name, factor))
    wrong = {each for each, error in found.errors.items() if error > TOLERANCE}
    assert wrong == {name.removeprefix("d")}
    assert found.max_relative_error == found.errors[name.removeprefix("d")] > 1e-4


def test_wrong_delta_is_caught_in_every_layer_behind_it() -> None:
    network = Network((3, 4, 4, 3), ("tanh", "sigmoid"), "glorot")
    found = check(network, spoilt(build(network), "delta2", 0.9))
    wrong = {name for name, error in found.errors.items() if error > TOLERANCE}
    assert wrong == {"W1", "b1", "W2", "b2"}


def spoilt(program: Program, name: str, factor: float) -> Program:
    """The program, with a wrong factor in one result of its backward phase."""
    operations = tuple(
        replace(operation, kernel=Planted(operation.kernel, name, factor))  # type: ignore[arg-type]
        if name in operation.writes
        else operation
        for operation in program.operations
    )
    assert operations != program.operations
    return replace(program, operations=operations)


RELU = Network((4, 6, 3), ("relu",), "he")


def blanks(samples: int) -> tuple[Array, Array]:
    """A pool whose even rows are blank: with biases at 0, all their neurons are at the kink."""
    a0, y = pool(RELU, samples)
    a0[::2] = 0
    y[::2] = [1, 0, 0]  # all alike, so that their slopes cannot cancel
    return a0, y


def test_samples_at_a_kink_are_drawn_again() -> None:
    a0, y = blanks(40)
    found = check_gradient(build(RELU), RELU.initial_state(1, np.float64), a0, y, 1, batch=5)
    assert all(found.samples % 2 == 1)
    assert len(set(found.samples)) == 5
    assert found.max_relative_error < TOLERANCE


def test_without_drawing_again_a_kink_would_look_like_a_mistake() -> None:
    program = build(RELU)
    tensors = batch_of(program, *blanks(5))
    _, bent = compare(program, tensors, CONTEXT)
    assert bent.tolist() == [True, False, True, False, True]
    run(program.differentiating, tensors, CONTEXT)
    affected = depending(program.predicting, "b1")
    numeric = [nudged(affected, tensors, CONTEXT, "b1", (j,)).slope for j in range(6)]
    assert relative_error(tensors["db1"], np.array(numeric)) > 1e-2


def test_smooth_activations_have_no_kink() -> None:
    network = Network((4, 6, 3), ("tanh",), "he")
    a0, y = blanks(6)
    found = check_gradient(build(network), network.initial_state(1, np.float64), a0, y, 1, batch=6)
    assert sorted(found.samples) == [0, 1, 2, 3, 4, 5]


def test_too_few_samples_away_from_kinks() -> None:
    a0, y = blanks(9)
    state = RELU.initial_state(1, np.float64)
    with pytest.raises(TuiNNError, match="fewer than 5 of 9 samples are away from every kink"):
        check_gradient(build(RELU), state, a0, y, 1, batch=5)


CONTEXT = StepContext(0, 1, 0, np.arange(5), 0.0)


def batch_of(program: Program, a0: Array, y: Array) -> Tensors:
    """A workspace at the initial weights, with a batch in it."""
    state = program.network.initial_state(1, np.float64)
    tensors = program.workspace(state, len(y)).rows(len(y))
    tensors["a0"][...], tensors["y"][...] = a0, y
    return tensors


def test_parameters_are_put_back_bit_for_bit() -> None:
    network = Network((3, 4, 2), ("sigmoid",), "normal")
    state = network.initial_state(3, np.float64)
    before = state.flat.tobytes()
    a0, y = pool(network, 5)
    check_gradient(build(network), state, a0, y, 3, batch=5)
    assert state.flat.tobytes() == before


def test_one_weight_alone() -> None:
    network = Network((3, 4, 2), ("tanh",), "glorot")
    program = build(network)
    tensors = batch_of(program, *pool(network, 5))
    run(program.differentiating, tensors, CONTEXT)
    nudge = nudged(depending(program.predicting, "W1"), tensors, CONTEXT, "W1", (2, 3))
    assert nudge.slope == pytest.approx(tensors["dW1"][2, 3], rel=TOLERANCE)
    assert not nudge.bent.any()


def test_only_what_depends_on_a_parameter_is_run_again() -> None:
    program = build(Network((3, 4, 5, 2), ("relu", "relu"), "he"))
    names = [operation.name for operation in depending(program.predicting, "W2")]
    assert names == ["z2", "a2", "z3", "p", "L"]


def test_relative_error() -> None:
    three, four = np.array([3.0, 0.0]), np.array([0.0, 4.0])
    assert relative_error(three, four) == 5 / 7
    assert relative_error(three, three) == 0
    assert relative_error(np.zeros(2), np.zeros(2)) == 0
    assert relative_error(three, np.zeros(2)) == 1


def test_what_is_not_finite_is_no_agreement() -> None:
    assert np.isnan(GradientCheck({"W1": 0.0, "b1": float("nan")}, np.arange(1)).max_relative_error)
