"""The data set itself: what it refuses, and how validation is held out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.data.files import digits, same
from tui_nn.data.dataset import Dataset, Split, normalise
from tui_nn.errors import TuiNNError

TRAIN, TEST = digits()["train"], digits()["test"]


def rows(*splits: Split) -> list[bytes]:
    """Every image with its label, in an order that does not matter."""
    return sorted(
        image.tobytes() + bytes([label])
        for split in splits
        for image, label in zip(split.images, split.labels, strict=True)
    )


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (np.zeros((2, 28, 28)), np.zeros(2, np.uint8), "images of 28×28, found float64"),
        (np.zeros((2, 784), np.uint8), np.zeros(2, np.uint8), "expected uint8 images of 28×28"),
        (np.zeros((2, 28, 28), np.uint8), np.zeros(3, np.uint8), "2 images but labels of shape"),
        (np.zeros((2, 28, 28), np.uint8), np.zeros(2, int), "2 images but labels"),
        (np.zeros((2, 28, 28), np.uint8), np.full(2, 10, np.uint8), "label 10 where 0 to 9 was"),
    ],
)
def test_a_split_refuses_what_is_not_digits(
    images: np.ndarray, labels: np.ndarray, message: str
) -> None:
    with pytest.raises(TuiNNError, match=message):
        Split(images, labels)


def test_a_data_set_needs_train_and_test() -> None:
    with pytest.raises(TuiNNError, match="some: no images for test"):
        Dataset("some", {"train": TRAIN})
    with pytest.raises(TuiNNError, match="some: no images for train"):
        Dataset("some", {"train": TRAIN.take(np.array([], int)), "test": TEST})


def test_its_splits_cannot_be_replaced() -> None:
    splits = {"train": TRAIN, "test": TEST}
    dataset = Dataset("some", splits)
    splits["train"] = TEST
    assert dataset["train"] is TRAIN
    with pytest.raises(TypeError):
        dataset.splits["train"] = TEST  # type: ignore[index]


def test_take_keeps_image_and_label_together() -> None:
    taken = TRAIN.take(np.array([3, 0, 3]))
    assert np.array_equal(taken.images, TRAIN.images[[3, 0, 3]])
    assert np.array_equal(taken.labels, TRAIN.labels[[3, 0, 3]])


@given(st.integers(0, 2**32), st.integers(1, 11))
def test_validation_is_held_out_of_train(seed: int, samples: int) -> None:
    dataset = digits().with_validation(seed, samples)
    assert len(dataset["validation"]) == samples
    assert rows(dataset["train"], dataset["validation"]) == rows(TRAIN)
    assert rows(dataset["test"]) == rows(TEST)
    assert same(dataset, digits().with_validation(seed, samples))


def test_the_seed_decides_which_are_held_out() -> None:
    one, other = (digits(200).with_validation(seed) for seed in (1, 2))
    assert len(one["validation"]) == len(other["validation"]) == 20
    assert not same(one, other)


def test_what_is_left_to_train_on_is_no_copy_until_somebody_wants_all_of_it() -> None:
    whole = digits(100)["train"]
    split = digits(100).with_validation(7, 5)["train"]
    which = np.array([3, 0, 90])
    one, some = split.image(90), split.take(which)
    assert "images" not in vars(split)
    assert len(split.images) == len(split) == len(whole) - 5
    assert np.array_equal(one, split.images[90])
    assert np.array_equal(some.images, split.images[which])
    assert np.array_equal(some.labels, split.labels[which])


def test_the_same_samples_are_held_out_for_ever() -> None:
    # A saved run records the seed, not the samples: a change here would leak them into training.
    held = digits(100).with_validation(7, 5)["validation"]
    places = [
        next(i for i, image in enumerate(digits(100)["train"].images) if (image == one).all())
        for one in held.images
    ]
    assert places == [4, 13, 18, 21, 77]


def test_a_source_keeps_its_own_validation() -> None:
    dataset = Dataset("own", {"train": TRAIN, "validation": TEST, "test": TEST})
    assert dataset.with_validation(1) is dataset
    drawn = dataset.with_validation(1, 3)
    assert len(drawn["validation"]) == 3
    assert rows(drawn["train"], drawn["validation"]) == rows(TRAIN)


@pytest.mark.parametrize("samples", [0, 12, 13, -1])
def test_something_must_be_left_to_train_on(samples: int) -> None:
    with pytest.raises(TuiNNError, match=f"noise: cannot hold out {samples} of 12 samples"):
        digits().with_validation(1, samples)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_normalised_pixels_go_from_0_to_1(dtype: type[np.floating]) -> None:
    images = np.zeros((2, 28, 28), np.uint8)
    images[1, 0, 1], images[1, 0, 2] = 255, 51
    flat = normalise(images, dtype)
    assert flat.dtype == dtype
    assert flat.shape == (2, 784)
    assert flat[1, :3] == pytest.approx([0, 1, 0.2], rel=1e-6)
    assert not flat[0].any()


class TestDivided:
    """All samples mixed and dealt out anew, whatever the source called them."""

    WHOLE = rows(TRAIN, TEST)  # 12 and 5

    @given(st.integers(0, 2**32), st.integers(1, 9), st.integers(1, 4), st.integers(1, 4))
    def test_as_many_as_asked_for_and_none_twice(
        self, seed: int, train: int, validation: int, test: int
    ) -> None:
        divided = digits().divided(seed, (train, validation, test))
        assert [len(divided[name]) for name in ("train", "validation", "test")] == [
            train, validation, test,
        ]  # fmt: skip
        dealt = rows(*divided.splits.values())
        assert len(set(dealt)) == len(dealt) == train + validation + test
        assert set(dealt) <= set(self.WHOLE)
        assert same(divided, digits().divided(seed, (train, validation, test)))

    def test_all_of_them(self) -> None:
        divided = digits().divided(1, (9, 4, 4))
        assert rows(*divided.splits.values()) == self.WHOLE
        assert rows(divided["test"]) != rows(TEST)

    def test_a_validation_split_of_the_sources_is_dealt_out_too(self) -> None:
        own = Dataset("own", {"train": TRAIN, "validation": digits(6, seed=9)["train"],
                              "test": TEST})  # fmt: skip
        divided = own.divided(1, (11, 6, 6))
        assert rows(*divided.splits.values()) == rows(*own.splits.values())

    def test_the_seed_decides(self) -> None:
        one, other = (digits(200).divided(seed, (100, 50, 50)) for seed in (1, 2))
        assert not same(one, other)

    def test_for_ever(self) -> None:
        # A saved run records the seed, not the samples: a change would test on what was trained on.
        test = digits(100).divided(7, (80, 20, 5))["test"]
        everything = np.concatenate([digits(100)[name].images for name in ("train", "test")])
        places = [
            next(i for i, image in enumerate(everything) if (image == one).all())
            for one in test.images
        ]
        assert places == [4, 13, 18, 21, 77]

    def test_more_than_there_are(self) -> None:
        with pytest.raises(
            TuiNNError, match=r"noise: cannot divide 18 samples into 12 \+ 3 \+ 3: there are 17"
        ):
            digits().divided(1, (12, 3, 3))
