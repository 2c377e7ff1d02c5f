"""The figures that the texts of lessons quote, without working them out."""

from __future__ import annotations

import pytest

from tests.lessons.asking import bench, does
from tui_nn.lessons.desk import Bench
from tui_nn.lessons.library import read_library


def page(lesson: int, number: int) -> Bench:
    """Return the run of a page."""
    return Bench(read_library().lesson(lesson).pages[number - 1].setup)


def test_two_epochs_in_batches_of_32_were_more_than_80_of_100() -> None:
    at = page(6, 1)
    does(at, "epoch 2")
    assert at.situation.snapshot.epochs[-1].validation_accuracy > 0.8


@pytest.mark.slow
def test_after_ten_updates_p_is_below_a_half_for_every_digit() -> None:
    outputs = page(7, 3).asked.session.evaluate("test").outputs
    assert 0.1 < outputs.max() < 0.5


@pytest.mark.slow
def test_more_steps_are_precise_too() -> None:
    at = page(7, 6)
    does(at, "epoch 5")
    result = at.asked.session.evaluate("test")
    assert abs(result.precision[1] - 0.9) < 0.05
    assert result.recall[1] > 0.8


@pytest.mark.slow
def test_without_a_remedy_200_digits_are_learnt_by_heart() -> None:
    at = page(9, 1)
    does(at, "epoch 60")
    epochs = at.situation.snapshot.epochs
    assert min(epochs, key=lambda each: each.validation_loss).epoch == 9
    assert next(each.epoch for each in epochs if each.train_accuracy == 1) <= 12
    assert 0.9 < epochs[-1].validation_loss < 1
    assert round(epochs[-1].validation_accuracy, 2) == 0.81


@pytest.mark.slow
def test_dropout_gains_nothing_there() -> None:
    plain, dropped = page(9, 1), page(9, 5)
    for each in (plain, dropped):
        does(each, "epoch 60")
    lowest = [
        min(record.validation_loss for record in each.situation.snapshot.epochs)
        for each in (plain, dropped)
    ]
    assert lowest[0] < lowest[1]


@pytest.mark.slow
def test_a_penalty_leaves_what_is_known_by_heart() -> None:
    at = page(9, 4)
    does(at, "epoch 60")
    assert at.situation.snapshot.epochs[-1].train_accuracy == 1


@pytest.mark.slow
def test_weighting_and_oversampling_are_as_fast() -> None:
    found = []
    for number in (4, 5):
        at = page(7, number)
        does(at, "epoch 3")
        found.append([each.validation_recall[1] for each in at.situation.snapshot.epochs])
    assert found[0] == found[1]


def test_signals_fade_both_ways_where_the_whole_set_stands_still() -> None:
    at = bench(recipe="full-batch-deep", **{"data.name": "embedded"}, done="db1")
    tensors = at.situation.snapshot.computed.tensors
    forward = [tensors[f"a{layer}"].std() for layer in (1, 2, 3)]
    backward = [tensors[f"delta{layer}"].std() for layer in (4, 3, 2, 1)]
    assert forward == sorted(forward, reverse=True)
    assert backward == sorted(backward, reverse=True)
