"""Regularisation: a penalty for large weights, added to the loss.

R = Σ λ₁|w| + λ₂/2·w² over the weights, not the biases (Goodfellow et al. 2016, section 7.1).
"""

import numpy as np
from msgspec import Struct

from tui_nn.nn import derived
from tui_nn.nn.explain import Factor, Index, Term, Terms, element, product, summed
from tui_nn.nn.operation import Call, Operation, Phase, Rates, StepContext
from tui_nn.nn.tensor import Array, Arrays, Axis, Parameter, Role, Tensor


def l1_factor(rates: Rates) -> Factor:
    """Return λ₁ as a factor."""
    return Factor("λ₁", rates.l1, what="the penalty for |w| (L1)")


def l2_factor(rates: Rates) -> Factor:
    """Return λ₂ as a factor."""
    return Factor("λ₂", rates.l2, what="the penalty for w²/2 (L2)")


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


class Penalised(Struct, frozen=True):
    """A parameter under the penalty.

    Attributes:
        weights: W.
        per_unit: r, its penalty by unit.
        scratch: A buffer of W's shape.
    """

    weights: Tensor
    per_unit: Tensor
    scratch: Tensor


class Penalty(Struct, frozen=True):
    """R = Σ r over all units, where r[j] = Σ λ₁|W[i,j]| + λ₂/2·W[i,j]² over its inputs.

    Attributes:
        layers: The parameters that it covers.
        total: R, a single number.
    """

    layers: tuple[Penalised, ...]
    total: Tensor

    def bind(self, tensors: Arrays) -> Call:
        total = tensors[self.total.name]
        layers = [
            (
                _columns(tensors[layer.weights.name]),
                tensors[layer.per_unit.name],
                _columns(tensors[layer.scratch.name]),
            )
            for layer in self.layers
        ]

        def call(context: StepContext) -> None:
            l1, l2 = context.rates.l1, context.rates.l2
            total.fill(0)
            for W, r, size in layers:
                np.einsum("ij,ij->j", W, W, out=r)
                np.multiply(r, l2 / 2, out=r)
                if l1:
                    np.abs(W, out=size)
                    np.add(r, l1 * size.sum(axis=0), out=r)
                np.add(total, r.sum(), out=total)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        for layer in self.layers:
            if name == layer.per_unit.name:
                return self._unit_terms(read, context.rates, layer.weights, index[0], stored)
        parts = [
            product(element(read, layer.per_unit, j))
            for layer in self.layers
            for j in range(len(read[layer.per_unit.name]))
        ]
        return summed(stored, parts, [Term("Σ r over all units", stored)])

    def creases(self, parameter: str, context: StepContext) -> bool:
        """Return whether |w| of a parameter is penalised: it has no derivative at 0."""
        return context.rates.l1 > 0 and any(each.weights.name == parameter for each in self.layers)

    def _unit_terms(
        self, read: Arrays, rates: Rates, weights: Tensor, unit: int, stored: float
    ) -> Terms:
        parts = []
        for place in np.ndindex(read[weights.name].shape[:-1]):
            w = element(read, weights, *place, unit)
            value = rates.l1 * abs(w.value) + rates.l2 / 2 * w.value**2
            factors = (l1_factor(rates), w, l2_factor(rates), w)
            label = f"λ₁·|{w.label}| + λ₂/2·{w.label}²"
            parts.append(Term(label, value, factors, "{} × |{}| + {}/2 × {}²"))
        formula = f"Σ λ₁·|{weights}[i,{unit}]| + λ₂/2·{weights}[i,{unit}]²"
        return summed(stored, parts, [Term(formula, stored)])


def _columns(weights: Array) -> Array:
    """Return weights with one column for each unit."""
    return weights.reshape(-1, weights.shape[-1])


class Objective(Struct, frozen=True):
    """J = L + R: what the gradients are the gradients of."""

    loss: Tensor
    penalty: Tensor
    total: Tensor

    def bind(self, tensors: Arrays) -> Call:
        used = (self.loss, self.penalty, self.total)
        loss, penalty, total = (tensors[each.name] for each in used)
        return lambda _: np.add(loss, penalty, out=total)

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        loss, penalty = element(read, self.loss), element(read, self.penalty)
        formula = Term(f"{self.loss} + {self.penalty}", stored, (loss, penalty), "{} + {}")
        return summed(stored, [product(loss), product(penalty)], [formula])


def penalty(parameters: tuple[Parameter, ...], layer: int) -> Operation:
    """Return the penalty of all weights that decay.

    Args:
        parameters: All of the network's.
        layer: The last one.
    """
    total = Tensor("R", Role.PENALTY)
    covered = tuple(
        Penalised(W, _per_unit(W), derived.penalty_scratch(W)) for W in parameters if W.decays
    )
    return Operation(
        phase=Phase.LOSS,
        layer=layer,
        formula=f"{total} = Σ λ₁·|w| + λ₂/2·w²",
        reads=tuple(each.weights for each in covered),
        writes=(total, *(each.per_unit for each in covered)),
        kernel=Penalty(covered, total),
        why="Large weights are penalised, so that a weight grows only if it lowers the loss.",
        torch="penalty = sum(l1 * W.abs().sum() + l2 / 2 * (W ** 2).sum() for W in weights)",
        scratch=tuple(each.scratch for each in covered),
    )


def _per_unit(W: Parameter) -> Tensor:
    axes, shape = (Axis.UNIT,), W.shape[-1:]
    return W.like(f"r{W.layer}", Role.UNIT_PENALTY, axes=axes, shape=shape)


def objective(loss: Tensor, penalty: Tensor, layer: int) -> Operation:
    """Return the sum of loss and penalty."""
    total = Tensor("J", Role.OBJECTIVE)
    return Operation(
        phase=Phase.LOSS,
        layer=layer,
        formula=f"{total} = {loss} + {penalty}",
        reads=(loss, penalty),
        writes=(total,),
        kernel=Objective(loss, penalty, total),
        why="What training minimises: the loss, and the penalty for large weights.",
        torch="objective = loss + penalty",
    )
