"""Loss: one number that says how wrong the batch was."""

from dataclasses import dataclass

import numpy as np

from tui_nn.nn.explain import Factor, Index, Term, Terms, element, product, summed
from tui_nn.nn.operation import Operation, Phase, StepContext
from tui_nn.nn.operations.mean import BatchMean
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
    scratch: str
    p: str
    mean: BatchMean

    def run(self, tensors: Tensors, context: StepContext) -> None:
        losses, scratch = tensors[self.per_sample], tensors[self.scratch]
        np.log(tensors[self.s][:, 0], out=losses)
        np.add(losses, tensors[self.m][:, 0], out=losses)
        np.einsum("ij,ij->i", tensors[self.z], tensors[self.y], out=scratch)
        np.subtract(losses, scratch, out=losses)
        self.mean.run(tensors, context)

    def terms(
        self, read: Tensors, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        if name == self.mean.mean:
            return self.mean.terms(read, context, stored)
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


class _OverOutputs:
    """L = mean over samples of l = Σ c over the outputs, each a question of its own."""

    costs: str
    per_sample: str
    mean: BatchMean

    def terms(
        self, read: Tensors, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        if name == self.mean.mean:
            return self.mean.terms(read, context, stored)
        if name == self.per_sample:
            (row,) = index
            outputs = range(read[self.costs].shape[1])
            parts = [product(element(read, self.costs, row, j)) for j in outputs]
            formula = f"Σ {self.costs}[{row},j] over the outputs"
            return summed(stored, parts, [Term(formula, stored)])
        return self._cost(read, index, stored)

    def _cost(self, read: Tensors, index: Index, stored: float) -> Terms:
        """Take c of one output apart."""
        raise NotImplementedError


@dataclass(frozen=True)
class BinaryCrossEntropy(_OverOutputs):
    """L = mean over samples of l = Σ c, where c = −log p for a yes and −log(1 − p) for a no.

    Each output is a question of its own. From the logits, c = max(z, 0) − z·y + log(1 + e^−|z|),
    which equals −y·log p − (1 − y)·log(1 − p) and stays finite (Goodfellow et al. 2016,
    section 6.2.2.2).
    """

    z: str
    y: str
    p: str
    costs: str
    per_sample: str
    scratch: str
    mean: BatchMean

    def run(self, tensors: Tensors, context: StepContext) -> None:
        z, costs, scratch = (tensors[name] for name in (self.z, self.costs, self.scratch))
        np.abs(z, out=costs)
        np.negative(costs, out=costs)
        np.exp(costs, out=costs)
        np.log1p(costs, out=costs)
        np.maximum(z, 0, out=scratch)
        np.add(costs, scratch, out=costs)
        np.multiply(z, tensors[self.y], out=scratch)
        np.subtract(costs, scratch, out=costs)
        np.sum(costs, axis=1, out=tensors[self.per_sample])
        self.mean.run(tensors, context)

    def _cost(self, read: Tensors, index: Index, stored: float) -> Terms:
        z, y = element(read, self.z, *index), element(read, self.y, *index)
        p = element(read, self.p, *index)
        # logaddexp would warn of a NaN, where numbers that are not finite are to be looked at.
        rising = float(np.maximum(z.value, 0) + np.log1p(np.exp(-abs(z.value))))
        softplus = Term(f"log(1 + exp({z.label}))", rising, (z,), "log(1 + exp({}))")
        words = "−log {}" if y.value else "−log(1 − {})"
        formula = Term(words.format(p.label), stored, (p,), words)
        return summed(stored, [softplus, product(z, y, sign=-1)], [formula])


@dataclass(frozen=True)
class Quadratic(_OverOutputs):
    """L = mean over samples of l = Σ c, where c = ½(p − y)².

    The mean is over samples alone, not over outputs, as in Nielsen (2015), equation 6.
    """

    y: str
    p: str
    costs: str
    per_sample: str
    mean: BatchMean

    def run(self, tensors: Tensors, context: StepContext) -> None:
        costs = tensors[self.costs]
        np.subtract(tensors[self.p], tensors[self.y], out=costs)
        np.multiply(costs, costs, out=costs)
        np.multiply(costs, 0.5, out=costs)
        np.sum(costs, axis=1, out=tensors[self.per_sample])
        self.mean.run(tensors, context)

    def _cost(self, read: Tensors, index: Index, stored: float) -> Terms:
        p, y = element(read, self.p, *index), element(read, self.y, *index)
        half = Factor("½", 0.5, what="a half, so that the derivative has no factor of its own")
        label = f"½·({p.label} − {y.label})²"
        value = 0.5 * (p.value - y.value) ** 2
        term = Term(label, value, (half, p, y), "{} × ({} − {})²")
        return summed(stored, [term], [term])


def cross_entropy(layer: int, mean: BatchMean) -> Operation:
    """Return the mean cross-entropy of a softmax layer."""
    z = f"z{layer}"
    return Operation(
        name="L",
        phase=Phase.LOSS,
        layer=layer,
        formula=f"L = {mean.words}(−log p[true class])",
        reads=(z, "m", "s", "y", *mean.reads),
        writes=("L", "l"),
        layouts={"zy": Layout(()), **mean.layouts},
        kernel=CrossEntropy(z, "m", "s", "y", "l", "zy", "p", mean),
        why="Being sure and wrong costs most: a true class given p costs −log p.",
        torch=f"loss = F.cross_entropy({z}, labels)",
    )


def binary_cross_entropy(layer: int, width: int, mean: BatchMean) -> Operation:
    """Return the cross-entropy of sigmoid outputs: summed over them, the mean over samples."""
    z = f"z{layer}"
    return Operation(
        name="L",
        phase=Phase.LOSS,
        layer=layer,
        formula=f"L = {mean.words}(Σ −y·log p − (1 − y)·log(1 − p))",
        reads=(z, "y", *mean.reads),
        writes=("L", "l", "c"),
        layouts={"c": Layout((width,)), "zy": Layout((width,)), **mean.layouts},
        kernel=BinaryCrossEntropy(z, "y", "p", "c", "l", "zy", mean),
        why="Each output answers yes or no: being sure and wrong costs most.",
        torch=f"loss = F.binary_cross_entropy_with_logits({z}, y, reduction='sum') / len(y)",
    )


def quadratic(layer: int, width: int, mean: BatchMean) -> Operation:
    """Return the quadratic cost of sigmoid outputs."""
    return Operation(
        name="L",
        phase=Phase.LOSS,
        layer=layer,
        formula=f"L = {mean.words}(½·Σ (p − y)²)",
        reads=("p", "y", *mean.reads),
        writes=("L", "l", "c"),
        layouts={"c": Layout((width,)), **mean.layouts},
        kernel=Quadratic("y", "p", "c", "l", mean),
        why="Half the squared distance from what was said to what is true.",
        torch="loss = 0.5 * ((p - y) ** 2).sum() / len(y)",
    )
