"""The network's shapes and its beginning, and where its numbers live."""

import numpy as np
import pytest

from tests.nn.steps import T
from tui_nn.nn.initializers import INITIALIZERS
from tui_nn.nn.method import Method
from tui_nn.nn.network import dense_network
from tui_nn.nn.program import build
from tui_nn.nn.state import ALIGNMENT, State
from tui_nn.nn.tensor import Axis
from tui_nn.nn.threads import available_cores, suitable_threads
from tui_nn.nn.workspace import Workspace

DEFAULT = dense_network((784, 64, 32, 10), ("relu", "tanh"), "he")


def test_shapes_are_in_by_out() -> None:
    assert DEFAULT.depth == 3
    assert DEFAULT.shapes == {
        "W1": (784, 64), "b1": (64,), "W2": (64, 32), "b2": (32,), "W3": (32, 10), "b3": (10,),
    }  # fmt: skip
    assert DEFAULT.parameter_count == 784 * 64 + 64 + 64 * 32 + 32 + 32 * 10 + 10
    assert [DEFAULT.activation(layer).name for layer in (1, 2)] == ["relu", "tanh"]


def test_each_hidden_layer_needs_an_activation() -> None:
    with pytest.raises(ValueError, match="1 activations for sizes"):
        dense_network((784, 64, 32, 10), ("relu",), "he")


class TestInitialWeights:
    def test_one_seed_gives_the_same_and_another_others(self) -> None:
        one, again, other = (DEFAULT.initial_state(seed) for seed in (1, 1, 2))
        assert one.flat.tobytes() == again.flat.tobytes()
        for name in ("W1", "W2", "W3"):
            assert not np.array_equal(one.tensors[name], other.tensors[name])

    def test_float32_begins_where_float64_does(self) -> None:
        single, double = DEFAULT.initial_state(1), DEFAULT.initial_state(1, np.float64)
        assert (single.flat.dtype.name, double.flat.dtype.name) == ("float32", "float64")
        assert np.array_equal(single.flat, double.flat.astype(np.float32))

    def test_each_layer_has_a_stream_of_its_own(self) -> None:
        shallow = dense_network((6, 6, 6), ("relu",), "he").initial_state(1).tensors
        deep = dense_network((6, 6, 6, 6), ("relu",) * 2, "he").initial_state(1).tensors
        assert not np.array_equal(deep["W1"], deep["W2"])
        assert np.array_equal(deep["W1"], shallow["W1"])
        assert np.array_equal(deep["W2"], shallow["W2"])

    def test_an_optimiser_begins_with_nothing_to_remember(self) -> None:
        program = build(DEFAULT, Method(optimizer="adam"))
        assert {name: slot.shape for name, slot in program.slots.items()} == {
            kind + name: shape for kind in "mv" for name, shape in DEFAULT.shapes.items()
        }
        state = program.initial_state(1)
        for name, slot in program.slots.items():
            assert state.tensors[name].shape == slot.shape
            assert not state.tensors[name].any()
        for name, array in DEFAULT.initial_state(1).tensors.items():
            assert np.array_equal(state.tensors[name], array)

    def test_biases_begin_at_zero(self) -> None:
        tensors = DEFAULT.initial_state(1).tensors
        assert not any(tensors[f"b{layer}"].any() for layer in (1, 2, 3))

    @pytest.mark.parametrize(
        ("name", "deviation", "furthest"),
        [
            ("he", np.sqrt(2 / 400), np.inf),
            ("glorot", np.sqrt(2 / 500), np.sqrt(6 / 500)),
            ("lecun", np.sqrt(1 / 400), np.inf),
            ("normal", 1, np.inf),
            ("zeros", 0, 0),
        ],
    )
    def test_they_spread_as_their_authors_say(
        self, name: str, deviation: float, furthest: float
    ) -> None:
        weights = INITIALIZERS[name].draw(np.random.default_rng(0), 400, 100, (400, 100))
        assert weights.shape == (400, 100)
        assert weights.std() == pytest.approx(deviation, rel=0.02)
        assert abs(weights.mean()) <= 5 * deviation / np.sqrt(weights.size)
        assert np.abs(weights).max() <= furthest

    @pytest.mark.parametrize("seed", range(5))
    def test_divided_by_their_sum_they_come_to_one(self, seed: int) -> None:
        """They spread by as much as that sum happens to be small: 1/|Σ|."""
        size = 400, 100, (400, 100)
        weights = INITIALIZERS["normal-over-sum"].draw(np.random.default_rng(seed), *size)
        drawn = INITIALIZERS["normal"].draw(np.random.default_rng(seed), *size)
        assert weights.shape == (400, 100)
        assert weights.sum() == pytest.approx(1, abs=1e-9 * np.abs(weights).sum())
        np.testing.assert_allclose(weights * drawn.sum(), drawn, rtol=1e-12)
        assert weights.std() == pytest.approx(1 / abs(drawn.sum()), rel=0.02)

    def test_every_initializer_is_tried_above(self) -> None:
        tried = {"he", "glorot", "lecun", "normal", "normal-over-sum", "zeros"}
        assert set(INITIALIZERS) == tried


