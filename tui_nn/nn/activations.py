"""Activation functions, each beside its derivative. A new one is a row of ``ACTIVATIONS``.

Formulas as in Goodfellow, Bengio and Courville, Deep Learning (2016), sections 6.3.1 and 6.3.2.
"""

import math
from collections.abc import Callable

import numpy as np
from msgspec import Struct

from tui_nn.nn.explain import Factor, Term
from tui_nn.nn.tensor import Array

Working = tuple[Term, ...]


class Activation(Struct, frozen=True):
    """An elementwise function and its slope.

    Attributes:
        name: As recipes spell it.
        formula: What it computes, for people.
        slope_formula: Its derivative, for people.
        function: ``function(z, out)`` writes f(z).
        slope: ``slope(z, a, out)`` writes f′(z), given that a = f(z).
        torch: The same in PyTorch, as an expression of z.
        module: The same as a module of ``torch.nn``.
        why: One sentence for the learner.
        summary: What it does, for the form.
        working: ``working(z, a)`` are the lines in which f(z), called a, is worked out by its
            formula; the last one is f(z).
        slope_working: ``slope_working(z, a, slope)`` are those of f′(z), called slope.
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
    working: Callable[[Factor, str], Working]
    slope_working: Callable[[Factor, Factor, str], Working]
    kink: float | None = None
    dies: bool = False
    saturation: Callable[[Array], Array] | None = None


def _identity(z: Array, out: Array) -> None:
    np.copyto(out, z)


# Exact in every type; Python's own numbers would be converted in each call, which is felt where
# the arrays are short.
_ZERO, _HALF, _ONE = (np.array(number, np.float32) for number in (0, 0.5, 1))
_SHORT = 1000  # numbers


def _identity_slope(z: Array, a: Array, out: Array) -> None:
    out.fill(1)


def _relu(z: Array, out: Array) -> None:
    np.maximum(z, _ZERO, out=out)


def _relu_slope(z: Array, a: Array, out: Array) -> None:
    if a.size < _SHORT:
        np.sign(a, out=out)
        return
    np.greater(z, 0, out=out)  # converts from bool: slow to begin with, and fast from then on


def _tanh(z: Array, out: Array) -> None:
    np.tanh(z, out=out)


def _tanh_slope(z: Array, a: Array, out: Array) -> None:
    np.multiply(a, a, out=out)
    np.subtract(_ONE, out, out=out)


def _sigmoid(z: Array, out: Array) -> None:
    # ½(1 + tanh(z/2)) equals 1/(1 + e⁻ᶻ) and cannot overflow.
    np.multiply(z, _HALF, out=out)
    np.tanh(out, out=out)
    np.add(out, _ONE, out=out)
    np.multiply(out, _HALF, out=out)


def _sigmoid_slope(z: Array, a: Array, out: Array) -> None:
    np.subtract(_ONE, a, out=out)
    np.multiply(a, out, out=out)


def _value(function: Callable[..., object], *numbers: Factor) -> float:
    """Return a function or a slope at one place, in float64."""
    out = np.empty(())
    function(*(np.asarray(each.value, np.float64) for each in numbers), out)
    return float(out)


def _identity_working(z: Factor, a: str) -> Working:
    return (Term(f"{a} = {z.label}", z.value, (z,), "{}"),)


def _identity_slope_working(z: Factor, a: Factor, slope: str) -> Working:
    return Term(f"{z.label}⁰", 1.0, (z,), "{}⁰"), Term(f"as everywhere, {slope}", 1.0)


def _relu_working(z: Factor, a: str) -> Working:
    value = _value(_relu, z)
    formula = Term(f"max(0, {z.label})", value, (z,), "max(0, {})")
    if math.isnan(z.value):
        return (formula,)
    choice = f"{z.label} > 0, so {a} = {z.label}" if z.value > 0 else f"{z.label} ≤ 0, so {a}"
    return formula, Term(choice, value)


def _relu_slope_working(z: Factor, a: Factor, slope: str) -> Working:
    value = _value(_relu_slope, z, a)
    formula = Term(f"[{z.label} > 0]", value, (z,), "[{} > 0]")
    return formula, Term(f"{z.label} {'>' if z.value > 0 else '≤'} 0, so {slope}", value)


def _tanh_working(z: Factor, a: str) -> Working:
    rising, falling = _exponential(z), _exponential(z, sign=-1)
    both = tuple(Factor(each.label, each.value) for each in (rising, falling))
    return (
        rising,
        falling,
        Term(f"tanh({z.label})", _value(_tanh, z), both * 2, "({} − {})/({} + {})"),
    )


def _tanh_slope_working(z: Factor, a: Factor, slope: str) -> Working:
    return (Term(f"1 − {a.label}²", _value(_tanh_slope, z, a), (a,), "1 − {}²"),)


def _sigmoid_working(z: Factor, a: str) -> Working:
    falling = _exponential(z, sign=-1)
    below = Factor(falling.label, falling.value)
    return falling, Term(f"1/(1 + {below.label})", _value(_sigmoid, z), (below,), "1/(1 + {})")


def _sigmoid_slope_working(z: Factor, a: Factor, slope: str) -> Working:
    value = _value(_sigmoid_slope, z, a)
    return (Term(f"{a.label}·(1 − {a.label})", value, (a, a), "{} × (1 − {})"),)


def _exponential(z: Factor, sign: int = 1) -> Term:
    """Return the line of exp(z) or exp(−z)."""
    minus = "−" if sign < 0 else ""
    with np.errstate(over="ignore"):
        value = float(np.exp(sign * z.value))
    return Term(f"exp({minus}{z.label})", value, (z,), f"exp({minus}{{}})")


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
            why="Applies the activation: negative sums become 0. Without it, layers act as one.",
            summary="max(0, z): gradients pass whole; a neuron that is always below 0 is dead",
            working=_relu_working,
            slope_working=_relu_slope_working,
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
            why="Applies the activation: sums go to −1 to 1. Without it, layers act as one.",
            summary="from −1 to 1; far from 0 it is flat, and gradients fade",
            working=_tanh_working,
            slope_working=_tanh_slope_working,
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
            why="Applies the activation: sums go to 0 to 1. Without it, layers act as one.",
            summary="from 0 to 1; its slope is at most 1/4, so deep networks learn slowly",
            working=_sigmoid_working,
            slope_working=_sigmoid_slope_working,
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
            why="Leaves the sums as they are: layers without a nonlinearity act as one.",
            summary="z itself: all the layers together are then no more than one",
            working=_identity_working,
            slope_working=_identity_slope_working,
        ),
    )
}
