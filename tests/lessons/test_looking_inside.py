"""What lessons ask about silenced neurons and changed pixels."""

from __future__ import annotations

import numpy as np
import pytest

from tests.lessons.asking import does, is_met
from tui_nn.lessons.answers.right import ANSWERS
from tui_nn.lessons.desk import Bench
from tui_nn.lessons.setup import Setup


@pytest.fixture
def trained() -> Bench:
    return Bench(Setup(run="trained", split="test", sample=1))


def test_a_neuron_is_silent_when_nothing_leads_on_from_it(trained: Bench) -> None:
    assert not is_met(trained, "silenced 2 25")
    does(trained, "silence 2 25")
    assert is_met(trained, "silenced 2 25")
    assert is_met(trained, "neuron 2 25")
    assert not is_met(trained, "silenced 2 24")


def test_what_silencing_costs_is_tried_on_a_copy(trained: Bench) -> None:
    whole = trained.asked.session.evaluate("test").recall[2]
    without = ANSWERS["recall_without"](trained.asked, 2, 25, 2)
    assert without < whole
    assert trained.asked.session.evaluate("test").recall[2] == whole
    does(trained, "silence 2 25")
    assert trained.asked.session.evaluate("test").recall[2] == pytest.approx(without)


def test_numbers_that_are_not_zero_are_counted(trained: Bench) -> None:
    probe = trained.situation.snapshot.probe
    assert probe is not None
    assert ANSWERS["nonzero"](trained.asked, "x") == np.count_nonzero(probe.image)
    assert ANSWERS["nonzero"](trained.asked, "dx") == 784


def test_a_sample_that_is_misread_by_a_change_is_one_that_was_changed_a_little(
    trained: Bench,
) -> None:
    assert ANSWERS["said_when_led"](trained.asked, "away", 0) == "1"
    said = ANSWERS["said_when_led"](trained.asked, "away", 3)
    does(trained, "lead_pixels away 3")
    assert is_met(trained, f"says {said}")
    assert is_met(trained, "misread_by_change 0.1")
    assert not is_met(trained, "misread_by_change 0.09")  # by three times 8 of 255
    does(trained, "find_misread test")
    assert is_met(trained, "misread")
    assert not is_met(trained, "misread_by_change 1")  # nobody has changed it


def test_a_sample_is_led_towards_a_class(trained: Bench) -> None:
    assert ANSWERS["said_when_led"](trained.asked, "7", 10) == "7"
    does(trained, "lead_pixels 7 10")
    assert is_met(trained, "says 7")


def test_of_an_empty_sheet_that_is_painted_it_is_sure(trained: Bench) -> None:
    assert ANSWERS["sureness_of_painted"](trained.asked, 3, 0) < 0.5
    sure = ANSWERS["sureness_of_painted"](trained.asked, 3, 20)
    assert not is_met(trained, "drawn_surely 1 0.9")  # it is a 1, and was not drawn
    does(trained, "paint 3 20")
    assert is_met(trained, f"drawn_surely 3 {sure - 1e-6}")
    assert not is_met(trained, "drawn_surely 1 0.5")


def test_what_the_lessons_say_of_the_network_that_comes_along_is_so(trained: Bench) -> None:
    session = trained.asked.session
    test, train, result = (
        session.dataset["test"],
        session.dataset["train"],
        session.evaluate("test"),
    )
    assert np.count_nonzero(result.said != result.truth) == 56
    assert result.recall[2] == pytest.approx(0.94, abs=0.01)
    assert result.confusion[:, 1].sum() > result.confusion[1].sum()  # too many are said to be a 1
    sureness, is_right = result.outputs.max(axis=1), result.said == result.truth
    assert is_right[sureness > 0.99].mean() > 0.99
    assert is_right[sureness < 0.6].mean() == pytest.approx(0.55, abs=0.05)
    assert np.count_nonzero(test.images[1]) == pytest.approx(100, abs=15)
    assert not train.images[:, 0, 0].any()  # and so the weights of that pixel never moved
    begun = session.restarted().state.tensors["W1"][0]
    assert np.array_equal(session.state.tensors["W1"][0], begun)
