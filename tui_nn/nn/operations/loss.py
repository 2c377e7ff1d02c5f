"""Loss: one number that says how wrong the batch was."""

from dataclasses import dataclass

import numpy as np

from tui_nn.nn.explain import Factor, Index, Term, Terms, element, product, summed
from tui_nn.nn.operation import Operation, Phase, StepContext
from tui_nn.nn.tensors import Layout, Tensors


@dataclass(frozen=True)
class CrossEntropy:
    """L = mean over samples of l, where l = −log p of the true class.

    It is computed from the logits, l = log s + m − z·y, so that it stays finite where p is too
    small for a float (Goodfellow et al. 2016, section 6.2.2.3); p is only shown beside it.
    """

    z: str
    m: str
    s: str
    y: str
    per_sample: str
    mean: str
    scratch: str
    p: str

    def run(self, tensors: Tensors, context: StepContext) -> None:
        losses, scratch = tensors[self.per_sample], tensors[self.scratch]
        np.log(tensors[self.s][:, 0], out=losses)
        np.add(losses, tensors[self.m][:, 0], out=losses)
        np.einsum("ij,ij->i", tensors[self.z], tensors[self.y], out=scratch)
        np.subtract(losses, scratch, out=losses)
        mean = tensors[self.mean]
        np.sum(losses, out=mean)
        np.divide(mean, len(losses), out=mean)

    def terms(
        self, read: Tensors, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        if name == self.mean:
            size = len(read[self.per_sample])
            share = Factor("1/B", 1 / size, what=f"one of the {size} samples of the batch")
            parts = [product(share, element(read, self.per_sample, row)) for row in range(size)]
            return summed(stored, parts, [Term(f"1/B·Σ {self.per_sample}[r]", stored)])
        (row,) = index
        s, m = element(read, self.s, row, 0), element(read, self.m, row, 0)
        parts = [
            Term(f"log {s.label}", float(np.log(s.value)), (s,), "log {}"),
            product(m),
        ]
        steps = [Term(f"log {s.label} + {m.label}", stored)]
        # None is true where nobody knows the digit.
        for true_class in map(int, np.flatnonzero(read[self.y][row])):
            z, y = element(read, self.z, row, true_class), element(read, self.y, row, true_class)
            parts.append(product(z, y, sign=-1))
            p = element(read, self.p, row, true_class)
            steps = [Term(f"−log {p.label}", stored, (p,), "−log {}")]
        return summed(stored, parts, steps)


def cross_entropy(layer: int) -> Operation:
    """Return the mean cross-entropy of a softmax layer."""
    z = f"z{layer}"
    return Operation(
        name="L",
        phase=Phase.LOSS,
        layer=layer,
        formula="L = mean(−log p[true class])",
        reads=(z, "m", "s", "y"),
        writes=("L", "l"),
        layouts={
            "L": Layout((), batched=False),
            "l": Layout(()),
            "zy": Layout(()),
        },
        kernel=CrossEntropy(z, "m", "s", "y", "l", "L", "zy", "p"),
        why="Being sure and wrong costs most: a true class given p costs −log p.",
        torch=f"loss = F.cross_entropy({z}, labels)",
    )
