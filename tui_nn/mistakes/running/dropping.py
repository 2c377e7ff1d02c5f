"""Mistakes with dropout in training and in use."""

import numpy as np
from msgspec.structs import replace

from tui_nn.mistakes.mistake import Group, Mistake, Operations, Words
from tui_nn.nn.explain import Index, Term, Terms, element, summed
from tui_nn.nn.operation import Call, Operation, StepContext
from tui_nn.nn.operations.dropout import Mask
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Arrays


class UnscaledMask(Mask, frozen=True):
    """mask = 1 where a draw u is at least r, else 0: what is kept is not scaled up."""

    def bind(self, tensors: Arrays) -> Call:
        """Return the arithmetic on these arrays."""
        draw, mask = super().bind(tensors), tensors[self.mask.name]

        def call(context: StepContext) -> None:
            draw(context)
            np.sign(mask, out=mask)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        """Split an element of the mask."""
        if name == self.u.name:
            return super().terms(read, context, name, index, stored)
        u, rate = element(read, self.u, *index), context.rates.dropout[self.layer - 1]
        kept = float(u.value >= float(np.float32(rate)))
        formula = Term(f"[{u.label} ≥ {rate:g}]", kept, (u,), f"[{{}} ≥ {rate:g}]")
        return summed(stored, [formula], [formula])


def _unscaled(operation: Operation, program: Program) -> Operations | None:
    kernel = operation.kernel
    if not isinstance(kernel, Mask):
        return None
    made = replace(
        operation,
        formula=operation.formula.replace("/(1 − r)", ""),
        kernel=UnscaledMask(kernel.layer, kernel.u, kernel.mask),
        why="Units are dropped, and what is kept stays as it is: sums are smaller than in use.",
        torch=operation.torch.replace(" / (1 - r)", ""),
        mistaken=True,
    )
    return (made,)


NEEDS = "it needs a hidden layer with dropout"

DROPPING = (
    Mistake(
        "dropout-at-test-time",
        "units are dropped when the network is used, too",
        Group.TRAINING,
        Words(
            wrong="A1 = A1 * mask   # always",
            right="A1 = A1 * mask if training else A1",
            sees="It learns as it should, and its accuracy on validation and test is lower than "
            "it could be: part of the network is missing whenever it is asked.",
            find="Forward: neurons of a probe are 0 that have a positive z. Evaluate: the same "
            "network does better without dropout.",
            source="Srivastava et al. 2014: at test time all units are used",
            needs=NEEDS,
        ),
        refuses=lambda setting: not any(setting.program.method.dropped),
        drops_units=True,
    ),
    Mistake(
        "dropout-not-rescaled",
        "what dropout keeps is not scaled up by 1/(1 − r)",
        Group.TRAINING,
        Words(
            wrong="mask = rng.random(A1.shape) >= r",
            right="mask = (rng.random(A1.shape) >= r) / (1 - r)",
            sees="In use, all sums are larger than they were in training, by up to 1/(1 − r) a "
            "layer: the network is surer than it should be, and the loss on validation is higher.",
            find="Forward: z is larger, sample by sample, than Backprop shows it in training. "
            "Backprop, the mask: 1 where it should be 1/(1 − r).",
            source="Srivastava et al. 2014, who scale at test time instead: one of both is needed",
            needs=NEEDS,
        ),
        _unscaled,
    ),
)
