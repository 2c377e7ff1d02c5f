"""Which samples make up a batch, and how they get into the network's buffers."""

from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.runs import CLUSTERS
from tui_nn.data.batch import BatchLoader
from tui_nn.data.dataset import normalise
from tui_nn.data.schedule import Schedule
from tui_nn.randomness import Purpose, generator

TRAIN = CLUSTERS["train"]


def epoch_of(schedule: Schedule, epoch: int) -> list[list[int]]:
    return [schedule.indices(epoch, batch).tolist() for batch in range(schedule.batches)]


class TestSchedule:
    @given(st.integers(1, 300), st.integers(1, 400), st.integers(0, 2**62), st.integers(1, 50))
    def test_an_epoch_is_every_sample_once(
        self, samples: int, size: int, seed: int, epoch: int
    ) -> None:
        batches = epoch_of(Schedule(samples, size, seed), epoch)
        assert sorted(chain.from_iterable(batches)) == list(range(samples))
        assert all(len(batch) == size for batch in batches[:-1])
        assert 1 <= len(batches[-1]) <= size

    def test_epochs_and_seeds_have_orders_of_their_own(self) -> None:
        orders = {
            str(epoch_of(Schedule(50, 8, seed), epoch))
            for seed in (1, 2, 3)
            for epoch in range(1, 9)
        }
        assert len(orders) == 24

    def test_an_order_can_be_had_again_after_many_others(self) -> None:
        schedule = Schedule(50, 8, 1)
        first = epoch_of(schedule, 1)
        for epoch in range(2, 20):
            epoch_of(schedule, epoch)
        assert epoch_of(schedule, 1) == first

    def test_the_batch_size_does_not_change_the_order(self) -> None:
        one, other = (chain.from_iterable(epoch_of(Schedule(50, size, 1), 3)) for size in (8, 13))
        assert list(one) == list(other)

    def test_nobody_can_disturb_it(self) -> None:
        indices = Schedule(50, 8, 1).indices(1, 0)
        with pytest.raises(ValueError, match="read-only"):
            indices[0] = 3

    def test_orders_are_those_of_saved_runs(self) -> None:
        # A saved run records its seed, not its orders: a change here would break its replay.
        assert Schedule(10, 10, 7).indices(1, 0).tolist() == [2, 4, 1, 6, 0, 5, 3, 9, 8, 7]


class TestLoader:
    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    @pytest.mark.parametrize("indices", [[3, 0, 3, 149], [7], list(range(20))])
    def test_it_loads_normalised_pixels_and_one_hot_labels(
        self, dtype: type[np.floating], indices: list[int]
    ) -> None:
        chosen = np.array(indices)
        a0, y = np.empty((len(indices), 784), dtype), np.empty((len(indices), 10), dtype)
        BatchLoader(TRAIN, 20, np.dtype(dtype)).load(chosen, a0, y)
        assert a0.tobytes() == normalise(TRAIN.images[chosen], dtype).tobytes()
        assert np.array_equal(y, np.eye(10)[TRAIN.labels[chosen]])

    def test_a_smaller_batch_after_a_larger_one(self) -> None:
        loader = BatchLoader(TRAIN, 8, np.dtype(np.float32))
        a0, y = np.zeros((8, 784), np.float32), np.zeros((8, 10), np.float32)
        loader.load(np.arange(8), a0, y)
        spare = a0[3:].copy(), y[3:].copy()
        loader.load(np.array([9, 8, 7]), a0[:3], y[:3])
        assert np.array_equal(a0[:3], normalise(TRAIN.images[[9, 8, 7]]))
        assert y[:3].argmax(axis=1).tolist() == TRAIN.labels[[9, 8, 7]].tolist()
        assert np.array_equal(a0[3:], spare[0])
        assert np.array_equal(y[3:], spare[1])

    def test_images_that_are_not_contiguous(self) -> None:
        turned = type(TRAIN)(TRAIN.images.transpose(0, 2, 1), TRAIN.labels)
        a0, y = np.empty((2, 784), np.float32), np.empty((2, 10), np.float32)
        BatchLoader(turned, 2, np.dtype(np.float32)).load(np.array([5, 6]), a0, y)
        expected = normalise(TRAIN.images[5:7]).reshape(2, 28, 28).transpose(0, 2, 1)
        assert np.array_equal(a0.reshape(2, 28, 28), expected)


class TestRandomness:
    def test_each_purpose_and_counter_has_a_stream_of_its_own(self) -> None:
        streams = [
            generator(seed, purpose, *counters).random(4).tolist()
            for seed in (0, 1)
            for purpose in Purpose
            for counters in ((), (1,), (2,), (1, 2), (2, 1))
        ]
        assert len({str(stream) for stream in streams}) == len(streams)

    def test_a_stream_can_be_had_again(self) -> None:
        one, again = (generator(5, Purpose.SHUFFLE, 3).random(8) for _ in range(2))
        assert np.array_equal(one, again)

    def test_purposes_keep_their_numbers(self) -> None:
        assert {purpose.name: int(purpose) for purpose in Purpose} == {
            "SPLIT": 1, "SHUFFLE": 2, "INITIAL_WEIGHTS": 3, "GRADIENT_CHECK": 4,
        }  # fmt: skip
