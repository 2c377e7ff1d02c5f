"""What a world is: a small data set that is drawn by a formula, the same every time."""

from collections.abc import Callable, Mapping

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tui_nn.data.dataset import SPLITS, Dataset, Split
from tui_nn.data.form import Form, points_form
from tui_nn.randomness import Purpose, generator

Drawn = tuple[NDArray[np.float64], NDArray[np.intp]]
Draw = Callable[[np.random.Generator, int, float], Drawn]
"""Given the number of samples and the noise, returns points and the label of each."""

SEED = 1  # of every world: other seeds of a run see the same points, as they see the same MNIST


class World(Struct, frozen=True):
    """A data set that nobody has to fetch.

    Attributes:
        name: What ``--data`` is given.
        title: What it shows, in a few words.
        form: What its samples are.
        make: Returns its splits, given the number of samples and the noise.
        samples: How many there are in each split, unless a recipe says so; 0 where they are given.
        noise: The standard deviation of what is added to each number, unless a recipe says so.
    """

    name: str
    title: str
    form: Form
    make: Callable[[int, float], Mapping[str, Split]]
    samples: int = 0
    noise: float = 0.0

    @property
    def is_drawn(self) -> bool:
        """Whether a recipe may say how many samples there are, and how noisy."""
        return self.samples > 0

    def dataset(self, samples: int | None = None, noise: float | None = None) -> Dataset:
        """Return the data set.

        Args:
            samples: How many in each split; None for as many as is usual.
            noise: How much is added; None for as much as is usual.
        """
        count = self.samples if samples is None else samples
        return Dataset(self.name, self.make(count, self.noise if noise is None else noise))


def drawn(
    name: str, title: str, classes: tuple[str, ...], draw: Draw, samples: int, noise: float
) -> World:
    """Return a world of points in the plane, a cloud of them for each class.

    Args:
        name: What ``--data`` is given.
        title: What it shows.
        classes: Their names.
        draw: Draws samples.
        samples: How many in each split by default.
        noise: How much by default.
    """
    form = points_form(classes)

    def make(count: int, amount: float) -> Mapping[str, Split]:
        splits = {}
        for number, split in enumerate(SPLITS, start=1):
            points, labels = draw(generator(SEED, Purpose.WORLD, number), count, amount)
            images, classes_of = points.astype(np.float32), labels.astype(np.uint8)
            splits[split] = Split(images, classes_of, form)
        return splits

    return World(name, title, form, make, samples, noise)


def in_turn(count: int, classes: int) -> NDArray[np.intp]:
    """Return the labels of samples: each class in turn, so that all have the same number."""
    return np.arange(count) % classes
