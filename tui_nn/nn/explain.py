"""How a number was computed: its terms, from the kernel that computed it."""

from collections.abc import Sequence

from msgspec import Struct

from tui_nn.nn.tensor import Arrays, Tensor

Index = tuple[int, ...]


class Factor(Struct, frozen=True):
    """A number that a term is made of.

    Attributes:
        label: Its symbol, such as ``W1[3,5]`` or ``1/B``.
        value: Its value.
        name: The tensor that it is an element of, or None for a constant.
        index: Which element.
        what: What a constant is, for people.
    """

    label: str
    value: float
    name: str | None = None
    index: Index = ()
    what: str = ""


class Term(Struct, frozen=True):
    """One summand, or one line of working.

    Attributes:
        label: What it is, in symbols.
        value: Its value, in float64.
        factors: The numbers whose product (or function) it is; each can be opened in turn.
        pattern: How it is written with their values, a ``{}`` for each; "" for a product.
    """

    label: str
    value: float
    factors: tuple[Factor, ...] = ()
    pattern: str = ""


class Terms(Struct, frozen=True):
    """An element of a tensor as a sum of terms, or as one function of other numbers.

    Attributes:
        total: The element as it is stored.
        parts: Terms that add up to it, in the order of the formula. What is no sum, such as an
            activation or a probability, has a single one: the whole formula with all its numbers.
        residual: What float32 rounding left: total − Σ parts.
        steps: The element's own formula, in the order of computation. Where that is the sum of the
            parts, its last line has no factors.
    """

    total: float
    parts: tuple[Term, ...]
    residual: float
    steps: tuple[Term, ...] = ()

    @property
    def is_sum(self) -> bool:
        """Whether there is something to add up."""
        return len(self.parts) > 1

    def largest_first(self) -> tuple[Term, ...]:
        """The parts, by size."""
        return tuple(sorted(self.parts, key=lambda part: -abs(part.value)))


def summed(total: float, parts: Sequence[Term], steps: Sequence[Term] = ()) -> Terms:
    """Return the terms of ``total``, with what rounding left of it as the residual."""
    exact = sum(part.value for part in parts)
    return Terms(float(total), tuple(parts), float(total) - exact, tuple(steps))


def element(tensors: Arrays, tensor: Tensor, *index: int) -> Factor:
    """Return one element of a tensor as a factor, its value in float64."""
    value = float(tensors[tensor.name][index])
    return Factor(format_element(tensor, index), value, tensor.name, index)


def elements(tensors: Arrays, tensor: Tensor, *index: int | None) -> list[Factor]:
    """Return the elements along the axis whose place is None, in order: of many, far sooner."""
    axis = index.index(None)
    places = [place for place in index if place is not None]
    before, after = places[:axis], places[axis:]
    head = f"{tensor}[{''.join(f'{place},' for place in before)}"
    tail = f"{''.join(f',{place}' for place in after)}]"
    at = tuple(slice(None) if place is None else place for place in index)
    values = tensors[tensor.name][at].tolist()
    return [
        Factor(f"{head}{place}{tail}", value, tensor.name, (*before, place, *after))
        for place, value in enumerate(values)
    ]


def format_element(tensor: Tensor | str, index: Index) -> str:
    """Return an element as a formula writes it: ``∇W2[0,1]``."""
    return f"{tensor}[{','.join(map(str, index))}]" if index else str(tensor)


def product(*factors: Factor, sign: int = 1) -> Term:
    """Return the term that is the product of its factors."""
    value = float(sign)
    for factor in factors:
        value *= factor.value
    label = "·".join([factor.label for factor in factors])
    if sign > 0:
        return Term(label, value, factors)
    return Term(f"−{label}", value, factors, "−" + " × ".join("{}" for _ in factors))