class TestState:
    def test_its_tensors_are_views_that_do_not_overlap(self) -> None:
        state = State({"W": (3, 5), "b": (5,), "c": ()}, np.float32)
        for value, tensor in enumerate(state.tensors.values(), start=1):
            tensor[...] = value
        assert [float(tensor.sum()) for tensor in state.tensors.values()] == [15, 10, 3]
        assert state.flat.sum() == 15 + 10 + 3
        starts = [np.flatnonzero(state.flat == value)[0] for value in (1, 2, 3)]
        assert all(start % ALIGNMENT == 0 for start in starts)

    def test_a_copy_is_independent(self) -> None:
        state = DEFAULT.initial_state(1)
        twin = state.copy()
        assert twin.flat.tobytes() == state.flat.tobytes()
        twin.tensors["W1"].fill(0)
        assert state.tensors["W1"].any()

    def test_restoring_keeps_the_views(self) -> None:
        state, other = DEFAULT.initial_state(1), DEFAULT.initial_state(2)
        W2 = state.tensors["W2"]
        state.restore(other)
        assert np.array_equal(W2, other.tensors["W2"])
        assert not np.shares_memory(state.flat, other.flat)


class TestWorkspace:
    def test_batched_buffers_are_cut_to_the_rows_and_others_are_not(self) -> None:
        state = State({"W": (2, 2)}, np.float64)
        rows, flat = (Axis.SAMPLE, Axis.UNIT), (Axis.INPUT, Axis.UNIT)
        described = (
            T("z", axes=rows, shape=(3,)),
            T("l", axes=(Axis.SAMPLE,)),
            T("dW", axes=flat, shape=(5, 2)),
            T("mask", axes=rows, shape=(3,), dtype=np.bool_),
            T("maps", axes=(Axis.UNIT, Axis.SAMPLE), shape=(4,)),
        )
        workspace = Workspace(state, described, 5)
        few, all_ = workspace.rows(2), workspace.rows(5)
        assert {name: array.shape for name, array in few.items()} == {
            "W": (2, 2), "z": (2, 3), "l": (2,), "dW": (5, 2), "mask": (2, 3), "maps": (4, 2),
        }  # fmt: skip
        assert {name: array.dtype.name for name, array in few.items()} == {
            "W": "float64", "z": "float64", "l": "float64", "dW": "float64", "mask": "bool",
            "maps": "float64",
        }  # fmt: skip
        few["z"].fill(1)
        assert all_["z"].sum() == 6
        assert few["W"] is state.tensors["W"]
        assert workspace.rows(2) is few


def test_a_second_thread_is_for_large_products_only() -> None:
    assert suitable_threads(784 * 128, 64) == 1
    assert suitable_threads(784 * 532, 128) == available_cores()
