"""Update: the parameters move against their gradients.

An update overwrites its parameter and what its optimiser remembers of it, its slots; the change
that it made, W ← W − change, has a buffer of its own.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tui_nn.nn.explain import Factor, Index, Term, Terms, element, product, summed
from tui_nn.nn.operation import StepContext
from tui_nn.nn.tensor import Array, Arrays, Tensor

# Elements. A block of each of an optimiser's arrays fits a core's cache; smaller arrays are not
# divided.
BLOCK = 32_768
WORTH_BLOCKS = 4 * BLOCK


@dataclass(frozen=True)
class Working:
    """How a change is computed: its terms, and the lines before the last one."""

    parts: Sequence[Term]
    steps: Sequence[Term] = ()


@dataclass(frozen=True)
class Update:
    """W ← W − change.

    Attributes:
        parameter: W.
        gradient: ∇W.
        change: What is taken away.
        slots: What the optimiser remembers.
    """

    parameter: Tensor
    gradient: Tensor
    change: Tensor
    slots: tuple[Tensor, ...] = ()

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        if slot := next((each for each in self.slots if each.name == name), None):
            parts = self._slot(slot, read, context, index)
            return summed(stored, parts, [Term(" + ".join(p.label for p in parts), stored)])
        working = self._working(read, context, index)
        if name == self.change.name:
            return summed(stored, working.parts, working.steps or working.parts)
        before = element(read, self.parameter, *index)
        parts = [product(before), *(negative(part) for part in working.parts)]
        return summed(stored, parts, [*working.steps, self._last_step(before, working, stored)])

    def _last_step(self, before: Factor, working: Working, stored: float) -> Term:
        if not working.steps:
            (only,) = working.parts
            pattern = "{} − " + (only.pattern or " × ".join("{}" for _ in only.factors))
            return Term(f"{before.label} − {only.label}", stored, (before, *only.factors), pattern)
        total = sum(part.value for part in working.parts)
        change = Factor(self.change.symbol, total, what="the change")
        return Term(f"{before.label} − {change.label}", stored, (before, change), "{} − {}")

    def _working(self, read: Arrays, context: StepContext, index: Index) -> Working:
        raise NotImplementedError

    def _slot(
        self, slot: Tensor, read: Arrays, context: StepContext, index: Index
    ) -> Sequence[Term]:
        raise NotImplementedError


def negative(term: Term) -> Term:
    """Return −term."""
    pattern = term.pattern or " × ".join("{}" for _ in term.factors)
    return Term(f"−{term.label}", -term.value, term.factors, f"−{pattern}")


def eta(context: StepContext) -> Factor:
    """Return η as a factor."""
    return Factor("η", context.learning_rate, what="the learning rate")


def blocks(arrays: Sequence[Array]) -> Iterable[Sequence[Array]]:
    """Return arrays of one size block by block, so that what is read twice is in the cache."""
    return (arrays,) if arrays[0].size <= WORTH_BLOCKS else _divided(arrays)


def _divided(arrays: Sequence[Array]) -> Iterator[Sequence[Array]]:
    flat = [array.reshape(-1) for array in arrays]
    for start in range(0, arrays[0].size, BLOCK):
        yield [array[start : start + BLOCK] for array in flat]


@dataclass(frozen=True)
class GradientDescent(Update):
    """W ← W − η·∇W, plain gradient descent (Goodfellow et al. 2016, algorithm 8.1)."""

    def run(self, tensors: Arrays, context: StepContext) -> None:
        used = (self.parameter, self.gradient, self.change)
        for parameter, gradient, change in blocks([tensors[each.name] for each in used]):
            np.multiply(gradient, context.learning_rate, out=change)
            np.subtract(parameter, change, out=parameter)

    def _working(self, read: Arrays, context: StepContext, index: Index) -> Working:
        return Working([product(eta(context), element(read, self.gradient, *index))])


@dataclass(frozen=True)
class Momentum(Update):
    """v ← μ·v + ∇W, W ← W − η·v: steps in one direction add up (Polyak 1964).

    Nesterov's looks ahead, W ← W − η·(∇W + μ·v). Both as PyTorch writes them, so that η scales
    the velocity when it is used, not when it is gathered; for a constant η that is the form of
    Sutskever et al., On the importance of initialization and momentum (2013), equations 1 to 4.
    """

    nesterov: bool = False

    def run(self, tensors: Arrays, context: StepContext) -> None:
        mu, rate = context.rates.momentum, context.learning_rate
        used = (self.parameter, self.gradient, self.change, self.slots[0])
        for parameter, gradient, change, velocity in blocks([tensors[each.name] for each in used]):
            np.multiply(velocity, mu, out=velocity)
            np.add(velocity, gradient, out=velocity)
            if self.nesterov:
                np.multiply(velocity, mu, out=change)
                np.add(change, gradient, out=change)
                np.multiply(change, rate, out=change)
            else:
                np.multiply(velocity, rate, out=change)
            np.subtract(parameter, change, out=parameter)

    def _slot(
        self, slot: Tensor, read: Arrays, context: StepContext, index: Index
    ) -> Sequence[Term]:
        mu = Factor("μ", context.rates.momentum, what="how much of the velocity is kept")
        gradient = element(read, self.gradient, *index)
        return product(mu, element(read, slot, *index)), product(gradient)

    def _working(self, read: Arrays, context: StepContext, index: Index) -> Working:
        rate = eta(context)
        kept, pushed = self._slot(self.slots[0], read, context, index)
        both = (*kept.factors, *pushed.factors)
        label = f"{self.slots[0]} = {kept.label} + {pushed.label}"
        steps = [Term(label, kept.value + pushed.value, both, "{} × {} + {}")]
        if not self.nesterov:
            return Working([product(rate, *kept.factors), product(rate, *pushed.factors)], steps)
        mu = kept.factors[0]
        ahead = [product(rate, mu, *each.factors) for each in (kept, pushed)]
        return Working([*ahead, product(rate, *pushed.factors)], steps)
