"""Regularisation: large weights cost something, beside being wrong.

R = Σ λ₁|w| + λ₂/2·w² over the weights, not the biases (Goodfellow et al. 2016, section 7.1).
"""

from dataclasses import dataclass

import numpy as np

from tui_nn.nn.explain import Factor, Index, Term, Terms, element, product, summed
from tui_nn.nn.operation import Operation, Phase, Rates, StepContext
from tui_nn.nn.tensors import Array, Layout, Tensors


def l1_factor(rates: Rates) -> Factor:
    """Return λ₁ as a factor."""
    return Factor("λ₁", rates.l1, what="the price of |w| (L1)")


def l2_factor(rates: Rates) -> Factor:
    """Return λ₂ as a factor."""
    return Factor("λ₂", rates.l2, what="the price of w²/2 (L2)")


def penalty_slope_terms(weight: Factor, rates: Rates) -> list[Term]:
    """Return the terms of ∂R/∂w = λ₂·w + λ₁·sign(w)."""
    sign = Term(
        f"λ₁·sign({weight.label})",
        rates.l1 * float(np.sign(weight.value)),
        (l1_factor(rates), weight),
        "{} × sign({})",
    )
    return [product(l2_factor(rates), weight), sign]


def add_penalty_slope(gradient: Array, weights: Array, scratch: Array, rates: Rates) -> None:
    """Add ∂R/∂W to a gradient, in place."""
    if rates.l2:
        np.multiply(weights, rates.l2, out=scratch)
        np.add(gradient, scratch, out=gradient)
    if rates.l1:
        np.sign(weights, out=scratch)
        np.multiply(scratch, rates.l1, out=scratch)
        np.add(gradient, scratch, out=gradient)


@dataclass(frozen=True)
class Penalty:
    """R = Σ r over all neurons, where r[j] = Σ λ₁|W[i,j]| + λ₂/2·W[i,j]² over its inputs.

    Attributes:
        layers: W, r and a scratch of W's shape, of each layer.
        total: R, a single number.
    """

    layers: tuple[tuple[str, str, str], ...]
    total: str

    def run(self, tensors: Tensors, context: StepContext) -> None:
        l1, l2 = context.rates.l1, context.rates.l2
        total = tensors[self.total]
        total.fill(0)
        for weights, per_neuron, scratch in self.layers:
            W, r, size = tensors[weights], tensors[per_neuron], tensors[scratch]
            np.einsum("ij,ij->j", W, W, out=r)
            np.multiply(r, l2 / 2, out=r)
            if l1:
                np.abs(W, out=size)
                np.add(r, l1 * size.sum(axis=0), out=r)
            np.add(total, r.sum(), out=total)

    def terms(
        self, read: Tensors, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        for weights, per_neuron, _ in self.layers:
            if name == per_neuron:
                return self._neuron_terms(read, context.rates, weights, index[0], stored)
        parts = [
            product(element(read, per_neuron, j))
            for _, per_neuron, _ in self.layers
            for j in range(len(read[per_neuron]))
        ]
        return summed(stored, parts, [Term("Σ r over all neurons", stored)])

    def _neuron_terms(
        self, read: Tensors, rates: Rates, weights: str, neuron: int, stored: float
    ) -> Terms:
        parts = []
        for i in range(len(read[weights])):
            w = element(read, weights, i, neuron)
            value = rates.l1 * abs(w.value) + rates.l2 / 2 * w.value**2
            factors = (l1_factor(rates), w, l2_factor(rates), w)
            label = f"λ₁·|{w.label}| + λ₂/2·{w.label}²"
            parts.append(Term(label, value, factors, "{} × |{}| + {}/2 × {}²"))
        formula = f"Σ λ₁·|{weights}[i,{neuron}]| + λ₂/2·{weights}[i,{neuron}]²"
        return summed(stored, parts, [Term(formula, stored)])


@dataclass(frozen=True)
class Objective:
    """J = L + R: what the gradients are the gradients of."""

    loss: str
    penalty: str
    total: str

    def run(self, tensors: Tensors, context: StepContext) -> None:
        np.add(tensors[self.loss], tensors[self.penalty], out=tensors[self.total])

    def terms(
        self, read: Tensors, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        loss, penalty = element(read, self.loss), element(read, self.penalty)
        formula = Term(f"{self.loss} + {self.penalty}", stored, (loss, penalty), "{} + {}")
        return summed(stored, [product(loss), product(penalty)], [formula])


def penalty_scratch(layer: int) -> str:
    """Return the name of a buffer of a layer's weights' shape, to work out their penalty in."""
    return f"penalty{layer}"


def penalty(shapes: dict[str, tuple[int, ...]], layers: int) -> Operation:
    """Return the price of all weights.

    Args:
        shapes: Name to shape of every parameter.
        layers: How many layers have weights.
    """
    names = [(f"W{layer}", f"r{layer}", penalty_scratch(layer)) for layer in range(1, layers + 1)]
    single = Layout((), batched=False)
    layouts = {"R": single}
    for weights, per_neuron, scratch in names:
        layouts[per_neuron] = Layout(shapes[weights][1:], batched=False)
        layouts[scratch] = Layout(shapes[weights], batched=False)
    return Operation(
        name="R",
        phase=Phase.LOSS,
        layer=layers,
        formula="R = Σ λ₁·|w| + λ₂/2·w²",
        reads=tuple(weights for weights, _, _ in names),
        writes=("R", *(per_neuron for _, per_neuron, _ in names)),
        layouts=layouts,
        kernel=Penalty(tuple(names), "R"),
        why="Large weights cost something, so that none grows unless it earns its keep.",
        torch="penalty = sum(l1 * W.abs().sum() + l2 / 2 * (W ** 2).sum() for W in weights)",
    )


def objective(layers: int) -> Operation:
    """Return the sum of loss and penalty."""
    return Operation(
        name="J",
        phase=Phase.LOSS,
        layer=layers,
        formula="J = L + R",
        reads=("L", "R"),
        writes=("J",),
        layouts={"J": Layout((), batched=False)},
        kernel=Objective("L", "R", "J"),
        why="What training makes small: being wrong, and large weights.",
        torch="objective = loss + penalty",
    )
