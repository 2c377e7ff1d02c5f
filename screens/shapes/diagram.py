"""A small network as a drawing: layers of neurons, the connections between them, their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from screens.shapes.look import Look

Lit = Literal["", "read", "written"]
"""What the operation that is looked at does with a number."""

Flow = Literal["", "on", "back"]
"""Which way that operation goes along a connection: with the values, or back with the errors."""

GIVEN = -1
"""When a number was computed that no operation of the step computes."""


class Number(Struct, frozen=True):
    """A number at a neuron or at a connection.

    Attributes:
        symbol: What it is called there, such as ``δ``.
        name: The tensor that it is an element of.
        index: Which element.
        value: None as long as it is not computed.
        when: Which operation of the step computed it; ``GIVEN`` for none.
        lit: What the operation that is looked at does with it.
        is_mean: Whether it is the mean over the rows of a batch; the index is then the first's.
    """

    symbol: str
    name: str
    index: tuple[int, ...]
    value: float | None
    when: int = GIVEN
    lit: Lit = ""
    is_mean: bool = False

    def spelled(self, look: Look) -> Number:
        """Return it in the letters that a terminal has."""
        return replace(self, symbol=look.text(self.symbol))


class Edge(Struct, frozen=True):
    """A connection from a neuron of the layer before.

    Attributes:
        source: That neuron.
        target: Its neuron of this layer.
        weight: As it now is.
        numbers: Its weight, and the weight's gradient.
        flow: Which way the operation that is looked at goes along it.
    """

    source: int
    target: int
    weight: float
    numbers: tuple[Number, ...]
    flow: Flow = ""


class Neuron(Struct, frozen=True):
    """A neuron, or an input.

    Attributes:
        numbers: Its values and errors, in the order in which they are computed.
        bias: Its bias, and the bias's gradient; of an input, none.
    """

    numbers: tuple[Number, ...]
    bias: tuple[Number, ...] = ()


class Layer(Struct, frozen=True):
    """A column of neurons, and what connects it to the one before.

    Attributes:
        titles: Which layer it is, and its function; the longest first.
        neurons: From the first, which stands at the top.
        edges: Those that end here, ordered by neuron, then by where they come from.
        parameters: What stands at them, such as ``W1, ∇W1``.
    """

    titles: tuple[str, ...]
    neurons: tuple[Neuron, ...]
    edges: tuple[Edge, ...] = ()
    parameters: str = ""

    def spelled(self, look: Look) -> Layer:
        """Return it in the letters that a terminal has."""

        def spell(numbers: Sequence[Number]) -> tuple[Number, ...]:
            return tuple(each.spelled(look) for each in numbers)

        return Layer(
            tuple(map(look.text, self.titles)),
            tuple(Neuron(spell(each.numbers), spell(each.bias)) for each in self.neurons),
            tuple(replace(each, numbers=spell(each.numbers)) for each in self.edges),
            look.text(self.parameters),
        )


class Diagram(Struct, frozen=True):
    """A network.

    Attributes:
        layers: The inputs, then each layer.
        loss: What it all comes to, or None where there is none to show.
    """

    layers: tuple[Layer, ...]
    loss: Number | None = None

    def spelled(self, look: Look) -> Diagram:
        """Return it in the letters that a terminal has, which may be more of them."""
        if not look.ascii:
            return self
        loss = self.loss and self.loss.spelled(look)
        return Diagram(tuple(layer.spelled(look) for layer in self.layers), loss)


def newest(numbers: Sequence[Number], count: int) -> tuple[Number, ...]:
    """Return the numbers that were computed last, in their own order; those to come give way."""
    by_age = sorted(numbers, key=lambda each: (each.value is not None, each.when), reverse=True)
    kept = by_age[:count]
    return tuple(each for each in numbers if each in kept)
