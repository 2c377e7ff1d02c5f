"""Optimisers that give every weight a step of its own, by how large its gradients have been."""

import math
from collections.abc import Sequence

import numpy as np

from tui_nn.nn.explain import Factor, Index, Term, element, product
from tui_nn.nn.operation import StepContext
from tui_nn.nn.operations.update import Block, Numbers, Part, Update, Working, eta
from tui_nn.nn.tensor import Array, Arrays, Tensor

EPSILON = 1e-8
DECAY = 0.9  # ρ of RMSProp
BETA1, BETA2 = 0.9, 0.999  # of Adam
RISE = "corrects for the start at 0"


def _moving(rate: str, value: float, old: Factor, new: tuple[Factor, ...]) -> tuple[Term, Term]:
    """Return the terms of rate·old + (1 − rate)·new."""
    stays = Factor(rate, value, what="how much of the moving average is kept")
    comes = Factor(f"(1 − {rate})", 1 - value, what="how much the newest value counts")
    return product(stays, old), product(comes, *new)


def _working_of(name: str, terms: Sequence[Term], value: float, over: Factor | None = None) -> Term:
    """Return the line that adds terms up, and divides their sum by ``over``."""
    label = " + ".join(term.label for term in terms)
    pattern = " + ".join(" × ".join("{}" for _ in term.factors) for term in terms)
    factors = tuple(factor for term in terms for factor in term.factors)
    if not over:
        return Term(f"{name} = {label}", value, factors, pattern)
    return Term(f"{name} = ({label})/{over.label}", value, (*factors, over), f"({pattern})/{{}}")


def _total(terms: Sequence[Term]) -> float:
    return sum(term.value for term in terms)


class RMSProp(Update, frozen=True):
    """v ← ρ·v + (1 − ρ)·∇W², W ← W − η·∇W/(√v + ε).

    Hinton, Srivastava and Swersky, Neural Networks for Machine Learning (2012), lecture 6e,
    with ρ = 0.9; ε as PyTorch adds it.
    """

    def _remembering(self, block: Block) -> Part:
        _, gradient, buffer, (v,) = block
        mix = block.mixer(buffer, v)

        def remember(_: Numbers) -> None:
            np.multiply(gradient, gradient, out=buffer)
            mix(1 - DECAY, DECAY)

        return remember

    def _directing(self, block: Block) -> tuple[Part, Array]:
        _, gradient, buffer, (v,) = block

        def find(_: Numbers) -> None:
            np.sqrt(v, out=buffer)
            np.add(buffer, EPSILON, out=buffer)
            np.divide(gradient, buffer, out=buffer)

        return find, buffer

    def _slot(
        self, slot: Tensor, read: Arrays, context: StepContext, index: Index
    ) -> Sequence[Term]:
        gradient = element(read, self.gradient, *index)
        return _moving("ρ", DECAY, element(read, slot, *index), (gradient, gradient))

    def _working(self, read: Arrays, context: StepContext, index: Index) -> Working:
        squares = self._slot(self.slots[0], read, context, index)
        v = _total(squares)
        root = float(np.sqrt(v)) + EPSILON
        steps = (
            _working_of(self.slots[0].symbol, squares, v),
            Term(f"√{self.slots[0]} + ε", root, (Factor("v", v),), f"√{{}} + {EPSILON:g}"),
        )
        shrunk = Factor("1/(√v + ε)", 1 / root, what="small where gradients have been large")
        return Working([product(eta(context), shrunk, element(read, self.gradient, *index))], steps)


class Adam(Update, frozen=True):
    """m ← β₁·m + (1 − β₁)·∇W, v ← β₂·v + (1 − β₂)·∇W², W ← W − η·m̂/(√v̂ + ε).

    m̂ = m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ) correct for the start at 0; t counts from 1
    (Kingma and Ba, Adam, 2015, algorithm 1). With ``decoupled``, η·decay·W goes as well
    (Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019, algorithm 2).
    """

    decoupled: bool = False

    def _numbers(self, context: StepContext) -> Numbers:
        # m̂/(√v̂ + ε) = √(1 − β₂ᵗ)/(1 − β₁ᵗ)·m/(√v + ε·√(1 − β₂ᵗ)): two divisions less an element.
        risen1, risen2 = self._risen(context)
        length = context.learning_rate * math.sqrt(risen2) / risen1
        decay = context.learning_rate * context.rates.weight_decay if self.decoupled else 0.0
        return length, EPSILON * math.sqrt(risen2), decay

    def _kept(self, numbers: Numbers) -> float:
        return 1 - numbers[2]

    def _remembering(self, block: Block) -> Part:
        _, gradient, buffer, (m, v) = block
        mix, mix_squares = block.mixer(gradient, m), block.mixer(buffer, v)

        def remember(_: Numbers) -> None:
            mix(1 - BETA1, BETA1)
            np.multiply(gradient, gradient, out=buffer)
            mix_squares(1 - BETA2, BETA2)

        return remember

    def _directing(self, block: Block) -> tuple[Part, Array]:
        _, _, buffer, (m, v) = block

        def find(numbers: Numbers) -> None:
            np.sqrt(v, out=buffer)
            np.add(buffer, numbers[1], out=buffer)
            np.divide(m, buffer, out=buffer)

        return find, buffer

    def look(self, name: str, tensors: Arrays, context: StepContext) -> Array:
        change = super().look(name, tensors, context)
        decay = self._numbers(context)[2]
        if decay:  # W′ = (1 − k)·W − change, so that k·W = k/(1 − k)·(W′ + change)
            with np.errstate(all="ignore"):
                change += np.divide(decay, 1 - decay) * (tensors[self.parameter.name] + change)
        return change

    def _risen(self, context: StepContext) -> tuple[float, float]:
        """Return 1 − β₁ᵗ and 1 − β₂ᵗ."""
        t = context.step + 1
        return 1 - BETA1**t, 1 - BETA2**t

    def _slot(
        self, slot: Tensor, read: Arrays, context: StepContext, index: Index
    ) -> Sequence[Term]:
        old, gradient = element(read, slot, *index), element(read, self.gradient, *index)
        if slot == self.slots[0]:
            return _moving("β₁", BETA1, old, (gradient,))
        return _moving("β₂", BETA2, old, (gradient, gradient))

    def _working(self, read: Arrays, context: StepContext, index: Index) -> Working:
        risen1, risen2 = self._risen(context)
        means = self._slot(self.slots[0], read, context, index)
        squares = self._slot(self.slots[1], read, context, index)
        m, v = _total(means), _total(squares)
        root = float(np.sqrt(v / risen2)) + EPSILON
        steps = (
            _working_of("m̂", means, m / risen1, Factor("(1 − β₁ᵗ)", risen1, what=RISE)),
            _working_of("v̂", squares, v / risen2, Factor("(1 − β₂ᵗ)", risen2, what=RISE)),
            Term("√v̂ + ε", root, (Factor("v̂", v / risen2),), f"√{{}} + {EPSILON:g}"),
        )
        rise = Factor("1/(1 − β₁ᵗ)", 1 / risen1, what=RISE)
        shrunk = Factor("1/(√v̂ + ε)", 1 / root, what="small where gradients have been large")
        parts = [product(eta(context), rise, shrunk, *term.factors) for term in means]
        if self.decoupled:
            decay = Factor("decay", context.rates.weight_decay, what="the weight decay")
            parts.append(product(eta(context), decay, element(read, self.parameter, *index)))
        return Working(parts, steps)
