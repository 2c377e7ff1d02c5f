"""Which samples make up a batch, and how they get into the network's buffers."""

from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.runs import CLUSTERS
from tui_nn.data.batch import BatchLoader
from tui_nn.data.dataset import normalise
from tui_nn.data.embedded import load_embedded
from tui_nn.data.schedule import WHOLE, Schedule, make_schedule
from tui_nn.data.task import DIGITS, Task, balanced_weights
from tui_nn.randomness import Purpose, generator
from tui_nn.training.recipe.recipe import load_recipe
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity

TRAIN = CLUSTERS["train"]


def epoch_of(schedule: Schedule, epoch: int) -> list[list[int]]:
    return [schedule.indices(epoch, batch).tolist() for batch in range(schedule.batches(epoch))]


class TestSchedule:
    @given(st.integers(1, 300), st.integers(1, 400), st.integers(0, 2**62), st.integers(1, 50))
    def test_an_epoch_is_every_sample_once(
        self, samples: int, size: int, seed: int, epoch: int
    ) -> None:
        batches = epoch_of(make_schedule(samples, size, seed), epoch)
        assert sorted(chain.from_iterable(batches)) == list(range(samples))
        assert all(len(batch) == size for batch in batches[:-1])
        assert 1 <= len(batches[-1]) <= size

    def test_epochs_and_seeds_have_orders_of_their_own(self) -> None:
        orders = {
            str(epoch_of(make_schedule(50, 8, seed), epoch))
            for seed in (1, 2, 3)
            for epoch in range(1, 9)
        }
        assert len(orders) == 24

    def test_an_order_can_be_had_again_after_many_others(self) -> None:
        schedule = make_schedule(50, 8, 1)
        first = epoch_of(schedule, 1)
        for epoch in range(2, 20):
            epoch_of(schedule, epoch)
        assert epoch_of(schedule, 1) == first

    def test_the_batch_size_does_not_change_the_order(self) -> None:
        one, other = (
            chain.from_iterable(epoch_of(make_schedule(50, size, 1), 3)) for size in (8, 13)
        )
        assert list(one) == list(other)

    def test_nobody_can_disturb_it(self) -> None:
        indices = make_schedule(50, 8, 1).indices(1, 0)
        with pytest.raises(ValueError, match="read-only"):
            indices[0] = 3

    def test_orders_are_those_of_saved_runs(self) -> None:
        # A saved run records its seed, not its orders: a change here would break its replay.
        assert make_schedule(10, 10, 7).indices(1, 0).tolist() == [2, 4, 1, 6, 0, 5, 3, 9, 8, 7]


class TestBatchesOfAnotherSize:
    """Epochs with batches of their own size follow each other without a gap."""

    @given(
        st.integers(1, 60),
        st.integers(0, 70),
        st.lists(st.tuples(st.integers(1, 12), st.integers(0, 70)), max_size=4),
    )
    def test_steps_are_numbered_through(
        self, samples: int, size: int, changes: list[tuple[int, int]]
    ) -> None:
        schedule, sizes = make_schedule(samples, size, 1), [size] * 15
        for epoch, later in changes:
            schedule = schedule.with_batch_size(epoch, later)
            sizes[epoch - 1 :] = [later] * (15 - epoch + 1)
        step = 0
        for epoch, wanted in enumerate(sizes, start=1):
            batches = epoch_of(schedule, epoch)
            assert schedule.first_step(epoch) == step
            assert schedule.batch_size(epoch) == min(wanted or samples, samples)
            assert [len(batch) for batch in batches[:-1]] == [schedule.batch_size(epoch)] * (
                len(batches) - 1
            )
            assert sorted(chain.from_iterable(batches)) == list(range(samples))
            for batch in range(len(batches)):
                assert schedule.place(step) == (epoch, batch)
                step += 1

    def test_the_order_of_an_epoch_stays(self) -> None:
        schedule = make_schedule(50, 8, 1)
        other = schedule.with_batch_size(2, 13)
        assert list(chain.from_iterable(epoch_of(other, 3))) == list(
            chain.from_iterable(epoch_of(schedule, 3))
        )
        assert schedule.batches(2) == 7  # the first one is as it was
        assert other.batches(1) == 7
        assert other.batches(2) == 4

    def test_all_at_once(self) -> None:
        assert make_schedule(50, WHOLE, 1).batches(4) == 1
        assert make_schedule(50, 8, 1).with_batch_size(3, WHOLE).batch_size(3) == 50


