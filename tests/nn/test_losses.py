"""Losses, their means and where the error starts: worked by hand, and against plain formulas."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from msgspec.structs import replace

from tests.nn.steps import CONTEXT, HEADS, Step, T, case
from tui_nn.nn.activations import ACTIVATIONS
from tui_nn.nn.layers.activation import Activate
from tui_nn.nn.method import Method
from tui_nn.nn.network import dense_network
from tui_nn.nn.operation import StepContext
from tui_nn.nn.operations.loss import BinaryCrossEntropy, CrossEntropy, Quadratic
from tui_nn.nn.operations.mean import BatchMean
from tui_nn.nn.operations.output_delta import OutputDelta, QuadraticDelta
from tui_nn.nn.outputs import Softmax
from tui_nn.nn.program import build
from tui_nn.nn.tensor import Array

SHAPES = st.tuples(st.integers(1, 5), st.integers(1, 6))
LOGITS = arrays(np.float64, SHAPES, elements=st.floats(-1e4, 1e4))
BOTH = pytest.mark.parametrize("dtype", [np.float32, np.float64])
MEAN = BatchMean(T("l"), T("L"))
SECOND_OF_THREE = StepContext(1, 1, 0, np.arange(2), 0.1, samples=6, start=2)


def softmax(z: Any, dtype: type[np.floating[Any]] = np.float64) -> dict[str, Array]:
    """Logits, and what the kernel makes of them: p, m and s."""
    z = np.array(z, dtype)
    tensors = {"z": z, "p": np.empty_like(z)} | {n: np.empty((len(z), 1), dtype) for n in "ms"}
    Softmax(T("z"), T("m"), T("s"), T("p")).bind(tensors)(CONTEXT)
    return tensors


def cross_entropy(tensors: dict[str, Array], labels: list[int]) -> dict[str, Array]:
    """The same tensors, with y, l and L."""
    dtype, rows = tensors["z"].dtype, len(labels)
    tensors["y"] = np.eye(tensors["z"].shape[1], dtype=dtype)[labels]
    tensors |= {"l": np.empty(rows, dtype), "zy": np.empty(rows, dtype), "L": np.empty((), dtype)}
    CrossEntropy(T("z"), T("m"), T("s"), T("y"), T("l"), T("zy"), T("p"), MEAN).bind(tensors)(
        CONTEXT
    )
    return tensors


def sigmoids(z: Any, y: Any, dtype: type[np.floating[Any]] = np.float64) -> dict[str, Array]:
    """Logits and labels with p, and room for a loss and its δ."""
    z = np.array(z, dtype)
    tensors = {"z": z, "y": np.array(y, dtype), "L": np.empty((), dtype)}
    tensors |= {name: np.full_like(z, np.nan) for name in ("p", "c", "zy", "slope", "delta")}
    tensors["l"] = np.full(len(z), np.nan, dtype)
    Activate(T("z"), T("p"), ACTIVATIONS["sigmoid"]).bind(tensors)(CONTEXT)
    return tensors


def binary(z: Any, y: Any, dtype: type[np.floating[Any]] = np.float64) -> dict[str, Array]:
    tensors = sigmoids(z, y, dtype)
    BinaryCrossEntropy(T("z"), T("y"), T("p"), T("c"), T("l"), T("zy"), MEAN).bind(tensors)(CONTEXT)
    OutputDelta(T("p"), T("y"), T("delta")).bind(tensors)(CONTEXT)
    return tensors


def quadratic(z: Any, y: Any) -> dict[str, Array]:
    tensors = sigmoids(z, y)
    Quadratic(T("y"), T("p"), T("c"), T("l"), MEAN).bind(tensors)(CONTEXT)
    QuadraticDelta(T("z"), T("p"), T("y"), T("slope"), T("delta")).bind(tensors)(CONTEXT)
    return tensors


class TestSoftmax:
    def test_by_hand(self) -> None:
        z = [[0, np.log(2), np.log(5)], [1, 1, 1]]
        found = softmax(z)
        np.testing.assert_allclose(found["p"] * 24, [[3, 6, 15], [8, 8, 8]], rtol=1e-15)
        np.testing.assert_allclose(found["m"], [[np.log(5)], [1]])
        np.testing.assert_allclose(found["s"], [[1.6], [3.0]])

    @given(LOGITS)
    def test_rows_sum_to_one_without_overflow(self, z: Array) -> None:
        for dtype, tolerance in ((np.float64, 1e-14), (np.float32, 1e-6)):
            with np.errstate(all="raise", under="ignore"):
                p = softmax(z, dtype)["p"]
            np.testing.assert_allclose(p.sum(axis=1), 1, rtol=tolerance)
            assert (p >= 0).all()

    @given(LOGITS, st.floats(-1e4, 1e4))
    def test_a_shift_of_all_logits_changes_nothing(self, z: Array, shift: float) -> None:
        # z + shift is rounded at 2e4, and exp turns that into a relative error.
        np.testing.assert_allclose(
            softmax(z + shift)["p"], softmax(z)["p"], rtol=1e-10, atol=1e-300
        )

    @given(LOGITS.map(lambda z: z / 100))
    def test_it_is_the_plain_formula_where_that_does_not_overflow(self, z: Array) -> None:
        exponentials = np.exp(z)
        plain = exponentials / exponentials.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(softmax(z)["p"], plain, rtol=1e-12)

    @BOTH
    def test_logits_of_ten_thousand(self, dtype: type[np.floating[Any]]) -> None:
        with np.errstate(all="raise", under="ignore"):
            found = softmax([[1e4, -1e4, 0], [-1e4, -1e4, -1e4]], dtype)
        np.testing.assert_allclose(found["p"], [[1.0, 0.0, 0.0], 3 * [1 / 3]], rtol=1e-6)


class TestCrossEntropy:
    def test_by_hand(self) -> None:
        z = [[0, np.log(2), np.log(5)], [1, 1, 1]]
        found = cross_entropy(softmax(z), [2, 0])
        np.testing.assert_allclose(found["l"], [np.log(8 / 5), np.log(3)], rtol=1e-15)
        np.testing.assert_allclose(found["L"], (np.log(8 / 5) + np.log(3)) / 2, rtol=1e-15)

    @given(LOGITS.map(lambda z: z / 100), st.randoms())
    def test_it_is_the_mean_of_minus_log_p(self, z: Array, random: Any) -> None:
        labels = [random.randrange(z.shape[1]) for _ in z]
        found = cross_entropy(softmax(z), labels)
        plain = -np.log(found["p"][np.arange(len(z)), labels])
        np.testing.assert_allclose(found["l"], plain, atol=1e-12)
        np.testing.assert_allclose(found["L"], plain.mean(), atol=1e-12)

    @BOTH
    def test_it_stays_finite_where_p_underflows(self, dtype: type[np.floating[Any]]) -> None:
        with np.errstate(all="raise", under="ignore"):
            found = cross_entropy(softmax([[0, 1e4]], dtype), [0])
        assert found["p"][0, 0] == 0
        assert found["L"] == 1e4


class TestBinaryCrossEntropy:
    def test_by_hand(self) -> None:
        """The outputs are ½ and ¾, then ¼ and ½; a sum over them, a mean over samples."""
        found = binary([[0, np.log(3)], [-np.log(3), 0]], [[1, 0], [1, 1]])
        # −log ½ = log 2, −log(1 − ¾) = log 4; −log ¼ = log 4, −log ½ = log 2
        np.testing.assert_allclose(found["c"], np.log([[2, 4], [4, 2]]), rtol=1e-15)
        np.testing.assert_allclose(found["l"], np.log([8, 8]), rtol=1e-15)
        np.testing.assert_allclose(found["L"], 3 * np.log(2), rtol=1e-15)
        # (½ − 1)/2, (¾ − 0)/2; (¼ − 1)/2, (½ − 1)/2
        np.testing.assert_allclose(found["delta"], [[-0.25, 0.375], [-0.375, -0.25]], rtol=1e-15)

    @given(LOGITS.map(lambda z: z / 1000), st.randoms())
    def test_it_is_the_plain_formula_where_that_does_not_overflow(
        self, z: Array, random: Any
    ) -> None:
        y = np.array([[random.randrange(2) for _ in row] for row in z], float)
        found, p = binary(z, y), 1 / (1 + np.exp(-z))
        costs = -y * np.log(p) - (1 - y) * np.log(1 - p)
        np.testing.assert_allclose(found["l"], costs.sum(axis=1), rtol=1e-9, atol=1e-11)
        np.testing.assert_allclose(found["L"], costs.sum(axis=1).mean(), rtol=1e-9, atol=1e-11)
        np.testing.assert_allclose(found["delta"], (p - y) / len(z), rtol=1e-9, atol=1e-15)

    @BOTH
    def test_it_stays_finite_where_p_is_0_or_1(self, dtype: type[np.floating[Any]]) -> None:
        with np.errstate(all="raise", under="ignore"):
            found = binary([[1e4, -1e4, 1e4, -1e4]], [[1, 0, 0, 1]], dtype)
        assert found["p"].tolist() == [[1, 0, 1, 0]]
        assert found["c"].tolist() == [[0, 0, 1e4, 1e4]]


class TestQuadratic:
    def test_by_hand(self) -> None:
        """The outputs are ½ and ¾ where 1 and 0 are wanted; the second sample is right."""
        found = quadratic([[0, np.log(3)], [1e3, -1e3]], [[1, 0], [1, 0]])
        # ½·(½)² = 1/8 and ½·(¾)² = 9/32: together 13/32
        np.testing.assert_allclose(found["c"], [[1 / 8, 9 / 32], [0, 0]], rtol=1e-15)
        np.testing.assert_allclose(found["l"], [13 / 32, 0], rtol=1e-15)
        np.testing.assert_allclose(found["L"], 13 / 64, rtol=1e-15)
        # slopes ½·½ = ¼ and ¾·¼ = 3/16; (−½)·¼/2 = −1/16 and ¾·3/16/2 = 9/128
        np.testing.assert_allclose(found["slope"], [[1 / 4, 3 / 16], [0, 0]], rtol=1e-15)
        np.testing.assert_allclose(found["delta"], [[-1 / 16, 9 / 128], [0, 0]], rtol=1e-15)

    def test_where_a_sigmoid_is_flat_it_learns_slowly_what_cross_entropy_learns_fast(self) -> None:
        wrong = [[-9.0]], [[1]]
        assert binary(*wrong)["delta"][0, 0] == pytest.approx(-1, abs=2e-4)
        assert abs(quadratic(*wrong)["delta"][0, 0]) < 2e-4

    def test_it_goes_with_sigmoids_only(self) -> None:
        with pytest.raises(ValueError, match="quadratic cost is offered for sigmoid outputs"):
            build(dense_network((4, 3), (), "he"), Method("softmax", "quadratic"))


class TestTheMean:
    def tensors(self) -> dict[str, Array]:
        given = {"l": [1.0, 3.0], "w": [0.5, 2.0], "wl": [0.0, 0.0]}
        return {name: np.array(values) for name, values in given.items()} | {
            "L": np.array(np.nan), "sumL": np.array(10.0),
        }  # fmt: skip

    def mean(self, mean: BatchMean, context: StepContext = CONTEXT) -> float:
        tensors = self.tensors()
        mean.bind(tensors)(context)
        assert tensors["l"].tolist() == [1, 3]
        return float(tensors["L"])

    def test_plain(self) -> None:
        assert self.mean(MEAN) == 2  # (1 + 3)/2

    def test_weighted_by_class(self) -> None:
        assert self.mean(replace(MEAN, weights=T("w"), weighted=T("wl"))) == 3.25  # (½·1 + 2·3)/2

    def test_of_a_chunk_it_is_its_share_of_the_whole_batch(self) -> None:
        # (1 + 3)/6, and what came before; weighted, (½·1 + 2·3)/6
        assert self.mean(replace(MEAN, before=T("sumL")), SECOND_OF_THREE) == pytest.approx(
            10 + 4 / 6
        )
        weighted = replace(MEAN, weights=T("w"), weighted=T("wl"), before=T("sumL"))
        assert self.mean(weighted, SECOND_OF_THREE) == pytest.approx(10 + 6.5 / 6)


class TestWhereTheErrorStarts:
    def tensors(self) -> dict[str, Array]:
        return {
            "p": np.array([[0.5, 0.25, 0.25], [0.0, 0.5, 0.5]]),
            "y": np.array([[0.0, 1, 0], [0, 1, 0]]),
            "w": np.array([2.0, 0.5]),
            "delta": np.full((2, 3), np.nan),
        }

    def test_by_hand(self) -> None:
        tensors = self.tensors()
        OutputDelta(T("p"), T("y"), T("delta")).bind(tensors)(CONTEXT)
        assert tensors["delta"].tolist() == [[0.25, -0.375, 0.125], [0, -0.25, 0.25]]

    def test_a_sample_counts_by_its_weight(self) -> None:
        tensors = self.tensors()
        OutputDelta(T("p"), T("y"), T("delta"), T("w")).bind(tensors)(CONTEXT)
        assert tensors["delta"].tolist() == [[0.5, -0.75, 0.25], [0, -0.125, 0.125]]

    def test_of_a_chunk_by_the_size_of_the_batch(self) -> None:
        tensors = self.tensors()
        OutputDelta(T("p"), T("y"), T("delta")).bind(tensors)(SECOND_OF_THREE)
        np.testing.assert_allclose(tensors["delta"] * 6, [[0.5, -0.75, 0.25], [0, -0.5, 0.5]])

    @pytest.mark.parametrize("head", HEADS)
    def test_weights_of_one_change_no_bit(self, head: tuple[str, str]) -> None:
        network = dense_network((4, 3, 2), ("tanh",), "he")
        plain = Step(case(network, head=head), rows=3, done=0)
        weighted = Step(case(network, head=head, weighted=True), rows=3, done=0)
        weighted.tensors["w"].fill(1)
        for step in (plain, weighted):
            for operation in step.program.operations:
                operation.run(step.tensors, step.context)
        for name in plain.program.writer.keys() - {"dx"}:
            np.testing.assert_array_equal(plain.looked[name], weighted.looked[name])
