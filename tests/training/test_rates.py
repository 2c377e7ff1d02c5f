"""How the learning rate changes by itself, and what a person's hand does to it."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.runs import BATCHES, finish, recipe, session
from tui_nn.errors import TuiNNError
from tui_nn.training.recipe.training_section import TrainingSection
from tui_nn.training.stepping.rate_schedule import SMALLEST, RateSchedule


def factors(epochs: int, batches: int, **training: Any) -> list[float]:
    schedule = RateSchedule(TrainingSection(epochs=epochs, **training))
    return [
        schedule.factor(epoch, batch, batches)
        for epoch in range(1, epochs + 1)
        for batch in range(batches)
    ]


class TestByHand:
    def test_constant(self) -> None:
        assert factors(2, 3) == [1.0] * 6

    def test_step(self) -> None:
        found = factors(5, 2, schedule="step", schedule_every=2, schedule_factor=0.5)
        assert found == [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25]

    def test_cosine(self) -> None:
        # (1 + cos(π·t/T))/2, t in steps.
        expected = [(1 + math.cos(math.pi * step / 8)) / 2 for step in range(8)]
        assert factors(4, 2, schedule="cosine") == pytest.approx(expected, abs=1e-15)
        assert factors(4, 2, schedule="cosine")[0] == 1.0
        assert factors(4, 2, schedule="cosine")[4] == pytest.approx(0.5, abs=1e-15)

    def test_warm_up(self) -> None:
        found = factors(3, 4, warmup=1.5)
        assert found == pytest.approx([*(step / 6 for step in range(1, 7)), *[1.0] * 6])

    def test_warm_up_multiplies_the_schedule(self) -> None:
        plain = factors(3, 4, schedule="cosine")
        warm = factors(3, 4, schedule="cosine", warmup=0.5)
        assert warm == pytest.approx([plain[0] / 2, *plain[1:]])

    def test_after_the_last_epoch_the_cosine_stays_where_it_ended(self) -> None:
        schedule = RateSchedule(TrainingSection(epochs=4, schedule="cosine"))
        last = schedule.factor(4, 1, 2)
        assert 0 < last < 0.05
        assert [schedule.factor(epoch, 0, 2) for epoch in (5, 6, 100)] == [last] * 3


@given(
    st.sampled_from(["constant", "step", "cosine"]),
    st.integers(1, 10**6),
    st.integers(1, 10**6),
    st.floats(0, 1e38),
    st.floats(5e-324, 1),
    st.integers(1, 60_000),
    st.data(),
)
def test_it_is_never_0_nor_more_than_1(
    name: Any, epochs: int, epoch: int, warmup: float, factor: float, batches: int, data: Any
) -> None:
    training = TrainingSection(
        epochs=epochs, schedule=name, schedule_every=1, schedule_factor=factor, warmup=warmup
    )
    batch = data.draw(st.integers(0, batches - 1))
    assert SMALLEST <= RateSchedule(training).factor(epoch, batch, batches) <= 1


class TestInARun:
    def test_every_step_has_its_own(self) -> None:
        run = finish(session(recipe(schedule="cosine", warmup=0.4, learning_rate=0.2)))
        expected = [0.2 * each for each in factors(2, BATCHES, schedule="cosine", warmup=0.4)]
        assert run.history.curves.learning_rate.tolist() == expected

    @pytest.mark.parametrize("operation", [0, 4, 18, 20])
    def test_by_hand_it_becomes_what_one_says_and_the_schedule_goes_on_from_there(
        self, operation: int
    ) -> None:
        run = session(recipe(schedule="cosine", learning_rate=0.2))
        for _ in range(3):
            run.step_batch()
        for _ in range(operation):
            run.step_operation()
        run.set_learning_rate(0.05)
        assert run.learning_rate == pytest.approx(0.05, rel=1e-15)
        finish(run)
        found, plain = run.history.curves.learning_rate, factors(2, BATCHES, schedule="cosine")
        first = 3 if operation <= 18 else 4
        assert found[:first] == pytest.approx([0.2 * each for each in plain[:first]])
        assert found[first:] == pytest.approx([0.05 / plain[3] * each for each in plain[first:]])

    def test_half_as_much_twice_is_a_quarter(self) -> None:
        run = session(recipe(schedule="step", schedule_every=1, schedule_factor=0.1))
        run.step_epoch()
        assert run.learning_rate == pytest.approx(0.01)
        for _ in range(2):
            run.set_learning_rate(run.learning_rate / 2)
        assert run.learning_rate == pytest.approx(0.0025)
        assert run.recipe_now.training.learning_rate == pytest.approx(0.025)

    def test_training_on_after_the_last_epoch_still_moves(self) -> None:
        run = finish(session(recipe(schedule="cosine")))
        before = run.state.flat.tobytes()
        run.step_batch()
        assert run.learning_rate > 0
        assert run.state.flat.tobytes() != before

    def test_a_rate_that_the_schedule_would_have_to_be_begun_with_beyond_all_is_refused(
        self,
    ) -> None:
        run = session(recipe(schedule="step", schedule_every=1, schedule_factor=1e-30))
        run.step_epoch()
        run.step_epoch()
        with pytest.raises(TuiNNError, match="positive and finite, not 10"):
            run.set_learning_rate(10)
        assert run.journal == []
        run.set_learning_rate(0.5)
        assert run.learning_rate == pytest.approx(0.5)
        assert run.recipe_now.training.learning_rate == pytest.approx(0.5 / SMALLEST)

    def test_batches_of_another_size_keep_the_epochs_pace(self) -> None:
        run = session(recipe(schedule="cosine", epochs=4, learning_rate=1.0))
        run.set_hyperparameter("batch_size", 100)
        run.step_epoch()
        assert run.learning_rate == pytest.approx((1 + math.cos(math.pi / 4)) / 2)
