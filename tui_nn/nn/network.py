"""The network: a tuple of layers, and how its weights begin."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from msgspec import Struct

from tui_nn.nn.activations import ACTIVATIONS, Activation
from tui_nn.nn.initializers import INITIALIZERS
from tui_nn.nn.layers.activation import ActivationLayer
from tui_nn.nn.layers.kinds import kind_of, layer_of
from tui_nn.nn.layers.layer import Layer, Place
from tui_nn.nn.state import State
from tui_nn.nn.tensor import Array, Kept, Parameter, Shape
from tui_nn.randomness import Purpose, generator


class Network(Struct, frozen=True, eq=False, dict=True):
    """Layers, one after the other.

    Attributes:
        inputs: The shape of one sample: a vector, or channels, rows and columns of a picture.
        layers: In the order of the forward pass, activations among them.
        initializer: Name of how the weights begin.
        picture: Rows and columns of a sample that is a picture; empty of other samples.
        given: Of what is kept, what begins with these numbers instead, by its name.
    """

    inputs: Shape
    layers: tuple[Layer, ...]
    initializer: str
    picture: Shape = ()
    given: Mapping[str, Array] = {}

    def __post_init__(self) -> None:
        tuple(self.placed)  # refuses layers that do not fit together

    @property
    def placed(self) -> Iterator[tuple[Layer, Place]]:
        """Each layer with its place."""
        number, shape = 0, self.inputs
        for position, layer in enumerate(self.layers):
            number += layer.numbered
            yield layer, Place(max(number, 1), position, shape)
            shape = layer.output_shape(shape)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """Everything that is learned, in the order of the layers."""
        return tuple(each for layer, place in self.placed for each in layer.parameters(place))

    @cached_property
    def statistics(self) -> tuple[Kept, ...]:
        """Everything that is kept and not learned, in the order of the layers."""
        return tuple(each for layer, place in self.placed for each in layer.statistics(place))

    @property
    def kept(self) -> tuple[Kept, ...]:
        """Everything that makes the network what it is: learned, and kept beside it."""
        return (*self.parameters, *self.statistics)

    @cached_property
    def depth(self) -> int:
        """Number of layers that are counted: dense ones and convolutions."""
        return max((each.layer or 0 for each in self.parameters), default=0)

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Numbers of a sample at the input and after each layer that is counted."""
        sizes = [int(np.prod(self.inputs))]
        for layer, place in self.placed:
            if layer.numbered:
                sizes.append(int(np.prod(layer.output_shape(place.inputs))))
        return tuple(sizes)

    @cached_property
    def units(self) -> tuple[int, ...]:
        """Numbers of a sample at the input, and neurons or maps of each layer that is counted."""
        last = {each.layer: each.shape[-1] for each in self.parameters}
        return (int(np.prod(self.inputs)), *last.values())

    @property
    def largest_product(self) -> int:
        """Multiplications of the largest product of matrices for one sample."""
        products = [0]
        for layer, place in self.placed:
            outputs = math.prod(layer.output_shape(place.inputs))
            products += [
                math.prod(each.shape[:-1]) * outputs
                for each in layer.parameters(place)
                if each.fans is not None
            ]
        return max(products)

    @property
    def shapes(self) -> dict[str, Shape]:
        """Name to shape of every parameter."""
        return {each.name: each.shape for each in self.parameters}

    @property
    def parameter_count(self) -> int:
        """How many numbers are learned."""
        return sum(int(np.prod(each.shape)) for each in self.parameters)

    def activation(self, number: int) -> Activation:
        """Return the activation that follows a hidden layer, counted from 1."""
        for layer, place in self.placed:
            if isinstance(layer, ActivationLayer) and place.number == number:
                return ACTIVATIONS[layer.name]
        raise ValueError(f"layer {number} has no activation")

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
            beside: Name to shape of what else the state holds, all 0.
        """
        shapes = {each.name: each.shape for each in self.kept}
        state = State({**shapes, **beside}, dtype)
        initializer = INITIALIZERS[self.initializer]
        for each in self.kept:
            if each.name in self.given:
                state.tensors[each.name][...] = self.given[each.name]
                continue
            if not isinstance(each, Parameter) or each.fans is None:
                state.tensors[each.name].fill(each.initial)
                continue
            rng = generator(seed, Purpose.INITIAL_WEIGHTS, each.layer or 0)
            state.tensors[each.name][...] = initializer.draw(rng, *each.fans, each.shape)
        return state


def dense_network(
    sizes: tuple[int, ...], activations: tuple[str, ...], initializer: str
) -> Network:
    """Return a fully connected network.

    Args:
        sizes: Units of each layer, the inputs first: (784, 64, 32, 10).
        activations: Name of each hidden layer's activation.
        initializer: Name of how the weights begin.
    """
    if len(activations) != len(sizes) - 2:
        raise ValueError(f"{len(activations)} activations for sizes {sizes}")
    return network_of((sizes[0],), sizes[1:], activations, initializer)


def network_of(
    inputs: Shape, layers: Sequence[int | str], activations: Sequence[str], initializer: str
) -> Network:
    """Return a network as a recipe describes it.

    Args:
        inputs: The shape of one sample.
        layers: Each as ``layer_of`` understands it; the last one is the output.
        activations: Name of the activation that follows each counted layer but the last.
        initializer: Name of how the weights begin.

    Raises:
        ValueError: There is no such layer, or they do not fit together.
    """
    made: list[Layer] = []
    left, waiting, bare = list(activations), False, False
    for text in layers:
        kind = kind_of(text)
        if waiting and not kind.before:
            made.append(ActivationLayer(left.pop(0)))
        waiting = bool(left) and (kind.numbered or (waiting and kind.before))
        if kind.normalizes and not bare:
            raise ValueError(f"{kind.name} follows a dense layer or a convolution, once")
        bare = kind.numbered or (bare and not kind.normalizes and kind.before)
        made.append(layer_of(text))
    return Network(inputs, tuple(made), initializer)


def input_shape(text: int | str) -> Shape:
    """Return the shape of a sample that a recipe's first entry says.

    Args:
        text: ``784`` for a vector; ``28x28`` or ``3x32x32`` for a picture, the channels first.

    Raises:
        ValueError: It says something else.
    """
    sizes = tuple(map(int, str(text).split("x")))
    if not 1 <= len(sizes) <= 3 or min(sizes) < 1:
        raise ValueError(f"expected a number, or a picture such as 28x28, found {text}")
    return (1, *sizes) if len(sizes) == 2 else sizes
