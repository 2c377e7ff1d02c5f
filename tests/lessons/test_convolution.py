"""What lessons ask of digits that are not where the network expects them, and of maps."""

from __future__ import annotations

import numpy as np
import pytest

from tests.lessons.asking import bench
from tui_nn.data.drawing.preparation import moved
from tui_nn.errors import TuiNNError
from tui_nn.lessons import actions
from tui_nn.lessons.answers import reading as reading_answers
from tui_nn.lessons.answers import step as step_answers
from tui_nn.lessons.conditions import run as run_conditions
from tui_nn.lessons.conditions import sample as sample_conditions


def test_a_dense_network_is_misled_by_a_digit_off_the_centre() -> None:
    desk = bench(run="trained")
    assert reading_answers.accuracy_moved(desk.asked, 0) == pytest.approx(
        desk.asked.session.evaluate("test").accuracy
    )
    assert reading_answers.accuracy_moved(desk.asked, 3) < 0.5
    with pytest.raises(TuiNNError, match="nothing is drawn"):
        actions.move_drawn(desk, 0, 4)
    actions.draw(desk, 1)
    assert not sample_conditions.off_centre_misled(desk.situation, 2)
    assert not sample_conditions.off_centre_as(desk.situation, 2, 1)  # it is in the middle
    actions.move_drawn(desk, 0, 4)
    assert sample_conditions.off_centre_misled(desk.situation, 2)
    assert not sample_conditions.off_centre_misled(desk.situation, 6)  # it is not that far off
    assert not sample_conditions.off_centre_as(desk.situation, 2, 1)
    actions.draw(desk, 7)
    actions.move_drawn(desk, 0, 3)
    assert sample_conditions.off_centre_as(desk.situation, 2, 7)
    assert not sample_conditions.off_centre_misled(desk.situation, 2)
    actions.sample(desk, "test", 0)
    assert not sample_conditions.off_centre_as(desk.situation, 0.0001, 7)  # nobody has drawn it


def test_a_map_has_a_number_for_each_place_of_the_window() -> None:
    asked = bench(recipe="tiny-cnn").asked
    assert step_answers.map_size(asked, "z1") == 12 * 12
    assert step_answers.map_size(asked, "s1") == 6 * 6


def test_an_accuracy_counts_with_a_value_that_is_large_enough() -> None:
    desk = bench(recipe="digits8", dropout=0.1)
    actions.epoch(desk)
    assert run_conditions.accuracy_with(desk.situation, "dropout", 0.05, 0.5)
    assert not run_conditions.accuracy_with(desk.situation, "dropout", 0.2, 0.5)
    assert not run_conditions.accuracy_with(desk.situation, "dropout", 0.05, 0.99)


@pytest.mark.parametrize("by", [(0, 0), (2, -3), (-8, 8)])
def test_what_is_moved_keeps_its_ink_as_far_as_it_stays_on_the_field(by: tuple[int, int]) -> None:
    picture = np.zeros((28, 28), np.uint8)
    picture[10:18, 9:19] = np.arange(80, dtype=np.uint8).reshape(8, 10)
    there = moved(picture, *by)
    assert np.array_equal(there, np.roll(picture, by, (0, 1)))
    assert not moved(picture, 0, 27)[:, :27].any()
