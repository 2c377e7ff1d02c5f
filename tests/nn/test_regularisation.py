"""What keeps a network from learning by heart: L1 and L2, dropout; and batches in chunks."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.nn.steps import CONTEXT, HEADS, Case, Step, T, case, cases, load, noise, run_chunk_before
from tui_nn.nn.activations import ACTIVATIONS
from tui_nn.nn.layers.activation import HiddenDelta
from tui_nn.nn.layers.dense import WeightGradient
from tui_nn.nn.network import dense_network
from tui_nn.nn.operation import Rates, StepContext, run
from tui_nn.nn.operations.dropout import Drop, Mask
from tui_nn.nn.operations.penalty import Objective, Penalised, Penalty
from tui_nn.nn.tensor import Array

BOTH = pytest.mark.parametrize("dtype", [np.float32, np.float64])


class TestPenalty:
    """λ₁ = 0.1, λ₂ = 0.2, and the weights 1, −2, 0, 3 of two neurons."""

    W = ((1, -2), (0, 3))

    def tensors(self) -> dict[str, Array]:
        return {
            "W": np.array(self.W, float),
            "a": np.array([[1.0, 2.0]]),
            "delta": np.array([[1.0, 10.0]]),
            "L": np.array(5.0),
        } | {
            name: np.full(shape, np.nan)
            for name, shape in {"r": 2, "R": (), "J": (), "s": (2, 2), "dW": (2, 2)}.items()
        }

    @pytest.mark.parametrize(
        ("l1", "l2", "each", "slopes"),
        [
            # 0.1·(1 + 0), 0.1·(2 + 3); 0.1·sign(w)
            (0.1, 0.0, [0.1, 0.5], [[0.1, -0.1], [0, 0.1]]),
            # 0.1·(1² + 0²), 0.1·(2² + 3²); 0.2·w
            (0.0, 0.2, [0.1, 1.3], [[0.2, -0.4], [0, 0.6]]),
            (0.1, 0.2, [0.2, 1.8], [[0.3, -0.5], [0, 0.7]]),
            (0.0, 0.0, [0.0, 0.0], [[0, 0], [0, 0]]),
        ],
    )
    def test_by_hand(self, l1: float, l2: float, each: list[float], slopes: list[Any]) -> None:
        tensors, context = self.tensors(), replace(CONTEXT, rates=Rates(l1=l1, l2=l2))
        Penalty((Penalised(T("W"), T("r"), T("s")),), T("R")).bind(tensors)(context)
        Objective(T("L"), T("R"), T("J")).bind(tensors)(context)
        np.testing.assert_allclose(tensors["r"], each, rtol=1e-15)
        assert tensors["R"] == pytest.approx(sum(each))
        assert tensors["J"] == 5 + tensors["R"]
        WeightGradient(T("a"), T("delta"), T("dW"), None, T("W"), T("s")).bind(tensors)(context)
        np.testing.assert_allclose(tensors["dW"] - [[1, 10], [2, 20]], slopes, atol=1e-14)
        assert tensors["W"].tolist() == [list(row) for row in self.W]

    def test_biases_cost_nothing(self) -> None:
        step = Step(case(dense_network((4, 3, 2), ("tanh",), "he"), l1=True, l2=True), rows=2)
        (penalty,) = (each for each in step.program.operations if each.name == "R")
        assert penalty.names_read == ("W1", "W2")
        l1, l2 = step.context.rates.l1, step.context.rates.l2
        weights = np.concatenate([step.read[name].ravel() for name in penalty.names_read])
        price = l1 * np.abs(weights).sum() + l2 / 2 * (weights**2).sum()
        assert step.tensors["R"] == pytest.approx(price, rel=1e-13)

    @given(cases(), st.integers(0, 9))
    def test_prices_of_nothing_change_no_bit(self, drawn: Case, seed: int) -> None:
        free = replace(drawn, rates=replace(drawn.rates, l1=0.0, l2=0.0))
        with_it = replace(free, method=replace(free.method, penalised=True))
        without = replace(free, method=replace(free.method, penalised=False))
        one, other = Step(with_it, 3, seed), Step(without, 3, seed)
        for name in other.program.writer.keys() - {"dx", "dimage"}:
            np.testing.assert_array_equal(one.looked[name], other.looked[name])


def masked(
    rate: float, rows: int, neurons: int, dtype: type[np.floating[Any]] = np.float64, **where: int
) -> Array:
    """The mask of a layer, by default that of step 0 and of layer 1, and what it leaves of ones."""
    layer = where.pop("layer", 1)
    rates = Rates(dropout=(0.9,) * (layer - 1) + (rate,))
    tensors = {"u": np.empty((rows, neurons), np.float32)}
    tensors |= {name: np.ones((rows, neurons), dtype) for name in ("a", "mask", "h")}
    context = replace(CONTEXT, rates=rates, **where)
    Mask(layer, T("u"), T("mask")).bind(tensors)(context)
    Drop(T("a"), T("mask"), T("h")).bind(tensors)(context)
    assert np.array_equal(tensors["h"], tensors["mask"])
    return tensors["mask"]


class TestDropout:
    @pytest.mark.parametrize("rate", [0.1, 0.2, 0.5, 0.9])
    def test_as_many_are_silenced_as_the_rate_says(self, rate: float) -> None:
        mask, count = masked(rate, 400, 250), 100_000
        # The share of a hundred thousand coins; five deviations are one in two million.
        silent = float((mask == 0).mean())
        assert abs(silent - rate) < 5 * np.sqrt(rate * (1 - rate) / count)
        # No row or neuron is favoured either.
        for axis, drawn in ((0, 400), (1, 250)):
            shares = (mask == 0).mean(axis=axis)
            assert np.abs(shares - rate).max() < 6 * np.sqrt(rate * (1 - rate) / drawn)

    @pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
    def test_what_is_expected_of_a_neuron_stays(self, rate: float) -> None:
        """Inverted: those that stay are 1/(1 − r) as loud, so that the mean of the mask is 1."""
        mask = masked(rate, 400, 250)
        np.testing.assert_allclose(np.unique(mask), [0, 1 / (1 - rate)], rtol=1e-15)
        assert abs(mask.mean() - 1) < 5 * np.sqrt(rate / (1 - rate) / mask.size)

    def test_a_rate_of_nothing_silences_nobody(self) -> None:
        assert (masked(0.0, 20, 30) == 1).all()

    @BOTH
    def test_it_can_be_drawn_again(self, dtype: type[np.floating[Any]]) -> None:
        one = masked(0.5, 20, 30, dtype, seed=7, step=12)
        np.testing.assert_array_equal(one, masked(0.5, 20, 30, dtype, seed=7, step=12))
        # Which epoch it is, and which samples are in the batch, does not matter.
        np.testing.assert_array_equal(one, masked(0.5, 20, 30, dtype, seed=7, step=12, epoch=3))

    @pytest.mark.parametrize(
        "other", [{"seed": 2}, {"step": 1}, {"layer": 2}, {"start": 1000}, {"start": 1, "step": 1}]
    )
    def test_another_step_layer_chunk_or_seed_draws_another(self, other: dict[str, int]) -> None:
        one, another = masked(0.5, 40, 50) > 0, masked(0.5, 40, 50, **other) > 0
        # Of 2000 coins beside 2000 others, half are alike: 1000, give or take 22.
        assert abs(int((one == another).sum()) - 1000) < 5 * 22.4

    def test_both_types_draw_the_same(self) -> None:
        single, double = masked(0.3, 20, 30, np.float32), masked(0.3, 20, 30, np.float64)
        np.testing.assert_array_equal(single > 0, double > 0)
        np.testing.assert_allclose(single, double, rtol=1e-7)

    def test_by_hand(self) -> None:
        """One in four is silent, the others 4/3 as loud; the error comes back the same way."""
        mask = np.array([[4 / 3, 0, 4 / 3, 4 / 3]])
        tensors = {"a": np.array([[3.0, 6, -9, 0]]), "mask": mask, "h": np.empty((1, 4))}
        Drop(T("a"), T("mask"), T("h")).bind(tensors)(CONTEXT)
        assert tensors["h"].tolist() == [[4, 0, -12, 0]]
        back = {
            "dh": np.array([[3.0, 6, 9, -3]]),
            "z": np.ones((1, 4)),
            "a": np.ones((1, 4)),
            "mask": mask,
            "slope": np.empty((1, 4)),
            "delta": np.empty((1, 4)),
        }
        identity = ACTIVATIONS["identity"]
        names = (T(name) for name in ("dh", "z", "a", "slope", "delta"))
        HiddenDelta(*names, identity, T("mask")).bind(back)(CONTEXT)
        assert back["delta"].tolist() == [[4, 0, 12, -4]]

    def test_the_next_layer_hears_only_those_that_stay(self) -> None:
        step = Step(case(dense_network((4, 6, 6, 3), ("sigmoid",) * 2, "he"), dropout=True), rows=5)
        for layer in (1, 2):
            silent = step.tensors[f"mask{layer}"] == 0
            assert silent.any()
            assert not step.tensors[f"h{layer}"][silent].any()
            assert not step.tensors[f"delta{layer}"][silent].any()
            assert step.tensors[f"a{layer}"][silent].all()
            W, b = step.read[f"W{layer + 1}"], step.read[f"b{layer + 1}"]
            heard = step.tensors[f"h{layer}"] @ W + b
            np.testing.assert_allclose(step.tensors[f"z{layer + 1}"], heard, rtol=1e-12)
            # A weight from whoever was silent in all the rows is not to blame.
            never = silent.all(axis=0)
            assert not step.tensors[f"dW{layer + 1}"][never].any()

    def test_a_network_in_use_silences_nobody(self) -> None:
        chosen = case(dense_network((4, 6, 3), ("tanh",), "he"), dropout=True, distorted=True)
        step = Step(chosen, rows=3, done=0)
        step.tensors["a0"][...] = step.tensors["original"]
        run(chosen.program.predicting, step.tensors, step.context)
        hidden = np.tanh(step.tensors["original"] @ step.read["W1"] + step.read["b1"])
        z = hidden @ step.read["W2"] + step.read["b2"]
        np.testing.assert_allclose(step.tensors["z2"], z, rtol=1e-12)


def worked_through(chosen: Case, sizes: list[int], seed: int) -> dict[str, Array]:
    """What a whole batch of seven comes to, worked through in chunks of some sizes."""
    program = chosen.program
    state = program.initial_state(seed, np.float64)
    workspace = program.workspace(state, 7)
    batch = noise(chosen, 7, seed)
    program.begin_batch(workspace.rows(1))
    start = 0
    for number, size in enumerate(sizes, start=1):
        tensors, last = workspace.rows(size), number == len(sizes)
        load(tensors, {name: values[start : start + size] for name, values in batch.items()})
        # What large weights cost is counted once, with the last chunk.
        rates = chosen.rates if last else replace(chosen.rates, l1=0.0, l2=0.0)
        samples = np.arange(start, start + size)
        context = StepContext(1, 1, 0, samples, 0.1, rates, samples=7, start=start)
        run(program.differentiating, tensors, context)
        if not last:
            program.add_up(tensors)
        start += size
    run(program.updating, tensors, context)
    names = {"L", program.objective, *(f"d{each}" for each in chosen.network.shapes)}
    return {name: tensors[name].copy() for name in {*names, *state.tensors}}


class TestChunks:
    @pytest.mark.parametrize("head", HEADS)
    @given(
        cases().filter(lambda drawn: not drawn.network.statistics),
        st.integers(0, 9),
        st.sampled_from([[7], [4, 3], [3, 3, 1], [1] * 7]),
    )
    def test_a_batch_in_chunks_is_the_batch(
        self, head: tuple[str, str], drawn: Case, seed: int, sizes: list[int]
    ) -> None:
        """All of it but dropout, which draws for each chunk."""
        awake = replace(
            drawn.method, output=head[0], loss=head[1], dropped=(False,) * len(drawn.rates.dropout)
        )
        whole = worked_through(replace(drawn, method=replace(awake, chunked=False)), [7], seed)
        chunks = worked_through(replace(drawn, method=replace(awake, chunked=True)), sizes, seed)
        assert chunks.keys() == whole.keys()
        for name, value in whole.items():
            size = np.abs(value).max(initial=1)
            np.testing.assert_allclose(chunks[name], value, rtol=1e-12, atol=1e-12 * size)

    def test_each_chunk_begins_with_what_those_before_came_to(self) -> None:
        step = Step(case(dense_network((4, 3, 2), ("tanh",), "he"), chunked=True), rows=3)
        alone = Step(case(dense_network((4, 3, 2), ("tanh",), "he"), chunked=True), rows=3, done=0)
        alone.program.begin_batch(alone.tensors)
        assert not any(alone.tensors[name].any() for name in alone.program.sums.values())
        run(alone.program.differentiating, alone.tensors, alone.context)
        for total, before in step.program.sums.items():
            assert step.tensors[before].any()
            np.testing.assert_allclose(
                step.tensors[total], alone.tensors[total] + step.tensors[before], rtol=1e-12
            )

    def test_there_is_nothing_to_add_up_without_chunks(self) -> None:
        program = case(dense_network((4, 3, 2), ("tanh",), "he")).program
        assert program.sums == {}
        run_chunk_before(program, Step(case(program.network), rows=2).tensors, CONTEXT)
