"""How good a network is: by hand on ten pixels, and against plain formulas on many samples."""

import numpy as np
import pytest

from tests.training.runs import CLUSTERS, clusters, session, shaped
from tui_nn.data.dataset import Split, normalise
from tui_nn.nn.network import Network
from tui_nn.nn.program import build
from tui_nn.training.evaluation import CHUNK, Evaluation, Evaluator

POINTING = Network((784, 10), (), "zeros")


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
