"""Generated worlds: what is in them, that they are the same every time, and what decides them."""

import numpy as np
import pytest

from tui_nn.data.dataset import SPLITS, Dataset, Split, normalise
from tui_nn.data.form import Form
from tui_nn.data.forms import form_of
from tui_nn.data.sources import load, load_unlabelled
from tui_nn.data.task import Task
from tui_nn.data.worlds import WORLDS
from tui_nn.errors import TuiNNError

DRAWN = [name for name, world in WORLDS.items() if world.is_drawn]


def same(one: Dataset, other: Dataset) -> bool:
    return all(
        np.array_equal(one[split].images, other[split].images)
        and np.array_equal(one[split].labels, other[split].labels)
        for split in SPLITS
    )


@pytest.mark.parametrize("name", WORLDS)
def test_a_world_is_the_same_every_time(name: str) -> None:
    first = load(name)
    assert same(first, load(name))
    assert first.form == form_of(name)
    assert first.name == name
    assert len(load_unlabelled(name).images) == len(first["test"])


@pytest.mark.parametrize("name", DRAWN)
def test_a_recipe_says_how_many_and_how_noisy(name: str) -> None:
    world = WORLDS[name]
    few = world.dataset(samples=12, noise=0.0)
    assert [len(few[split]) for split in SPLITS] == [12, 12, 12]
    clean, noisy = world.dataset(40, 0.0), world.dataset(40, 0.5)
    assert not np.array_equal(clean["train"].images, noisy["train"].images)
    assert not np.array_equal(world.dataset()["train"].images, world.dataset()["test"].images)


@pytest.mark.parametrize("name", DRAWN)
def test_every_class_has_its_share(name: str) -> None:
    labels = load(name)["train"].labels
    counts = np.bincount(labels, minlength=form_of(name).labels)
    assert counts.max() - counts.min() <= 1


def test_xor_without_noise_is_the_table_of_exclusive_or() -> None:
    train = WORLDS["xor"].dataset(samples=4, noise=0.0)["train"]
    found = {
        tuple(point): label
        for point, label in zip(train.images.tolist(), train.labels, strict=True)
    }
    assert found == {(0, 0): 0, (0, 1): 1, (1, 1): 0, (1, 0): 1}


def test_mazur_is_one_sample_with_two_numbers_for_targets() -> None:
    data = load("mazur")
    assert normalise(data["train"].images).tolist() == [pytest.approx([0.05, 0.10])]
    task = Task(form=data.form)
    assert task.is_numeric
    assert not task.is_binary
    assert task.outputs == 2
    assert task.labels(np.dtype(np.float64))[data["train"].labels].tolist() == [[0.01, 0.99]]


def test_small_digits_are_the_means_of_the_embedded_ones() -> None:
    small, whole = load("digits8")["test"], load("embedded")["test"]
    assert small.images.shape == (len(whole), 8, 8)
    assert np.array_equal(small.labels, whole.labels)
    middle = whole.images[:, 10:14, 10:14].astype(np.float64).mean(axis=(1, 2))
    assert np.abs(small.images[:, 3, 3] - middle).max() <= 0.5


class TestForm:
    def test_samples_have_to_have_it(self) -> None:
        form = Form((2,), ("a", "b"), plain=True)
        points, labels = np.zeros((3, 2), np.float32), np.zeros(3, np.uint8)
        assert len(Split(points, labels, form)) == 3
        with pytest.raises(TuiNNError, match="expected float32 images of 2"):
            Split(points.astype(np.float64), labels, form)
        with pytest.raises(TuiNNError, match="label 2 where 0 to 1 was expected"):
            Split(points, labels + 2, form)

    def test_plain_numbers_are_not_scaled(self) -> None:
        assert normalise(np.array([[-1.5, 2.0]], np.float32)).tolist() == [[-1.5, 2.0]]
        assert normalise(np.array([[51, 255]], np.uint8)).tolist() == [[pytest.approx(0.2), 1.0]]

    def test_of_two_classes_one_output_says_which(self) -> None:
        task = Task(form=form_of("moons"))
        assert (task.outputs, task.is_binary, task.names) == (1, True, ("upper", "lower"))
        assert task.labels(np.dtype(np.float32)).tolist() == [[0], [1]]
        assert task.asked == "lower"
        assert Task(4).asked == "a 4"
