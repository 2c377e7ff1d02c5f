"""Activation functions, each beside its derivative.

Formulas as in Goodfellow, Bengio and Courville, Deep Learning (2016), sections 6.3.1 and 6.3.2.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from tui_nn.nn.explain import Factor, Term, product
from tui_nn.nn.tensors import Array


@dataclass(frozen=True)
class Activation:
    """An elementwise function and its slope.

    Attributes:
        name: As recipes spell it.
        formula: What it computes, for people.
        slope_formula: Its derivative, for people.
        function: ``function(z, out)`` writes f(z).
        slope: ``slope(z, a, out)`` writes f'(z), given that a = f(z).
        torch: The same in PyTorch.
        why: One sentence for the learner.
        terms: ``terms(z)`` takes f(z) apart into summands.
        slope_terms: ``slope_terms(z, a)`` takes f'(z) apart.
        kink: Where f has no derivative, or None.
    """

    name: str
    formula: str
    slope_formula: str
    function: Callable[[Array, Array], object]
    slope: Callable[[Array, Array, Array], object]
    torch: str
    why: str
    terms: Callable[[Factor], Sequence[Term]]
    slope_terms: Callable[[Factor, Factor], Sequence[Term]]
    kink: float | None = None


def _identity(z: Array, out: Array) -> None:
    np.copyto(out, z)


def _identity_slope(z: Array, a: Array, out: Array) -> None:
    out.fill(1)


def _relu(z: Array, out: Array) -> None:
    np.maximum(z, 0, out=out)


def _relu_slope(z: Array, a: Array, out: Array) -> None:
    np.greater(z, 0, out=out)


def _tanh(z: Array, out: Array) -> None:
    np.tanh(z, out=out)


def _tanh_slope(z: Array, a: Array, out: Array) -> None:
    np.multiply(a, a, out=out)
    np.subtract(1, out, out=out)


def _sigmoid(z: Array, out: Array) -> None:
    # ½(1 + tanh(z/2)) equals 1/(1 + e⁻ᶻ) and cannot overflow.
    np.multiply(z, 0.5, out=out)
    np.tanh(out, out=out)
    np.add(out, 1, out=out)
    np.multiply(out, 0.5, out=out)


def _sigmoid_slope(z: Array, a: Array, out: Array) -> None:
    np.subtract(1, a, out=out)
    np.multiply(a, out, out=out)


def _pieces(z: Factor, below: float) -> Sequence[Term]:
    """The number itself above 0, and ``below`` times it under it."""
    positive = Factor(f"[{z.label} > 0]", float(z.value > 0), what="1 where z is above 0, else 0")
    negative = Factor(f"[{z.label} ≤ 0]", float(z.value <= 0), what="1 where z is not, else 0")
    slope = Factor(f"{below:g}", below, what="the slope below 0")
    return product(z, positive), product(slope, z, negative)


def _pieces_slope(z: Factor, below: float) -> Sequence[Term]:
    """1 above 0, and ``below`` under it."""
    positive, negative = float(z.value > 0), below * float(z.value <= 0)
    return (
        Term(f"1·[{z.label} > 0]", positive, (z,), "1 × [{} > 0]"),
        Term(f"{below:g}·[{z.label} ≤ 0]", negative, (z,), f"{below:g} × [{{}} ≤ 0]"),
    )


def _identity_terms(z: Factor) -> Sequence[Term]:
    return _pieces(z, below=1)


def _identity_slope_terms(z: Factor, a: Factor) -> Sequence[Term]:
    return _pieces_slope(z, below=1)


def _relu_terms(z: Factor) -> Sequence[Term]:
    return _pieces(z, below=0)


def _relu_slope_terms(z: Factor, a: Factor) -> Sequence[Term]:
    return _pieces_slope(z, below=0)


def _tanh_terms(z: Factor) -> Sequence[Term]:
    # eᶻ/(eᶻ + e⁻ᶻ) = ½(1 + tanh z): no overflow for large z.
    rising = 0.5 * (1 + float(np.tanh(z.value)))
    falling = 0.5 * (1 - float(np.tanh(z.value)))
    return (
        Term("exp(z)/(exp(z) + exp(−z))", rising, (z,)),
        Term("−exp(−z)/(exp(z) + exp(−z))", -falling, (z,)),
    )


def _tanh_slope_terms(z: Factor, a: Factor) -> Sequence[Term]:
    return Term("1", 1.0), product(a, a, sign=-1)


def _sigmoid_terms(z: Factor) -> Sequence[Term]:
    risen = 0.5 * float(np.tanh(z.value / 2))
    return (Term("0.5", 0.5), Term("0.5·tanh(z/2)", risen, (z,), "0.5 × tanh({}/2)"))


def _sigmoid_slope_terms(z: Factor, a: Factor) -> Sequence[Term]:
    return product(a), product(a, a, sign=-1)


ACTIVATIONS = MappingProxyType(
    {
        activation.name: activation
        for activation in (
            Activation(
                name="relu",
                formula="max(0, z)",
                slope_formula="1 if z > 0 else 0",
                function=_relu,
                slope=_relu_slope,
                torch="F.relu(z)",
                why="Negative sums become 0: without a bend, all the layers would be one.",
                terms=_relu_terms,
                slope_terms=_relu_slope_terms,
                kink=0.0,
            ),
            Activation(
                name="tanh",
                formula="tanh(z)",
                slope_formula="1 − a²",
                function=_tanh,
                slope=_tanh_slope,
                torch="torch.tanh(z)",
                why="Sums are bent into −1 to 1: without a bend, all the layers would be one.",
                terms=_tanh_terms,
                slope_terms=_tanh_slope_terms,
            ),
            Activation(
                name="sigmoid",
                formula="1/(1 + e⁻ᶻ)",
                slope_formula="a·(1 − a)",
                function=_sigmoid,
                slope=_sigmoid_slope,
                torch="torch.sigmoid(z)",
                why="Sums are bent into 0 to 1: without a bend, all the layers would be one.",
                terms=_sigmoid_terms,
                slope_terms=_sigmoid_slope_terms,
            ),
            Activation(
                name="identity",
                formula="z",
                slope_formula="1",
                function=_identity,
                slope=_identity_slope,
                torch="z",
                why="Nothing is bent: however many such layers there are, they act as one.",
                terms=_identity_terms,
                slope_terms=_identity_slope_terms,
            ),
        )
    }
)
