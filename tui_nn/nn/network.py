"""The network: how many neurons, bent how, beginning where."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import numpy as np

from tui_nn.nn.activations import ACTIVATIONS, Activation
from tui_nn.nn.initializers import INITIALIZERS
from tui_nn.nn.tensors import Shape, State
from tui_nn.randomness import Purpose, generator


@dataclass(frozen=True)
class Network:
    """A fully connected network.

    Attributes:
        sizes: Neurons of each layer, the inputs first: (784, 64, 32, 10).
        activations: Name of each hidden layer's activation.
        initializer: Name of how the weights begin.
    """

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    initializer: str

    def __post_init__(self) -> None:
        if len(self.activations) != len(self.sizes) - 2:
            raise ValueError(f"{len(self.activations)} activations for sizes {self.sizes}")

    @property
    def layers(self) -> int:
        """How many layers have weights."""
        return len(self.sizes) - 1

    @property
    def shapes(self) -> dict[str, Shape]:
        """Name to shape of every parameter: W is [in, out], b is [out]."""
        shapes: dict[str, Shape] = {}
        for layer, (fan_in, fan_out) in enumerate(pairwise(self.sizes), start=1):
            shapes[f"W{layer}"] = (fan_in, fan_out)
            shapes[f"b{layer}"] = (fan_out,)
        return shapes

    @property
    def parameters(self) -> int:
        """How many numbers are learnt."""
        return sum(int(np.prod(shape)) for shape in self.shapes.values())

    def activation(self, layer: int) -> Activation:
        """Return the activation of a hidden layer, counted from 1."""
        return ACTIVATIONS[self.activations[layer - 1]]

    def initial_state(
        self,
        seed: int,
        dtype: type[np.floating[Any]] = np.float32,
        beside: Mapping[str, Shape] = MappingProxyType({}),
    ) -> State:
        """Return the weights that a seed begins with; each layer draws from its own stream.

        The draw is in float64 and then rounded, so that both types begin at the same place.

        Args:
            seed: The run's.
            dtype: Of the state.
            beside: Name to shape of what else the state holds, at nought.
        """
        state = State({**self.shapes, **beside}, dtype)
        initialise = INITIALIZERS[self.initializer]
        for layer, (fan_in, fan_out) in enumerate(pairwise(self.sizes), start=1):
            rng = generator(seed, Purpose.INITIAL_WEIGHTS, layer)
            state.tensors[f"W{layer}"][...] = initialise(rng, fan_in, fan_out)
        return state