class TestOversampling:
    CLASSES = np.array([0] * 7 + [1] * 3 + [2] + [0] * 4)  # 11 of class 0, the most frequent one

    def drawn(self, epoch: int, seed: int = 1) -> list[int]:
        schedule = make_schedule(15, 4, seed, self.CLASSES)
        assert schedule.samples == 33
        return list(chain.from_iterable(epoch_of(schedule, epoch)))

    @pytest.mark.parametrize("epoch", [1, 2, 9])
    def test_every_class_is_seen_as_often(self, epoch: int) -> None:
        times = np.bincount(self.drawn(epoch), minlength=15)
        assert [times[each == self.CLASSES].sum() for each in range(3)] == [11, 11, 11]
        assert (times[self.CLASSES == 0] == 1).all()  # each of the most frequent ones once
        # 11 draws of 3 samples are three or four of each, of 1 all of it.
        assert sorted(times[self.CLASSES == 1]) == [3, 4, 4]
        assert times[10] == 11

    def test_the_choice_and_the_order_are_fresh_and_can_be_had_again(self) -> None:
        assert self.drawn(2) == self.drawn(2)
        extra = {np.bincount(self.drawn(epoch), minlength=15)[7:10].argmin() for epoch in range(9)}
        assert len(extra) > 1  # which one of class 1 comes three times only
        assert self.drawn(2) != self.drawn(3)
        assert self.drawn(2, seed=4) != self.drawn(2)

    def test_the_batches_are_mixed(self) -> None:
        first = self.CLASSES[self.drawn(1)[:11]]
        assert len(set(first.tolist())) == 3

    def test_all_at_once_is_all_that_is_drawn(self) -> None:
        schedule = make_schedule(15, WHOLE, 1, self.CLASSES)
        assert len(schedule.indices(1, 0)) == 33
        assert schedule.with_batch_size(2, WHOLE).batches(2) == 1


class TestClassWeights:
    def test_by_hand(self) -> None:
        # N/(K·n): 8 samples, 4 classes, of which one has none.
        weights = balanced_weights(np.array([0, 0, 0, 0, 0, 1, 1, 3]), 4)
        assert weights.tolist() == [8 / 20, 8 / 8, 1.0, 8 / 4]

    def test_a_class_counts_what_any_other_counts(self) -> None:
        classes = Task(4).classes(TRAIN.labels)
        weights = balanced_weights(classes, 2)
        no, yes = (weights[each] * (classes == each).sum() for each in (0, 1))
        assert no == pytest.approx(yes) == pytest.approx(len(classes) / 2)


class TestTask:
    def test_ten_digits(self) -> None:
        assert DIGITS.names == tuple("0123456789")
        assert np.array_equal(DIGITS.labels(np.dtype(np.float32)), np.eye(10))
        assert DIGITS.classes(np.array([3, 9])).tolist() == [3, 9]
        assert DIGITS.said(np.eye(10)[[7, 2]]).tolist() == [7, 2]

    def test_one_digit(self) -> None:
        task = Task(4)
        assert (task.outputs, task.names, task.is_binary) == (1, ("not 4", "4"), True)
        assert task.classes(np.array([4, 0, 4, 9])).tolist() == [1, 0, 1, 0]
        assert task.labels(np.dtype(np.float32)).tolist() == [[float(d == 4)] for d in range(10)]
        # Exactly a half is no yes.
        outputs = np.array([[0.2], [0.5], [0.51], [np.nan]])
        assert task.said(outputs).tolist() == [0, 0, 1, 0]
        into = np.full(4, 7, np.intp)
        assert task.said(outputs, into) is into
        assert into.tolist() == [0, 0, 1, 0]
        assert task.probabilities(outputs[:1]).tolist() == [[0.8, 0.2]]


