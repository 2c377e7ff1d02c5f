"""How good a network is: by hand on ten pixels, and against plain formulas on many samples."""

import numpy as np
import pytest

from tests.training.runs import CLUSTERS, clusters, finish, method, session, shaped
from tui_nn.data.dataset import Split, normalise
from tui_nn.data.task import Task
from tui_nn.nn.method import Method
from tui_nn.nn.network import dense_network
from tui_nn.nn.program import build
from tui_nn.training.evaluation import CHUNK, Evaluation, Evaluator

POINTING = dense_network((784, 10), (), "zeros")


def lit(pixels: list[int], labels: list[int]) -> Split:
    """Images of one white pixel each."""
    images = np.zeros((len(pixels), 784), np.uint8)
    images[np.arange(len(pixels)), pixels] = 255
    return Split(images.reshape(-1, 28, 28), np.array(labels, np.uint8))


def evaluate(split: Split, strength: float) -> Evaluation:
    """Say of an image what its white pixel is: pixel k is class k."""
    state = POINTING.initial_state(0)
    np.fill_diagonal(state.tensors["W1"], strength)
    return Evaluator(build(POINTING), state, split).run()


def test_by_hand() -> None:
    # The pixel says 3 of four samples, once rightly, and 7 of two, once rightly.
    result = evaluate(lit([3, 3, 3, 3, 7, 7], [3, 0, 0, 9, 7, 3]), strength=float(np.log(11)))
    confusion = np.zeros((10, 10), int)
    confusion[3, 3], confusion[0, 3], confusion[9, 3] = 1, 2, 1
    confusion[7, 7], confusion[3, 7] = 1, 1
    assert result.confusion.tolist() == confusion.tolist()
    assert result.accuracy == 2 / 6
    # The class pointed at gets 11 of 20, each other 1 of 20.
    assert result.loss == pytest.approx((2 * np.log(20 / 11) + 4 * np.log(20)) / 6, rel=1e-6)


@pytest.mark.parametrize("samples", [1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 203])
def test_every_sample_counts_once_however_many_chunks_there_are(samples: int) -> None:
    run = session(shaped([784, 6, 10], "tanh"))
    run.step_epoch()
    split = clusters(samples, test=1, seed=5)["train"]
    result = run.evaluate_on(split)
    W1, b1, W2, b2 = (run.state.tensors[n].astype(np.float64) for n in ("W1", "b1", "W2", "b2"))
    z = np.tanh(normalise(split.images, np.float64) @ W1 + b1) @ W2 + b2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    said = p.argmax(axis=1)
    assert result.loss == pytest.approx(
        -np.log(p[np.arange(samples), split.labels]).mean(), rel=1e-5
    )
    assert result.accuracy == (said == split.labels).mean()
    assert result.confusion.sum() == samples
    for true, guess in zip(split.labels, said, strict=True):
        result.confusion[true, guess] -= 1
    assert not result.confusion.any()


def test_it_looks_at_the_parameters_as_they_are_now() -> None:
    state = POINTING.initial_state(0)
    evaluator = Evaluator(build(POINTING), state, lit([1, 2], [1, 2]))
    before = evaluator.run()
    np.fill_diagonal(state.tensors["W1"], 5)
    assert (before.accuracy, evaluator.run().accuracy) == (0, 1)
    assert before.confusion.sum() == 2


def test_a_session_evaluates_its_own_splits() -> None:
    run = session()
    for split in ("train", "validation", "test"):
        result, expected = run.evaluate(split), run.evaluate_on(run.dataset[split])
        assert (result.loss, result.accuracy) == (expected.loss, expected.accuracy)
        assert result.confusion.sum() == len(run.dataset[split])
    assert len(run.dataset["test"]) == len(CLUSTERS["test"])


class TestPrecisionAndRecall:
    def test_by_hand(self) -> None:
        # Of class 3 two were said, one rightly; there are three. Of 0 none was said, of 5 none is.
        result = evaluate(lit([3, 3, 7, 7, 7], [3, 0, 3, 3, 7]), strength=9)
        assert result.precision[[3, 7]].tolist() == [1 / 2, 1 / 3]
        assert result.recall[[3, 7, 0]].tolist() == [1 / 3, 1, 0]
        assert result.f1[[3, 7, 0]].tolist() == pytest.approx([2 / 5, 1 / 2, 0])
        assert np.isnan(result.precision[[0, 5]]).all()
        assert np.isnan(result.recall[5])
        assert np.isnan(result.f1[5])

    def test_f1_is_the_harmonic_mean(self) -> None:
        result = finish(session(method(epochs=4))).evaluate("train")
        both = result.precision * result.recall
        found = np.isfinite(both) & (both > 0)
        assert found.sum() > 3
        expected = 2 * both / (result.precision + result.recall)
        np.testing.assert_allclose(result.f1[found], expected[found], rtol=1e-12)


class TestOneOutput:
    NETWORK = dense_network((784, 1), (), "zeros")

    def evaluated(self, pixels: list[int], labels: list[int]) -> Evaluation:
        """Say of an image that it is a 4 where its white pixel is the first: z = 1, else −2."""
        state = self.NETWORK.initial_state(0)
        state.tensors["W1"][0], state.tensors["b1"][0] = 3, -2
        program = build(self.NETWORK, Method(output="sigmoid"))
        return Evaluator(program, state, lit(pixels, labels), Task(4)).run()

    def test_by_hand(self) -> None:
        # Said to be one: 4, 9, 4. Said to be none: 4, 1.
        result = self.evaluated([0, 0, 0, 9, 9], [4, 9, 4, 4, 1])
        assert result.confusion.tolist() == [[1, 1], [1, 2]]
        assert result.accuracy == 3 / 5
        assert result.precision.tolist() == [1 / 2, 2 / 3]
        assert result.recall.tolist() == [1 / 2, 2 / 3]
        yes, no = 1 / (1 + np.exp(-1)), 1 / (1 + np.exp(2))
        losses = [-np.log(yes), -np.log(1 - yes), -np.log(yes), -np.log(no), -np.log(1 - no)]
        assert result.loss == pytest.approx(np.mean(losses), rel=1e-6)
        assert result.outputs[:, 0] == pytest.approx([yes, yes, yes, no, no])

    def test_never_saying_so(self) -> None:
        result = self.evaluated([9, 9, 9, 9], [4, 1, 2, 3])
        assert result.accuracy == 3 / 4
        assert result.recall[1] == 0
        assert np.isnan(result.precision[1])

    def test_a_run_like_fours(self) -> None:
        """Most of ten are no 4: it learns to say so of all, and weighting the classes cures it."""
        training = {"batch_size": "full", "epochs": 20, "learning_rate": 0.05}
        network, target = {"output": "sigmoid", "layers": [784, 6, 1]}, {"target_digit": 4}
        plain = finish(session(method(network, target, **training))).evaluate("train")
        cured = finish(session(method(network, target | {"class_weighting": True}, **training)))
        others, fours = plain.confusion.sum(axis=1)
        assert plain.accuracy == others / (others + fours) > 0.9
        assert plain.recall[1] == 0
        assert cured.evaluate("train").recall[1] >= 0.8
        oversampled = finish(session(method(network, target | {"oversampling": True}, **training)))
        assert oversampled.evaluate("train").recall[1] >= 0.8
