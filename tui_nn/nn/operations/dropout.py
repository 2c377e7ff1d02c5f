"""Dropout: a hidden layer's neurons are silenced at random while it trains.

Inverted, so that nothing need change when it does not: what stays is made larger by as much as
went (Srivastava et al., Dropout, JMLR 15, 2014; Goodfellow et al. 2016, section 7.12).
"""

from dataclasses import dataclass

import numpy as np

from tui_nn.nn.explain import Factor, Index, Term, Terms, element, product, summed
from tui_nn.nn.operation import Operation, Phase, StepContext
from tui_nn.nn.tensors import Layout, Tensors
from tui_nn.randomness import Purpose, generator


@dataclass(frozen=True)
class Mask:
    """mask = 1/(1 − r) where a draw u is at least r, else 0; drawn anew for every step.

    Attributes:
        layer: Which hidden layer, from 1: its rate is r, and its draws are its own.
        u: [B, n] in float32, whatever the program's type, so that both types draw the same.
        mask: [B, n].
    """

    layer: int
    u: str
    mask: str

    def run(self, tensors: Tensors, context: StepContext) -> None:
        u, mask = tensors[self.u], tensors[self.mask]
        counters = context.start, context.step + 1, self.layer
        rng = generator(context.seed, Purpose.DROPOUT, *counters)
        rng.random(out=u, dtype=np.float32)
        rate = self._rate(context)
        np.greater_equal(u, np.float32(rate), out=mask)
        np.multiply(mask, 1 / (1 - rate), out=mask)

    def terms(
        self, read: Tensors, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        if name == self.u:
            what = "an even draw from 0 to 1, decided by the seed, the step and the layer"
            drawn = product(Factor("draw", stored, what=what))
            return summed(stored, [drawn], [drawn])
        u, rate = element(read, self.u, *index), self._rate(context)
        kept = float(u.value >= float(np.float32(rate)))
        stays = Factor(f"[{u.label} ≥ {rate:g}]", kept, what="1 for a neuron that stays, else 0")
        larger = Factor(f"1/(1 − {rate:g})", 1 / (1 - rate), what="makes up for those that went")
        formula = Term(
            f"1/(1 − {rate:g}) if {u.label} ≥ {rate:g} else 0",
            stored,
            (u,),
            f"1/(1 − {rate:g}) if {{}} ≥ {rate:g} else 0",
        )
        return summed(stored, [product(stays, larger)], [formula])

    def _rate(self, context: StepContext) -> float:
        return context.rates.dropout[self.layer - 1]


@dataclass(frozen=True)
class Drop:
    """h = a ⊙ mask."""

    a: str
    mask: str
    h: str

    def run(self, tensors: Tensors, context: StepContext) -> None:
        np.multiply(tensors[self.a], tensors[self.mask], out=tensors[self.h])

    def terms(
        self, read: Tensors, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        both = product(element(read, self.a, *index), element(read, self.mask, *index))
        return summed(stored, [both], [both])


def mask(layer: int, width: int) -> Operation:
    """Return the draw of which neurons of a hidden layer are silenced."""
    name, u = f"mask{layer}", f"u{layer}"
    return Operation(
        name=name,
        phase=Phase.FORWARD,
        layer=layer,
        formula=f"{name} = [u ≥ r]/(1 − r)",
        reads=(),
        writes=(name, u),
        layouts={name: Layout((width,)), u: Layout((width,), dtype=np.float32)},
        kernel=Mask(layer, u, name),
        why="Who is silenced is drawn anew, so that no neuron can rely on another one.",
        torch=f"{name} = (torch.rand_like(a{layer}) >= r) / (1 - r)",
    )


def drop(layer: int, width: int) -> Operation:
    """Return a hidden layer's activations with some of its neurons silenced."""
    a, mask_name, h = f"a{layer}", f"mask{layer}", f"h{layer}"
    return Operation(
        name=h,
        phase=Phase.FORWARD,
        layer=layer,
        formula=f"{h} = {a} ⊙ {mask_name}",
        reads=(a, mask_name),
        writes=(h,),
        layouts={h: Layout((width,))},
        kernel=Drop(a, mask_name, h),
        why="The silenced say 0; the others speak up, so that the sum stays about the same.",
        torch=f"{h} = F.dropout({a}, r)",
    )
