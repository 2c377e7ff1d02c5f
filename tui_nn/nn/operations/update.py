"""Update: the parameters move against their gradients.

An update overwrites its parameter and what its optimiser remembers of it, its slots. The change
that it makes, W ← W − change, is never whole in memory: it is worked out again, from what the
update left, when somebody looks at it.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from tui_nn.nn.blas import adder
from tui_nn.nn.explain import Factor, Index, Term, Terms, element, product, summed
from tui_nn.nn.operation import Call, StepContext
from tui_nn.nn.tensor import Array, Arrays, Role, Tensor

# Elements. A block of each of an optimiser's arrays fits a core's cache.
BLOCK = 32_768
SCRATCH = Tensor("block", Role.SCRATCH, shape=(BLOCK,), scratch=True)
"""Where the change of a block is worked out; every update has the same."""


class Block(NamedTuple):
    """A parameter, or a piece of it, with what belongs to it.

    Attributes:
        parameter: W.
        gradient: ∇W.
        change: A buffer for what is taken away.
        slots: What the optimiser remembers.
    """

    parameter: Array
    gradient: Array
    change: Array
    slots: tuple[Array, ...]


class Working(Struct, frozen=True):
    """How a change is computed: its terms, and the lines before the last one."""

    parts: Sequence[Term]
    steps: Sequence[Term] = ()


class Update(Struct, frozen=True):
    """W ← W − change, block by block, so that what is read twice is in the cache.

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

    def bind(self, tensors: Arrays) -> Call:
        used = (self.parameter, self.gradient, *self.slots)
        blocks = _divided([tensors[each.name] for each in used], tensors[SCRATCH.name])

        def call(context: StepContext) -> None:
            numbers = self._numbers(context)
            for block in blocks:
                self._remember(block, numbers)
                self._find_change(block, numbers)
                np.subtract(block.parameter, block.change, out=block.parameter)

        return call

    def look(self, name: str, tensors: Arrays, context: StepContext) -> Array:
        """Return the change, given the tensors as the update left them."""
        parameter = tensors[self.parameter.name]
        slots = tuple(tensors[each.name] for each in self.slots)
        change = np.empty_like(parameter)
        block = Block(parameter, tensors[self.gradient.name], change, slots)
        with np.errstate(all="ignore"):
            self._find_change(block, self._numbers(context))
        return change

    def _numbers(self, context: StepContext) -> tuple[float, ...]:
        """Return what is the same for all elements: η, and what else the formula has."""
        return (context.learning_rate,)

    def _remember(self, block: Block, numbers: tuple[float, ...]) -> None:
        """Bring the slots up to date."""

    def _find_change(self, block: Block, numbers: tuple[float, ...]) -> None:
        """Write the change, given the slots as they now are."""
        raise NotImplementedError

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


def _divided(arrays: Sequence[Array], scratch: Array) -> tuple[Block, ...]:
    """Return parameter, gradient and slots in blocks of about the same size."""
    flat = [array.reshape(-1) for array in arrays]
    size = flat[0].size
    length = -(-size // -(-size // BLOCK))
    pieces = [[array[start : start + length] for array in flat] for start in range(0, size, length)]
    return tuple(
        Block(parameter, gradient, scratch[: parameter.size], tuple(slots))
        for parameter, gradient, *slots in pieces
    )


class GradientDescent(Update, frozen=True):
    """W ← W − η·∇W, plain gradient descent (Goodfellow et al. 2016, algorithm 8.1)."""

    def bind(self, tensors: Arrays) -> Call:
        add = adder(tensors[self.gradient.name], tensors[self.parameter.name])
        if add is None:
            return super().bind(tensors)
        return lambda context: add(-context.learning_rate)

    def _find_change(self, block: Block, numbers: tuple[float, ...]) -> None:
        (rate,) = numbers
        np.multiply(block.gradient, rate, out=block.change)

    def _working(self, read: Arrays, context: StepContext, index: Index) -> Working:
        return Working([product(eta(context), element(read, self.gradient, *index))])


class Momentum(Update, frozen=True):
    """v ← μ·v + ∇W, W ← W − η·v: steps in one direction add up (Polyak 1964).

    Nesterov's looks ahead, W ← W − η·(∇W + μ·v). Both as PyTorch writes them, so that η scales
    the velocity when it is used, not when it is gathered; for a constant η that is the form of
    Sutskever et al., On the importance of initialization and momentum (2013), equations 1 to 4.
    """

    nesterov: bool = False

    def _numbers(self, context: StepContext) -> tuple[float, ...]:
        return context.learning_rate, context.rates.momentum

    def _remember(self, block: Block, numbers: tuple[float, ...]) -> None:
        _, mu = numbers
        (velocity,) = block.slots
        np.multiply(velocity, mu, out=velocity)
        np.add(velocity, block.gradient, out=velocity)

    def _find_change(self, block: Block, numbers: tuple[float, ...]) -> None:
        rate, mu = numbers
        (ahead,) = block.slots
        if self.nesterov:
            np.multiply(ahead, mu, out=block.change)
            ahead = np.add(block.change, block.gradient, out=block.change)
        np.multiply(ahead, rate, out=block.change)

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
