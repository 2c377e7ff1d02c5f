"""The numeric gradient: it agrees where it should, and catches a derivative that is wrong."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.nn.steps import L1, L2, Case, case, cases, load, moved_state, noise
from tui_nn.errors import TuiNNError
from tui_nn.nn.activations import ACTIVATIONS
from tui_nn.nn.gradcheck import (
    GradientCheck,
    check_gradient,
    compare,
    depending,
    nudge_parameter,
    relative_error,
)
from tui_nn.nn.initializers import INITIALIZERS
from tui_nn.nn.network import Network, dense_network
from tui_nn.nn.operation import Call, Kernel, Rates, StepContext, run
from tui_nn.nn.program import Program, build
from tui_nn.nn.tensor import Array, Arrays

TOLERANCE = 1e-6


def pool(network: Network, samples: int, seed: int = 0) -> tuple[Array, Array]:
    """Random inputs in 0 to 1 and one-hot labels."""
    rng = np.random.default_rng(seed)
    classes = network.sizes[-1]
    labels = rng.integers(classes, size=samples)
    return rng.uniform(0, 1, (samples, network.sizes[0])), np.eye(classes)[labels]


def check(chosen: Case | Network, program: Program | None = None, seed: int = 1) -> GradientCheck:
    """The check of a case, or of another program of it, on five of forty samples.

    The biases have moved: at 0, a layer of one or two neurons that happens to be silent would
    leave the next one at its kink, whatever the sample.
    """
    chosen = Case(chosen) if isinstance(chosen, Network) else chosen
    program, values = program or chosen.program, noise(chosen, 40, seed)
    pixels = values["original" if program.distortion else "a0"]
    state, weights = moved_state(program, seed), values.get("w")
    return check_gradient(
        program, state, pixels, values["y"], seed, 5, rates=chosen.rates, weights=weights
    )


def gradient_sizes(chosen: Case, seed: int, samples: Array) -> dict[str, float]:
    """The length of every gradient on some of those samples, and by ``J`` what it is of."""
    program = chosen.program
    tensors = program.workspace(moved_state(program, seed), len(samples)).rows(len(samples))
    load(tensors, {name: values[samples] for name, values in noise(chosen, 40, seed).items()})
    context = StepContext(seed, 1, 0, samples, 0.1, chosen.rates)
    run(program.differentiating, tensors, context)
    sizes = {name: float(np.linalg.norm(tensors[f"d{name}"])) for name in chosen.network.shapes}
    return sizes | {"J": float(tensors[program.objective])}


@pytest.mark.parametrize("activation", ACTIVATIONS)
@given(drawn=cases(), initializer=st.sampled_from(list(INITIALIZERS)), seed=st.integers(0, 2**32))
def test_backpropagation_agrees(activation: str, drawn: Case, initializer: str, seed: int) -> None:
    """Whatever the shapes, the output, the loss, and what regularises and distorts."""
    activations = (activation,) * (drawn.network.depth - 1)
    network = dense_network(drawn.network.sizes, activations, initializer)
    chosen = replace(drawn, network=network)
    found = check(chosen, seed=seed)
    assert list(found.errors) == list(network.shapes)
    sizes = gradient_sizes(chosen, seed, found.samples)
    rounding = 1e-9 * max(1.0, sizes["J"])
    for name, error in found.errors.items():
        # Of a gradient that is next to nothing, differences of the loss see only rounding.
        assert error < TOLERANCE or error * sizes[name] < rounding, name


def test_zero_weights_put_every_neuron_at_its_kink_and_nobody_listens() -> None:
    network = dense_network((4, 3, 3, 2), ("relu", "relu"), "zeros")
    a0, y = pool(network, 5)
    found = check_gradient(build(network), network.initial_state(1, np.float64), a0, y, 1, batch=5)
    assert found.errors["b3"] > 0
    assert found.max_relative_error < TOLERANCE


def test_samples_count_by_their_weights() -> None:
    chosen = case(dense_network((4, 3, 2), ("tanh",), "he"), weighted=True)
    values, state = noise(chosen, 8, 1), moved_state(chosen.program, 1)
    for weights, counts in ((values["w"], True), (np.zeros(8), False)):
        found = check_gradient(
            chosen.program, state, values["a0"], values["y"], 1, 5, weights=weights
        )
        # Where nobody counts, both gradients are 0, and so is what lies between them.
        assert (found.max_relative_error > 0) is counts
        assert found.max_relative_error < TOLERANCE


def test_layers_may_bend_differently() -> None:
    network = dense_network((3, 4, 5, 4, 2), ("relu", "tanh", "sigmoid"), "glorot")
    assert check(network).max_relative_error < TOLERANCE


class TestTheKinkOfL1:
    """|w| has no derivative at 0, where backpropagation takes sign(0) = 0."""

    NETWORK = dense_network((4, 3, 2), ("tanh",), "he")
    CHOSEN = case(NETWORK, l1=True, l2=True)

    def batch(self, at: float, chosen: Case = CHOSEN) -> tuple[Arrays, StepContext]:
        """A batch, with some weights at a place."""
        program = chosen.program
        tensors = program.workspace(moved_state(program, 1), 5).rows(5)
        load(tensors, noise(chosen, 5, 1))
        tensors["W1"][0, 1] = tensors["W1"][2, 2] = tensors["W2"][1, 0] = at
        return tensors, StepContext(1, 1, 0, np.arange(5), 0.1, chosen.rates)

    @pytest.mark.parametrize("at", [0.0, 1e-7, -3e-7, 9e-7, 2e-6])
    def test_weights_at_it_do_not_look_like_a_mistake(self, at: float) -> None:
        errors, bent = compare(self.CHOSEN.program, *self.batch(at))
        assert max(errors.values()) < TOLERANCE
        assert not bent.any()

    @pytest.mark.parametrize("at", [0.0, 1e-7, 0.1])
    def test_it_is_only_there_that_a_weight_is_left_out(self, at: float) -> None:
        tensors, context = self.batch(at)
        program = self.CHOSEN.program
        run(program.differentiating, tensors, context)
        affected = depending(program.costing, "W1")
        beside = nudge_parameter(affected, tensors, context, "W1", (0, 0))
        assert beside.slope == pytest.approx(tensors["dW1"][0, 0], rel=TOLERANCE)
        assert not beside.at_zero
        nudge = nudge_parameter(affected, tensors, context, "W1", (0, 1))
        assert nudge.at_zero == (at == 1e-7)
        differs = abs(nudge.slope - tensors["dW1"][0, 1]) > L1 / 2
        assert differs == nudge.at_zero

    @pytest.mark.parametrize("rates", [Rates(l2=L2), Rates()])
    def test_without_l1_there_is_none(self, rates: Rates) -> None:
        tensors, context = self.batch(1e-7, replace(self.CHOSEN, rates=rates))
        program = self.CHOSEN.program
        run(program.differentiating, tensors, context)
        nudge = nudge_parameter(depending(program.costing, "W1"), tensors, context, "W1", (0, 1))
        assert not nudge.at_zero
        assert nudge.slope == pytest.approx(tensors["dW1"][0, 1], rel=TOLERANCE)

    def test_zeros_do_not_hide_a_mistake(self) -> None:
        """All weights at 0: who takes sign(0) for 1 is caught."""
        network = dense_network((4, 3, 2), ("sigmoid",), "zeros")
        chosen = case(network, l1=True)
        assert check(chosen).max_relative_error < TOLERANCE
        for name in ("W1", "W2"):
            wrong = check(chosen, spoilt(chosen.program, f"d{name}", plus=chosen.rates.l1))
            assert {each for each, error in wrong.errors.items() if error > 1e-3} == {name}


@dataclass(frozen=True)
class Planted:
    """A kernel that is right, and then spoils one of its results."""

    right: Kernel
    name: str
    factor: float
    plus: float

    def bind(self, tensors: Arrays) -> Call:
        right, spoilt = self.right.bind(tensors), tensors[self.name]

        def call(context: StepContext) -> None:
            right(context)
            np.multiply(spoilt, self.factor, out=spoilt)
            np.add(spoilt, self.plus, out=spoilt)

        return call


@pytest.mark.parametrize("name", ["dW1", "db1", "dW2", "db2", "dW3", "db3"])
@pytest.mark.parametrize("factor", [-1.0, 0.0, 1.001])
def test_wrong_gradient_is_caught(name: str, factor: float) -> None:
    network = dense_network((3, 4, 4, 3), ("tanh", "tanh"), "glorot")
    found = check(network, spoilt(build(network), name, factor))
    wrong = {each for each, error in found.errors.items() if error > TOLERANCE}
    assert wrong == {name.removeprefix("d")}
    assert found.max_relative_error == found.errors[name.removeprefix("d")] > 1e-4


def test_wrong_delta_is_caught_in_every_layer_behind_it() -> None:
    network = dense_network((3, 4, 4, 3), ("tanh", "sigmoid"), "glorot")
    found = check(network, spoilt(build(network), "delta2", 0.9))
    wrong = {name for name, error in found.errors.items() if error > TOLERANCE}
    assert wrong == {"W1", "b1", "W2", "b2"}


def spoilt(program: Program, name: str, factor: float = 1.0, plus: float = 0.0) -> Program:
    """The program, with one result of its backward phase multiplied or added to."""
    operations = tuple(
        replace(operation, kernel=Planted(operation.kernel, name, factor, plus))  # type: ignore[arg-type]
        if name in operation.names_written
        else operation
        for operation in program.operations
    )
    assert operations != program.operations
    return replace(program, operations=operations)


RELU = dense_network((4, 6, 3), ("relu",), "he")


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
    numeric = [nudge_parameter(affected, tensors, CONTEXT, "b1", (j,)).slope for j in range(6)]
    assert relative_error(tensors["db1"], np.array(numeric)) > 1e-2


def test_smooth_activations_have_no_kink() -> None:
    network = dense_network((4, 6, 3), ("tanh",), "he")
    a0, y = blanks(6)
    found = check_gradient(build(network), network.initial_state(1, np.float64), a0, y, 1, batch=6)
    assert sorted(found.samples) == [0, 1, 2, 3, 4, 5]


def test_too_few_samples_away_from_kinks() -> None:
    a0, y = blanks(9)
    state = RELU.initial_state(1, np.float64)
    with pytest.raises(TuiNNError, match="fewer than 5 of 9 samples are away from every kink"):
        check_gradient(build(RELU), state, a0, y, 1, batch=5)


CONTEXT = StepContext(0, 1, 0, np.arange(5), 0.0)


def batch_of(program: Program, a0: Array, y: Array) -> Arrays:
    """A workspace at the initial weights, with a batch in it."""
    state = program.network.initial_state(1, np.float64)
    tensors = program.workspace(state, len(y)).rows(len(y))
    tensors["a0"][...], tensors["y"][...] = a0, y
    return tensors


def test_parameters_are_put_back_bit_for_bit() -> None:
    network = dense_network((3, 4, 2), ("sigmoid",), "normal")
    state = network.initial_state(3, np.float64)
    before = state.flat.tobytes()
    a0, y = pool(network, 5)
    check_gradient(build(network), state, a0, y, 3, batch=5)
    assert state.flat.tobytes() == before


def test_one_weight_alone() -> None:
    network = dense_network((3, 4, 2), ("tanh",), "glorot")
    program = build(network)
    tensors = batch_of(program, *pool(network, 5))
    run(program.differentiating, tensors, CONTEXT)
    nudge = nudge_parameter(depending(program.predicting, "W1"), tensors, CONTEXT, "W1", (2, 3))
    assert nudge.slope == pytest.approx(tensors["dW1"][2, 3], rel=TOLERANCE)
    assert not nudge.crossed.any()


def test_only_what_depends_on_a_parameter_is_run_again() -> None:
    program = build(dense_network((3, 4, 5, 2), ("relu", "relu"), "he"))
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
