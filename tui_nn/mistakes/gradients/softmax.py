"""Mistakes in the softmax itself: what is normalised, how often, and over what."""

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from tui_nn.mistakes.mistake import Group, Mistake, Operations, Words
from tui_nn.nn.explain import Factor, Index, Term, Terms, element, product, summed
from tui_nn.nn.operation import Call, Operation, StepContext
from tui_nn.nn.operations.loss import CrossEntropy, cross_entropy
from tui_nn.nn.operations.mean import BatchMean
from tui_nn.nn.outputs import Softmax, softmax
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Arrays, Axis, Role, Tensor


class SoftmaxOverBatch(Struct, frozen=True):
    """p = exp(z − m)/s, with the maximum and the sum of each column: over samples, not classes.

    Attributes:
        z: The logits, [B, m].
        m: The largest of each column, [m].
        s: The sum of each column's exponentials, [m].
        p: [B, m].
    """

    z: Tensor
    m: Tensor
    s: Tensor
    p: Tensor

    def bind(self, tensors: Arrays) -> Call:
        """Return the arithmetic on these arrays."""
        z, m, s, p = (tensors[each.name] for each in (self.z, self.m, self.s, self.p))

        def call(_: StepContext) -> None:
            np.maximum.reduce(z, axis=0, out=m)
            np.subtract(z, m, out=p)
            np.exp(p, out=p)
            np.add.reduce(p, axis=0, out=s)
            np.divide(p, s, out=p)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        """Split an element of p, m or s."""
        unit = index[-1]
        z = [element(read, self.z, row, unit) for row in range(len(read[self.z.name]))]
        if name == self.m.name:
            label = f"max({z[0].label} … {z[-1].label})"
            pattern = f"max({', '.join('{}' for _ in z)})"
            whole = Term(label, max(each.value for each in z), tuple(z), pattern)
            return summed(stored, [whole], [whole])
        m = element(read, self.m, unit)
        if name == self.s.name:
            parts = [_risen(each, m) for each in z]
            return summed(stored, parts, [Term(f"Σ exp({self.z}[r,{unit}] − {m.label})", stored)])
        own, s = z[index[0]], element(read, self.s, unit)
        risen = _risen(own, m)
        value = risen.value / s.value if s.value else float("nan")
        whole = Term(f"{risen.label}/{s.label}", value, (own, m, s), "exp({} − {})/{}")
        return summed(stored, [whole], [whole])


def _risen(z: Factor, m: Factor) -> Term:
    value = float(np.exp(z.value - m.value))
    return Term(f"exp({z.label} − {m.label})", value, (z, m), "exp({} − {})")


class CrossEntropyOverBatch(Struct, frozen=True):
    """L = mean of l = −log p of the true class, from logits that were normalised by column."""

    z: Tensor
    m: Tensor
    s: Tensor
    y: Tensor
    per_sample: Tensor
    scratch: Tensor
    mean: BatchMean

    def bind(self, tensors: Arrays) -> Call:
        """Return the arithmetic on these arrays."""
        used = (self.z, self.m, self.s, self.y, self.per_sample, self.scratch)
        z, m, s, y, losses, logs = (tensors[each.name] for each in used)
        average = self.mean.bind(tensors)

        def call(context: StepContext) -> None:
            np.subtract(np.log(s) + m, z, out=logs)
            np.einsum("ij,ij->i", logs, y, out=losses)
            average(context)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        """Split the loss of a sample, or the mean."""
        if name == self.mean.mean.name:
            return self.mean.terms(read, context, stored)
        (row,) = index
        parts: list[Term] = []
        for j in range(read[self.y.name].shape[1]):
            y, s = element(read, self.y, row, j), element(read, self.s, j)
            log = float(np.log(s.value)) * y.value
            parts += [
                Term(f"{y.label}·log {s.label}", log, (y, s), "{} × log {}"),
                product(y, element(read, self.m, j)),
                product(y, element(read, self.z, row, j), sign=-1),
            ]
        return summed(stored, parts, [Term(f"Σ −{self.y}[{row},j]·log p[{row},j]", stored)])


