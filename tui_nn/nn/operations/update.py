"""Update: the parameters move against their gradients.

An update overwrites its parameter and what its optimiser remembers of it, its slots. The change
that it makes, W ← W − change, is never whole in memory: it is worked out again, from what the
update left, when somebody looks at it.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from tui_nn.nn.blas import Mixer, adder, mixer
from tui_nn.nn.explain import Factor, Index, Term, Terms, element, product, summed
from tui_nn.nn.operation import Call, StepContext
from tui_nn.nn.tensor import Array, Arrays, Role, Tensor

# Elements. A block of each of an optimiser's arrays stays in the cache from pass to pass; with
# shorter ones, the calls of the passes were measured to cost more than that gains.
BLOCK = 131_072
SCRATCH = Tensor("block", Role.SCRATCH, shape=(BLOCK,), scratch=True)
"""Where a block is worked on; every update has the same."""


class Block(NamedTuple):
    """A parameter, or a piece of it, with what belongs to it.

    Attributes:
        parameter: W.
        gradient: ∇W.
        buffer: Room for what is worked out of them.
        slots: What the optimiser remembers.
    """

    parameter: Array
    gradient: Array
    buffer: Array
    slots: tuple[Array, ...]

    def mixer(self, x: Array, y: Array) -> Mixer:
        """Return what adds up multiples of two of these arrays, y ← share·x + kept·y.

        What is in the buffer is lost by it.
        """

        def mix(share: float, kept: float) -> None:
            np.multiply(x, share, out=self.buffer)
            if kept != 1:
                np.multiply(y, kept, out=y)
            np.add(y, self.buffer, out=y)

        return mixer(x, y) or mix


Numbers = tuple[float, ...]
"""What is the same for all elements in a step: how long it is, and what else a formula has."""

Part = Callable[[Numbers], object]
"""A part of an update, on the arrays of a block."""


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
        calls = [self._bind_block(block) for block in blocks]

        def call(context: StepContext) -> None:
            numbers = self._numbers(context)
            for update in calls:
                update(numbers)

        return call

    def _bind_block(self, block: Block) -> Part:
        remember = self._remembering(block)
        find, direction = self._directing(block)
        move = block.mixer(direction, block.parameter)

        def call(numbers: Numbers) -> None:
            remember(numbers)
            find(numbers)
            move(-numbers[0], self._kept(numbers))

        return call

    def look(self, name: str, tensors: Arrays, context: StepContext) -> Array:
        """Return the change, given the tensors as the update left them."""
        parameter = tensors[self.parameter.name]
        slots = tuple(tensors[each.name] for each in self.slots)
        change, numbers = np.empty_like(parameter), self._numbers(context)
        find, direction = self._directing(
            Block(parameter, tensors[self.gradient.name], change, slots)
        )
        with np.errstate(all="ignore"):
            find(numbers)
            return np.multiply(direction, numbers[0], out=change)

    def _numbers(self, context: StepContext) -> Numbers:
        return (context.learning_rate,)

    def _kept(self, numbers: Numbers) -> float:
        """Return how much of the parameter is kept, whatever its gradient is."""
        return 1.0

    def _remembering(self, block: Block) -> Part:
        """Return what brings the slots up to date."""
        return nothing

    def _directing(self, block: Block) -> tuple[Part, Array]:
        """Return what finds the change of a step of length 1, and where that then is.

        The slots are up to date by then.
        """
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


def nothing(numbers: Numbers) -> None:
    """Do nothing, where there is nothing to do."""


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

    def _directing(self, block: Block) -> tuple[Part, Array]:
        return nothing, block.gradient

    def _working(self, read: Arrays, context: StepContext, index: Index) -> Working:
        return Working([product(eta(context), element(read, self.gradient, *index))])


class Momentum(Update, frozen=True):
    """v ← μ·v + ∇W, W ← W − η·v: steps in one direction add up (Polyak 1964).

    Nesterov's looks ahead, W ← W − η·(∇W + μ·v). Both as PyTorch writes them, so that η scales
    the velocity when it is used, not when it is gathered; for a constant η that is the form of
    Sutskever et al., On the importance of initialization and momentum (2013), equations 1 to 4.
    """

    nesterov: bool = False

    def _numbers(self, context: StepContext) -> Numbers:
        return context.learning_rate, context.rates.momentum

    def _remembering(self, block: Block) -> Part:
        mix = block.mixer(block.gradient, block.slots[0])
        return lambda numbers: mix(1.0, numbers[1])

    def _directing(self, block: Block) -> tuple[Part, Array]:
        _, gradient, buffer, (velocity,) = block
        if not self.nesterov:
            return nothing, velocity

        def find(numbers: Numbers) -> None:
            np.multiply(velocity, numbers[1], out=buffer)
            np.add(buffer, gradient, out=buffer)

        return find, buffer

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
