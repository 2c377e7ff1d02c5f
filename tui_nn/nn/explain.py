"""How a number was computed: its terms, from the kernel that computed it."""

from collections.abc import Sequence
from dataclasses import dataclass

from tui_nn.nn.symbols import symbol
from tui_nn.nn.tensors import Tensors

Index = tuple[int, ...]


@dataclass(frozen=True)
class Factor:
    """A number that a term is made of.

    Attributes:
        label: Its symbol, such as ``W1[3,5]`` or ``1/B``.
        value: Its value.
        name: The tensor that it is an element of, or None for a constant.
        index: Which element.
    """

    label: str
    value: float
    name: str | None = None
    index: Index = ()


@dataclass(frozen=True)
class Term:
    """One summand.

    Attributes:
        label: What it is, in symbols.
        value: Its value, in float64.
        factors: The numbers whose product (or function) it is; each may be opened in turn.
    """

    label: str
    value: float
    factors: tuple[Factor, ...] = ()


@dataclass(frozen=True)
class Terms:
    """An element of a tensor, taken apart.

    Attributes:
        total: The element as it is stored.
        parts: Terms that add up to it, in the order of the formula.
        residual: What float32 rounding left: total − Σ parts.
        steps: Quantities on the way that are not summands, such as a softmax's maximum.
    """

    total: float
    parts: tuple[Term, ...]
    residual: float
    steps: tuple[Factor, ...] = ()

    def largest_first(self) -> tuple[Term, ...]:
        """The parts, by size."""
        return tuple(sorted(self.parts, key=lambda part: -abs(part.value)))


def summed(total: float, parts: Sequence[Term], steps: Sequence[Factor] = ()) -> Terms:
    """Return the terms of ``total``, with what rounding left of it as the residual."""
    exact = sum(part.value for part in parts)
    return Terms(float(total), tuple(parts), float(total) - exact, tuple(steps))


def element(tensors: Tensors, name: str, *index: int) -> Factor:
    """Return one element of a tensor as a factor, its value in float64."""
    place = ",".join(map(str, index))
    label = f"{symbol(name)}[{place}]" if index else symbol(name)
    return Factor(label, float(tensors[name][index]), name, index)


def product(*factors: Factor, sign: int = 1) -> Term:
    """Return the term that is the product of its factors."""
    value = float(sign)
    for factor in factors:
        value *= factor.value
    label = "·".join(factor.label for factor in factors)
    return Term(label if sign > 0 else f"−{label}", value, factors)
