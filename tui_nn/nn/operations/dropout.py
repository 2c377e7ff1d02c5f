"""Dropout: units of a hidden layer are set to 0 at random while the network trains.

Inverted, so that nothing has to change at test time: what is kept is scaled up by 1/(1 − r)
(Srivastava et al., Dropout, JMLR 15, 2014; Goodfellow et al. 2016, section 7.12).
"""

import numpy as np
from msgspec import Struct

from tui_nn.nn.explain import Factor, Index, Term, Terms, element, format_element, product, summed
from tui_nn.nn.operation import Call, Operation, Phase, StepContext
from tui_nn.nn.tensor import Arrays, Role, Tensor
from tui_nn.randomness import Purpose, generator


class Mask(Struct, frozen=True):
    """mask = 1/(1 − r) where a draw u is at least r, else 0; drawn again for every step.

    Attributes:
        layer: Which hidden layer, from 1: it has its own rate r, and its own draws.
        u: [B, n] in float32, whatever the program's type, so that both types draw the same.
        mask: [B, n].
    """

    layer: int
    u: Tensor
    mask: Tensor

    def bind(self, tensors: Arrays) -> Call:
        u, mask = tensors[self.u.name], tensors[self.mask.name]
        # Drawn in the order of memory, whether or not the samples lie innermost.
        drawn = u if u.flags.c_contiguous else np.moveaxis(u, 0, -1)

        def call(context: StepContext) -> None:
            counters = context.start, context.step + 1, self.layer
            rng = generator(context.seed, Purpose.DROPOUT, *counters)
            rng.random(out=drawn, dtype=np.float32)
            rate = self._rate(context)
            np.greater_equal(u, np.float32(rate), out=mask)
            np.multiply(mask, 1 / (1 - rate), out=mask)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        if name == self.u.name:
            what = "a uniform draw from 0 to 1, decided by the seed, the step and the layer"
            drawn = product(Factor("draw", stored, what=what))
            return summed(stored, [drawn], [drawn])
        u, rate = element(read, self.u, *index), self._rate(context)
        kept = u.value >= float(np.float32(rate))
        value, scale = float(kept) / (1 - rate), f"/(1 − {rate:g})"
        formula = Term(f"[{u.label} ≥ {rate:g}]{scale}", value, (u,), f"[{{}} ≥ {rate:g}]{scale}")
        here = format_element(self.mask, index)
        words = (
            f"≥ {rate:g}: kept, so {here} = 1{scale}" if kept else f"< {rate:g}: dropped, so {here}"
        )
        return summed(stored, [formula], [formula, Term(f"{u.label} {words}", value)])

    def _rate(self, context: StepContext) -> float:
        return context.rates.dropout[self.layer - 1]


class Drop(Struct, frozen=True):
    """h = a ⊙ mask."""

    a: Tensor
    mask: Tensor
    h: Tensor

    def bind(self, tensors: Arrays) -> Call:
        a, mask, h = (tensors[each.name] for each in (self.a, self.mask, self.h))
        return lambda _: np.multiply(a, mask, out=h)

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        both = product(element(read, self.a, *index), element(read, self.mask, *index))
        return summed(stored, [both], [both])


def mask(a: Tensor) -> Operation:
    """Return the draw of which units of a hidden layer are kept."""
    layer = a.layer or 0
    drawn = a.like(f"mask{layer}", Role.MASK)
    u = drawn.like(f"u{layer}", Role.DRAW, dtype=np.float32)
    return Operation(
        phase=Phase.FORWARD,
        layer=layer,
        formula=f"{drawn} = [u ≥ r]/(1 − r)",
        reads=(),
        writes=(drawn, u),
        kernel=Mask(layer, u, drawn),
        why="Each step drops other units at random, so that no unit relies on another one.",
        torch=f"{drawn} = (torch.rand_like({a}) >= r) / (1 - r)",
    )


def drop(a: Tensor, mask: Tensor) -> Operation:
    """Return a hidden layer's activations, some of them set to 0."""
    h = a.like(f"h{a.layer}", Role.DROPPED)
    return Operation(
        phase=Phase.FORWARD,
        layer=a.layer or 0,
        formula=f"{h} = {a} ⊙ {mask}",
        reads=(a, mask),
        writes=(h,),
        kernel=Drop(a, mask, h),
        why="Dropped units are 0; the others are scaled up, so that the expected sum is the same.",
        torch=f"{h} = F.dropout({a}, r)",
    )
