"""The parts of a planned diagram: numbers, lines, and what holds a neuron's numbers together."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from screens.shapes.diagram import Edge, Number

MARK = 1  # columns before a number, for what the operation does with it


class Owner(NamedTuple):
    """Whose number it is: a neuron's (its source is -1), a connection's, or the loss (layer -1)."""

    layer: int
    target: int = 0
    source: int = -1


class Cell(Struct, frozen=True):
    """Where a number stands.

    Attributes:
        x: Its first column, which is that of its mark.
        y: Its line.
        symbol: Columns of its symbol.
        value: Columns of its value.
        number: The number.
        owner: Whose it is.
        column: Which column of numbers it belongs to, from the left.
        among: Its place among those of the same line and column, which have no room for a text.
    """

    x: int
    y: int
    symbol: int
    value: int
    number: Number
    owner: Owner
    column: int
    among: int = 0

    @property
    def is_drawn(self) -> bool:
        """Whether there is room for the number; else its connection's line alone stands for it."""
        return self.value > 0

    @property
    def rank(self) -> tuple[int, int]:
        """Its place in its column, from the top."""
        return self.y, self.among

    @property
    def width(self) -> int:
        """Columns of all of it."""
        return MARK + self.symbol + 1 + self.value if self.is_drawn else 0


class Wire(NamedTuple):
    """A connection's line, between two columns."""

    edge: Edge
    owner: Owner
    start: tuple[int, int]
    end: tuple[int, int]


class Bracket(NamedTuple):
    """What holds the numbers of a neuron together."""

    x: int
    top: int
    bottom: int


class Plan(Struct, frozen=True):
    """Where everything stands.

    Attributes:
        cells: The numbers.
        wires: The connections.
        brackets: The neurons.
        titles: A column, and what stands there over everything.
        top: The line of the titles.
    """

    cells: tuple[Cell, ...]
    wires: tuple[Wire, ...]
    brackets: tuple[Bracket, ...]
    titles: tuple[tuple[int, str], ...]
    top: int
