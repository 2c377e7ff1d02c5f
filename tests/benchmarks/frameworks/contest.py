"""What the contestants are asked to do: the rows of the table, and the data."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import Dataset, Split, normalise
from tui_nn.data.sources import available, load
from tui_nn.nn.layers.kinds import kind_of
from tui_nn.nn.network import Network, input_shape, network_of
from tui_nn.training.recipe.recipe import load_recipe

SEED = 1
LEARNING_RATES = {"sgd": 0.1, "adam": 1e-3}
WITH_MOMENTUM = 0.02
FUSED = frozenset({"adam"})  # optimisers that PyTorch also has as a single kernel, not by default


@dataclass(frozen=True)
class Row:
    """A network of ReLU layers with cross-entropy, and how it is trained.

    Attributes:
        layers: As a recipe has them: neurons of each layer, from the pixels to the classes, or a
            picture's size and the words of convolution and pooling.
        batch_size: Samples of a step.
        optimizer: ``sgd``, plain and with neither momentum nor decay, or ``adam``.
        world: The generated data that it is trained on; "" for digits.
        title: What it is called where its layers would be too long.
        momentum: μ of ``sgd``.
    """

    layers: tuple[int | str, ...]
    batch_size: int
    optimizer: str
    world: str = ""
    title: str = ""
    momentum: float = 0.0

    @property
    def architecture(self) -> Network:
        """The network, with ReLU behind its hidden layers."""
        inputs, *layers = self.layers
        activations = ["relu"] * (sum(kind_of(each).numbered for each in layers) - 1)
        return network_of(input_shape(inputs), layers, activations, "he")

    @property
    def is_convolved(self) -> bool:
        """Whether it reads pictures."""
        return len(self.architecture.inputs) > 1

    @property
    def is_binary(self) -> bool:
        """Whether its only output is a sigmoid; else there is a softmax."""
        return self.layers[-1] == 1

    @property
    def network(self) -> str:
        """The layers in one word."""
        return self.title or "-".join(map(str, self.layers))

    @property
    def name(self) -> str:
        """What ``--rows`` looks into."""
        return f"{self.network} batch {self.batch_size} {self.optimizer}"

    @property
    def learning_rate(self) -> float:
        """η, the same for all."""
        return WITH_MOMENTUM if self.momentum else LEARNING_RATES[self.optimizer]

    @property
    def operations(self) -> int:
        """Floating-point operations of the matrix products that one sample cannot do without."""
        products = [
            2 * math.prod(each.shape[:-1]) * math.prod(layer.output_shape(place.inputs))
            for layer, place in self.architecture.placed
            for each in layer.parameters(place)
            if each.fans is not None
        ]
        # Forward, ∇W, and the way back to every layer's input but the pixels.
        return 3 * sum(products) - products[0]


NETWORKS = (((784, 128, 10), 64), ((784, 512, 256, 10), 32), ((784, 532, 10), 128))
CONVOLUTIONAL = tuple(
    Row(tuple(load_recipe(name).network.layers), size, "sgd", title=name, momentum=0.9)
    for name, size in (("lenet-5", 64), ("tiny-cnn", 32))
)
ROWS = tuple(
    Row(layers, batch_size, optimizer)
    for optimizer in LEARNING_RATES
    for layers, batch_size in NETWORKS
) + tuple(Row((2, 8, 8, 1), 10, optimizer, "moons") for optimizer in LEARNING_RATES)
ROWS += CONVOLUTIONAL


class Piece(NamedTuple):
    """Some training, timed without any evaluation."""

    samples: int
    seconds: float


class Contestant(Protocol):
    """A network of one framework, in training. It begins with He's normal weights."""

    def train(self, seconds: float) -> Piece:
        """Go on for about so long."""

    def epoch(self) -> Piece:
        """Go on by one pass through the data; asked only at the beginning of one."""

    def accuracy(self) -> float:
        """Return the share of the test digits that it is right about."""


def digits(name: str | None) -> Dataset:
    """Return the data: MNIST where it is here, unless another set is named.

    What tui-nn would hold out for validation is held out from everybody's training.
    """
    here = {source.name for source in available() if source.here}
    return load(name or ("mnist" if "mnist" in here else "embedded")).with_validation(SEED)


@lru_cache  # of two splits; making them takes longer than a short piece of training
def arrays(split: Split) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return a split as float32 [N, numbers], pixels from 0 to 1, and labels."""
    return normalise(split.images), split.labels.astype(np.int64)
