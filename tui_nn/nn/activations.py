"""Activation functions, each beside its derivative. A new one is a row of ``ACTIVATIONS``.

Formulas as in Goodfellow, Bengio and Courville, Deep Learning (2016), sections 6.3.1 and 6.3.2.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tui_nn.nn.explain import Factor, Term, product
from tui_nn.nn.tensor import Array


@dataclass(frozen=True)
class Activation:
    """An elementwise function and its slope.

    Attributes:
        name: As recipes spell it.
        formula: What it computes, for people.
        slope_formula: Its derivative, for people.
        function: ``function(z, out)`` writes f(z).
        slope: ``slope(z, a, out)`` writes f'(z), given that a = f(z).
        torch: The same in PyTorch, as an expression of z.
        module: The same as a module of ``torch.nn``.
        why: One sentence for the learner.
        summary: What it does, for the form.
        terms: ``terms(z)`` are the summands of f(z).
        slope_terms: ``slope_terms(z, a)`` are those of f'(z).
        kink: Where f has no derivative, or None.
        dies: Whether a unit can be stuck at an output of 0, where the derivative is 0 too.
        saturation: ``saturation(a)`` says how near the flat ends of f each output is, up to 1;
            None where f has none.
    """

    name: str
    formula: str
    slope_formula: str
    function: Callable[[Array, Array], object]
    slope: Callable[[Array, Array, Array], object]
    torch: str
    module: str
    why: str
    summary: str
    terms: Callable[[Factor], Sequence[Term]]
    slope_terms: Callable[[Factor, Factor], Sequence[Term]]
    kink: float | None = None
    dies: bool = False
    saturation: Callable[[Array], Array] | None = None


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
    """Return z where it is above 0, and ``below`` times z elsewhere."""
    positive = Factor(f"[{z.label} > 0]", float(z.value > 0), what="1 where z is above 0, else 0")
    negative = Factor(
        f"[{z.label} ≤ 0]", float(z.value <= 0), what="1 where z is not above 0, else 0"
    )
    slope = Factor(f"{below:g}", below, what="the slope below 0")
    return product(z, positive), product(slope, z, negative)


def _pieces_slope(z: Factor, below: float) -> Sequence[Term]:
    """Return 1 where z is above 0, and ``below`` elsewhere."""
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


def _sigmoid_saturation(a: Array) -> Array:
    saturation: Array = np.abs(2 * a - 1)
    return saturation


ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        Activation(
            name="relu",
            formula="max(0, z)",
            slope_formula="1 if z > 0 else 0",
            function=_relu,
            slope=_relu_slope,
            torch="F.relu(z)",
            module="ReLU()",
            why="Sets negative sums to 0. Without a nonlinearity, all layers would act as one.",
            summary="max(0, z): gradients pass whole; a neuron that is always below 0 is dead",
            terms=_relu_terms,
            slope_terms=_relu_slope_terms,
            kink=0.0,
            dies=True,
        ),
        Activation(
            name="tanh",
            formula="tanh(z)",
            slope_formula="1 − a²",
            function=_tanh,
            slope=_tanh_slope,
            torch="torch.tanh(z)",
            module="Tanh()",
            why="Maps sums to −1 to 1. Without a nonlinearity, all layers would act as one.",
            summary="from −1 to 1; far from 0 it is flat, and gradients fade",
            terms=_tanh_terms,
            slope_terms=_tanh_slope_terms,
            saturation=np.abs,
        ),
        Activation(
            name="sigmoid",
            formula="1/(1 + e⁻ᶻ)",
            slope_formula="a·(1 − a)",
            function=_sigmoid,
            slope=_sigmoid_slope,
            torch="torch.sigmoid(z)",
            module="Sigmoid()",
            why="Maps sums to 0 to 1. Without a nonlinearity, all layers would act as one.",
            summary="from 0 to 1; its slope is at most 1/4, so deep networks learn slowly",
            terms=_sigmoid_terms,
            slope_terms=_sigmoid_slope_terms,
            saturation=_sigmoid_saturation,
        ),
        Activation(
            name="identity",
            formula="z",
            slope_formula="1",
            function=_identity,
            slope=_identity_slope,
            torch="z",
            module="Identity()",
            why="Leaves sums as they are: however many such layers there are, they act as one.",
            summary="z itself: all the layers together are then no more than one",
            terms=_identity_terms,
            slope_terms=_identity_slope_terms,
        ),
    )
}