def _over_batch(z: Tensor, program: Program) -> tuple[Tensor, Tensor, Tensor]:
    """Return m, s and p of a softmax over the batch."""
    p = program.output
    m, s = (
        z.like(name, Role.NORMALIZER, of=p, axes=(Axis.UNIT,), shape=z.shape, title=title)
        for name, title in (
            ("m", "the largest of this class' logits, over the samples of the batch"),
            ("s", "the sum of this class' exponentials, over the samples of the batch"),
        )
    )
    return m, s, p


def _normalised_over_batch(operation: Operation, program: Program) -> Operations | None:
    kernel = operation.kernel
    if isinstance(kernel, Softmax) and kernel.p.role is Role.OUTPUT:
        m, s, p = _over_batch(kernel.z, program)
        made = replace(
            operation,
            formula=f"{p} = softmax({kernel.z}) over the batch",
            writes=(p, m, s),
            kernel=SoftmaxOverBatch(kernel.z, m, s, p),
            why="Divided by the sum over the samples: a class' probabilities add up to 1, not a "
            "row's.",
            torch=f"{p} = F.softmax({kernel.z}, dim=0)",
            mistaken=True,
        )
        return (made,)
    if isinstance(kernel, CrossEntropy):
        m, s, p = _over_batch(kernel.z, program)
        logs = p.like("logp", Role.SCRATCH, scratch=True)
        loss = CrossEntropyOverBatch(kernel.z, m, s, kernel.y, kernel.per_sample, logs, kernel.mean)
        return (
            replace(
                operation,
                reads=(kernel.z, m, s, kernel.y, *kernel.mean.reads),
                kernel=loss,
                scratch=(logs, *kernel.mean.scratch),
            ),
        )
    return None


def _first_softmax(z: Tensor) -> Operation:
    """Return the first of two softmaxes."""
    q = z.like(
        "q", Role.NORMALIZER, title="the probability that a second softmax takes for a logit"
    )
    m, s = (
        z.like(f"{name}q", Role.NORMALIZER, of=q, shape=(1,), title=title)
        for name, title in (("m", "the largest of the logits"), ("s", "their exponentials' sum"))
    )
    return replace(
        softmax(z),
        formula=f"{q} = softmax({z})",
        writes=(q, m, s),
        kernel=Softmax(z, m, s, q),
        torch=f"{q} = F.softmax({z}, dim=1)",
    )


def _second_softmax(q: Tensor) -> Operation:
    return replace(
        softmax(q),
        why="Probabilities are taken for logits: from 0 to 1, they differ by less than a factor "
        "of e.",
        mistaken=True,
    )


def _twice(operation: Operation, program: Program) -> Operations | None:
    kernel = operation.kernel
    if isinstance(kernel, Softmax) and kernel.p.role is Role.OUTPUT:
        first = _first_softmax(kernel.z)
        return first, _second_softmax(first.result)
    if isinstance(kernel, CrossEntropy):
        second = _second_softmax(_first_softmax(kernel.z).result)
        return (cross_entropy(second, kernel.y, kernel.mean),)
    return None


SOFTMAX = (
    Mistake(
        "softmax-over-batch",
        "softmax is normalised over the samples, not over the classes",
        Group.GRADIENTS,
        Words(
            wrong="P = E / E.sum(axis=0)",
            right="P = E / E.sum(axis=1, keepdims=True)",
            sees="The loss begins near the logarithm of the batch size, not of the number of "
            "classes, and what is said of a sample depends on the others: alone, it is 1 for "
            "every class.",
            find="Forward: the outputs of one sample are all 1. Backprop, p: its columns add up "
            "to 1, its rows do not.",
            source="rickwierenga/MLFundamentals#1",
            needs="it needs softmax outputs",
        ),
        _normalised_over_batch,
    ),
    Mistake(
        "softmax-twice",
        "softmax is applied twice: in the network, and again in the loss",
        Group.GRADIENTS,
        Words(
            wrong="P = softmax(softmax(Z));  dZ = P - Y",
            right="P = softmax(Z);  dZ = P - Y",
            sees="The loss cannot fall below 1.46 of 10 classes, where p of the true one is at "
            "most 0.23, and the error never goes away: accuracy stays lower than it should.",
            find="Forward: no output is above 0.24, however sure the logits are. The listing has "
            "two softmaxes.",
            source="shaoxiongji/federated-learning#9",
            needs="it needs softmax outputs",
        ),
        _twice,
    ),
)