class TestLoader:
    def test_a_task_decides_the_labels_and_the_weights_of_the_samples(self) -> None:
        task, weights = Task(4), np.array([0.5, 3.0])
        loader = BatchLoader(TRAIN, 20, np.dtype(np.float32), task, weights)
        tensors = {
            "original": np.empty((20, 784), np.float32), "a0": np.full((20, 784), 7, np.float32),
            "y": np.empty((20, 1), np.float32), "w": np.empty(20, np.float32),
        }  # fmt: skip
        loader.load(np.arange(20), tensors)
        fours = TRAIN.labels[:20] == 4
        assert fours.any()
        assert tensors["y"][:, 0].tolist() == fours.tolist()
        assert tensors["w"].tolist() == np.where(fours, 3.0, 0.5).tolist()
        # What is distorted is loaded as x; an operation makes a0 of it.
        assert np.array_equal(tensors["original"], normalise(TRAIN.images[:20]))
        assert (tensors["a0"] == 7).all()

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    @pytest.mark.parametrize("indices", [[3, 0, 3, 149], [7], list(range(20))])
    def test_it_loads_normalised_pixels_and_one_hot_labels(
        self, dtype: type[np.floating], indices: list[int]
    ) -> None:
        chosen = np.array(indices)
        a0, y = np.empty((len(indices), 784), dtype), np.empty((len(indices), 10), dtype)
        BatchLoader(TRAIN, 20, np.dtype(dtype)).load(chosen, {"a0": a0, "y": y})
        assert a0.tobytes() == normalise(TRAIN.images[chosen], dtype).tobytes()
        assert np.array_equal(y, np.eye(10)[TRAIN.labels[chosen]])

    def test_a_smaller_batch_after_a_larger_one(self) -> None:
        loader = BatchLoader(TRAIN, 8, np.dtype(np.float32))
        a0, y = np.zeros((8, 784), np.float32), np.zeros((8, 10), np.float32)
        loader.load(np.arange(8), {"a0": a0, "y": y})
        spare = a0[3:].copy(), y[3:].copy()
        loader.load(np.array([9, 8, 7]), {"a0": a0[:3], "y": y[:3]})
        assert np.array_equal(a0[:3], normalise(TRAIN.images[[9, 8, 7]]))
        assert y[:3].argmax(axis=1).tolist() == TRAIN.labels[[9, 8, 7]].tolist()
        assert np.array_equal(a0[3:], spare[0])
        assert np.array_equal(y[3:], spare[1])

    def test_images_that_are_not_contiguous(self) -> None:
        turned = type(TRAIN)(TRAIN.images.transpose(0, 2, 1), TRAIN.labels)
        a0, y = np.empty((2, 784), np.float32), np.empty((2, 10), np.float32)
        BatchLoader(turned, 2, np.dtype(np.float32)).load(np.array([5, 6]), {"a0": a0, "y": y})
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
            "AUGMENTATION": 5, "DROPOUT": 6, "OVERSAMPLING": 7, "SWEEP": 8, "WORLD": 9,
            "PROBLEM": 10,
        }  # fmt: skip


def test_samples_of_a_picked_split_are_gathered_from_the_whole() -> None:
    split = CLUSTERS.with_validation(5)["train"]
    indices = np.array([2, 0, len(split) - 1])
    tensors = {name: np.zeros((3, 784 if name == "a0" else 10), np.float32) for name in ("a0", "y")}
    BatchLoader(split, 4, np.dtype(np.float32)).load(indices, tensors)
    assert "images" not in vars(split)
    assert np.array_equal(tensors["a0"], normalise(split.images[indices]).reshape(3, -1))
    assert tensors["y"].argmax(axis=1).tolist() == split.labels[indices].tolist()


def test_the_first_batch_is_read_when_somebody_looks_at_it() -> None:
    dataset = load_embedded()
    train = dataset["train"]
    session = Session(load_recipe("default"), dataset, history_memory=1 << 20)
    first = session.snapshot(Activity.PAUSED, session.probe(train.image(0), None)).computed.tensors
    assert "images" not in vars(train)
    x, y = first["a0"], first["y"]
    assert "images" in vars(train)
    session.step_operation()
    then = session.snapshot(Activity.PAUSED).computed.tensors
    assert np.array_equal(x, then["a0"])
    assert np.array_equal(y, then["y"])
    assert first["a0"] is x
    assert set(first) == set(then)
