"""Loss: one number that says how wrong the batch was."""

import numpy as np
from msgspec import Struct

from tui_nn.nn.explain import Factor, Index, Term, Terms, element, product, summed
from tui_nn.nn.operation import Call, Operation, Phase, StepContext
from tui_nn.nn.operations.mean import BatchMean
from tui_nn.nn.tensor import Arrays, Role, Tensor


class CrossEntropy(Struct, frozen=True):
    """L = mean over samples of l, where l = −log p of the true class.

    It is computed from the logits, l = log s + m − z·y, so that it stays finite where p is too
    small for a float (Goodfellow et al. 2016, section 6.2.2.3); p is only shown beside it.
    """

    z: Tensor
    m: Tensor
    s: Tensor
    y: Tensor
    per_sample: Tensor
    scratch: Tensor
    p: Tensor
    mean: BatchMean

    def bind(self, tensors: Arrays) -> Call:
        used = (self.z, self.y, self.per_sample, self.scratch)
        z, y, losses, scratch = (tensors[each.name] for each in used)
        m, s = tensors[self.m.name][:, 0], tensors[self.s.name][:, 0]
        average = self.mean.bind(tensors)

        def call(context: StepContext) -> None:
            np.log(s, out=losses)
            np.add(losses, m, out=losses)
            np.einsum("ij,ij->i", z, y, out=scratch)
            np.subtract(losses, scratch, out=losses)
            average(context)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        if name == self.mean.mean.name:
            return self.mean.terms(read, context, stored)
        (row,) = index
        s, m = element(read, self.s, row, 0), element(read, self.m, row, 0)
        parts = [
            Term(f"log {s.label}", float(np.log(s.value)), (s,), "log {}"),
            product(m),
        ]
        steps = [Term(f"log {s.label} + {m.label}", stored)]
        # No class is true where the label is unknown.
        for true_class in map(int, np.flatnonzero(read[self.y.name][row])):
            z, y = element(read, self.z, row, true_class), element(read, self.y, row, true_class)
            parts.append(product(z, y, sign=-1))
            p = element(read, self.p, row, true_class)
            steps = [Term(f"−log {p.label}", stored, (p,), "−log {}")]
        return summed(stored, parts, steps)


class _OverOutputs:
    """L = mean over samples of l = Σ c over the outputs, each a question of its own."""

    costs: Tensor
    per_sample: Tensor
    mean: BatchMean

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        if name == self.mean.mean.name:
            return self.mean.terms(read, context, stored)
        if name == self.per_sample.name:
            (row,) = index
            outputs = range(read[self.costs.name].shape[1])
            parts = [product(element(read, self.costs, row, j)) for j in outputs]
            formula = f"Σ {self.costs}[{row},j] over the outputs"
            return summed(stored, parts, [Term(formula, stored)])
        return self._cost(read, index, stored)

    def _cost(self, read: Arrays, index: Index, stored: float) -> Terms:
        """Explain the cost of one output."""
        raise NotImplementedError


class BinaryCrossEntropy(_OverOutputs, Struct, frozen=True):
    """L = mean over samples of l = Σ c, where c = −log p for a yes and −log(1 − p) for a no.

    Each output is a question of its own. From the logits, c = max(z, 0) − z·y + log(1 + e^−|z|),
    which equals −y·log p − (1 − y)·log(1 − p) and stays finite (Goodfellow et al. 2016,
    section 6.2.2.2).
    """

    z: Tensor
    y: Tensor
    p: Tensor
    costs: Tensor
    per_sample: Tensor
    scratch: Tensor
    mean: BatchMean

    def bind(self, tensors: Arrays) -> Call:
        used = (self.z, self.y, self.costs, self.scratch, self.per_sample)
        z, y, costs, scratch, losses = (tensors[each.name] for each in used)
        average = self.mean.bind(tensors)
        zero, minus = np.zeros((), z.dtype), np.array(-1, z.dtype)

        def call(context: StepContext) -> None:
            np.copysign(z, minus, out=costs)
            np.exp(costs, out=costs)
            np.log1p(costs, out=costs)
            np.maximum(z, zero, out=scratch)
            np.add(costs, scratch, out=costs)
            np.multiply(z, y, out=scratch)
            np.subtract(costs, scratch, out=costs)
            np.add.reduce(costs, axis=1, out=losses)
            average(context)

        return call

    def _cost(self, read: Arrays, index: Index, stored: float) -> Terms:
        z, y = element(read, self.z, *index), element(read, self.y, *index)
        p = element(read, self.p, *index)
        # logaddexp would warn of a NaN; numbers that are not finite must be explained too.
        rising = float(np.maximum(z.value, 0) + np.log1p(np.exp(-abs(z.value))))
        softplus = Term(f"log(1 + exp({z.label}))", rising, (z,), "log(1 + exp({}))")
        words = "−log {}" if y.value else "−log(1 − {})"
        formula = Term(words.format(p.label), stored, (p,), words)
        return summed(stored, [softplus, product(z, y, sign=-1)], [formula])


