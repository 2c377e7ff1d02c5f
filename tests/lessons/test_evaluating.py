"""What lessons ask about a network that is trained: its answers, its mistakes, one's own digits."""

from __future__ import annotations

import numpy as np
import pytest

from tests.lessons.asking import does, is_met
from tui_nn.errors import TuiNNError
from tui_nn.lessons.answers.right import ANSWERS
from tui_nn.lessons.desk import Bench
from tui_nn.lessons.setup import Setup


@pytest.fixture(scope="module")
def trained() -> Bench:
    return Bench(Setup(run="trained"))


def test_a_mistake_is_known_by_what_was_said_and_by_what_it_is(trained: Bench) -> None:
    does(trained, "find_misread test 1 2")
    assert is_met(trained, "misread_as 1")
    assert is_met(trained, "misread_as 1 2")
    assert not is_met(trained, "misread_as 1 7")
    assert not is_met(trained, "misread_as 2")
    does(trained, "sample train 0")  # a 0, which it reads as a 0
    assert not is_met(trained, "misread_as 0")


def test_the_loss_of_the_sample_is_above_something(trained: Bench) -> None:
    does(trained, "find_worst test")
    loss = trained.situation.value("sample:L")
    assert is_met(trained, f"sample_loss_above {loss - 0.01}")
    assert not is_met(trained, f"sample_loss_above {loss + 0.01}")
    assert loss == max(_losses(trained))
    does(trained, "draw 3")  # whose label nobody has said
    assert not is_met(trained, "sample_loss_above -1")


def _losses(bench: Bench) -> list[float]:
    split = bench.asked.session.dataset["test"]
    result = bench.asked.session.evaluate("test")
    shares = result.outputs[np.arange(len(split)), result.truth]
    worst = np.argsort(shares)[:3].tolist()
    losses = []
    for each in worst:
        does(bench, f"sample test {each}")
        losses.append(bench.situation.value("sample:L"))
    return losses


def test_a_drawing_is_misread_once_somebody_has_said_what_it_is(trained: Bench) -> None:
    does(trained, "draw_misread")
    assert is_met(trained, "drawn_misread")
    does(trained, "draw 3")  # whose label nobody has said
    assert not is_met(trained, "drawn_misread")
    does(trained, "find_misread test")  # which was not drawn
    assert not is_met(trained, "drawn_misread")


def test_mistakes_are_counted_as_the_confusion_matrix_does(trained: Bench) -> None:
    result = trained.asked.session.evaluate("test")
    counts = result.confusion - np.diag(np.diagonal(result.confusion))
    assert ANSWERS["mistakes"](trained.asked, "test") == counts.sum() > 0
    truth, said = map(int, ANSWERS["confused"](trained.asked, "test").split("-"))
    assert counts[truth, said] == counts.max()
    wrong = result.said != result.truth
    surest = ANSWERS["surest_mistake"](trained.asked, "test")
    assert surest == pytest.approx(result.outputs[wrong].max())
    assert surest < result.outputs.max()  # which is right


@pytest.mark.parametrize("measure", ["recall", "precision", "f1"])
def test_the_lowest_class_of_a_measure(trained: Bench, measure: str) -> None:
    values = getattr(trained.asked.session.evaluate("test"), measure)
    assert ANSWERS["lowest"](trained.asked, measure, "test") == str(values.argmin())


def test_what_is_no_measure_is_refused(trained: Bench) -> None:
    with pytest.raises(TuiNNError, match="there are recall, precision, f1"):
        ANSWERS["lowest"](trained.asked, "beauty", "test")


@pytest.mark.parametrize("drawn", [3, 6, 20, 28])
def test_whatever_its_size_a_drawing_is_given_in_a_box_of_20_pixels(
    trained: Bench, drawn: int
) -> None:
    assert ANSWERS["prepared_height"](trained.asked, drawn) == 20