class Quadratic(_OverOutputs, Struct, frozen=True):
    """L = mean over samples of l = Σ c, where c = ½(p − y)².

    The mean is over samples alone, not over outputs, as in Nielsen (2015), equation 6.
    """

    y: Tensor
    p: Tensor
    costs: Tensor
    per_sample: Tensor
    mean: BatchMean

    def bind(self, tensors: Arrays) -> Call:
        used = (self.p, self.y, self.costs, self.per_sample)
        p, y, costs, losses = (tensors[each.name] for each in used)
        average = self.mean.bind(tensors)

        def call(context: StepContext) -> None:
            np.subtract(p, y, out=costs)
            np.multiply(costs, costs, out=costs)
            np.multiply(costs, 0.5, out=costs)
            np.add.reduce(costs, axis=1, out=losses)
            average(context)

        return call

    def _cost(self, read: Arrays, index: Index, stored: float) -> Terms:
        p, y = element(read, self.p, *index), element(read, self.y, *index)
        half = Factor("½", 0.5, what="a half, so that the derivative has no factor of its own")
        label = f"½·({p.label} − {y.label})²"
        value = 0.5 * (p.value - y.value) ** 2
        term = Term(label, value, (half, p, y), "{} × ({} − {})²")
        return summed(stored, [term], [term])


def cross_entropy(output: Operation, y: Tensor, mean: BatchMean) -> Operation:
    """Return the mean cross-entropy of a softmax layer."""
    (z,), (p, m, s) = output.reads, output.writes
    zy = mean.per_sample.like("zy", Role.SCRATCH, scratch=True)
    return Operation(
        phase=Phase.LOSS,
        layer=output.layer,
        formula=f"L = {mean.words}(−log p[true class])",
        reads=(z, m, s, y, *mean.reads),
        writes=(mean.mean, mean.per_sample),
        kernel=CrossEntropy(z, m, s, y, mean.per_sample, zy, p, mean),
        why="The loss of a sample is −log p of its true class: sure and wrong costs most.",
        torch=f"loss = F.cross_entropy({z}, labels)",
        scratch=(zy, *mean.scratch),
    )


def binary_cross_entropy(output: Operation, y: Tensor, mean: BatchMean) -> Operation:
    """Return the cross-entropy of sigmoid outputs: summed over them, the mean over samples."""
    (z,), p = output.reads, output.result
    costs = p.like("c", Role.COST)
    zy = z.like("zy", Role.SCRATCH, scratch=True)
    return Operation(
        phase=Phase.LOSS,
        layer=output.layer,
        formula=f"L = {mean.words}(Σ −y·log p − (1 − y)·log(1 − p))",
        reads=(z, y, *mean.reads),
        writes=(mean.mean, mean.per_sample, costs),
        kernel=BinaryCrossEntropy(z, y, p, costs, mean.per_sample, zy, mean),
        why="Each output is a yes or no of its own: sure and wrong costs most.",
        torch=f"loss = F.binary_cross_entropy_with_logits({z}, y, reduction='sum') / len(y)",
        scratch=(zy, *mean.scratch),
    )


def quadratic(output: Operation, y: Tensor, mean: BatchMean) -> Operation:
    """Return the quadratic cost of sigmoid outputs."""
    p = output.result
    costs = p.like("c", Role.COST)
    return Operation(
        phase=Phase.LOSS,
        layer=output.layer,
        formula=f"L = {mean.words}(½·Σ (p − y)²)",
        reads=(p, y, *mean.reads),
        writes=(mean.mean, mean.per_sample, costs),
        kernel=Quadratic(y, p, costs, mean.per_sample, mean),
        why="Half the squared distance between the prediction and the label.",
        torch="loss = 0.5 * ((p - y) ** 2).sum() / len(y)",
        scratch=mean.scratch,
    )
