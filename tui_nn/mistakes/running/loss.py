"""Mistakes in how a loss is worked out: the formula as it stands, which a float cannot hold."""

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from tui_nn.mistakes.mistake import Group, Mistake, Operations, Words
from tui_nn.nn.explain import Factor, Index, Term, Terms, element, product, summed
from tui_nn.nn.operation import Call, Operation, StepContext
from tui_nn.nn.operations.loss import BinaryCrossEntropy, CrossEntropy
from tui_nn.nn.operations.mean import BatchMean
from tui_nn.nn.outputs import Softmax
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Arrays, Role, Tensor


class NaiveSoftmax(Softmax, frozen=True):
    """p = exp(z)/s, without taking the largest logit off first: m is 0."""

    def bind(self, tensors: Arrays) -> Call:
        """Return the arithmetic on these arrays."""
        z, m, s, p = (tensors[each.name] for each in (self.z, self.m, self.s, self.p))

        def call(_: StepContext) -> None:
            m.fill(0)
            np.exp(z, out=p)
            np.add.reduce(p, axis=1, keepdims=True, out=s)
            np.divide(p, s, out=p)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        """Split an element of p, m or s."""
        if name != self.m.name:
            return super().terms(read, context, name, index, stored)
        nothing = product(Factor("0", 0.0, what="nothing is taken off the logits"))
        return summed(stored, [nothing], [nothing])


def _naive(operation: Operation, program: Program) -> Operations | None:
    kernel = operation.kernel
    if not isinstance(kernel, Softmax):
        return None
    m = replace(kernel.m, title="what is taken off the logits: nothing")
    made = replace(
        operation,
        formula=f"{kernel.p} = exp({kernel.z})/Σ exp({kernel.z})",
        writes=(kernel.p, m, kernel.s),
        kernel=NaiveSoftmax(kernel.z, m, kernel.s, kernel.p),
        why="Exponentials divided by their sum, of the logits as they are: exp overflows at 89.",
        torch=f"{kernel.p} = {kernel.z}.exp() / {kernel.z}.exp().sum(1, keepdim=True)",
        mistaken=True,
    )
    return (made,)


class LogOfOutputs(Struct, frozen=True):
    """L = mean of l = Σ c, where c = −y·log p, of sigmoids also −(1 − y)·log(1 − p).

    Attributes:
        p: The outputs.
        y: The labels.
        costs: c, [B, m].
        per_sample: l, [B].
        mean: The mean.
        binary: Whether a no has a cost, too.
    """

    p: Tensor
    y: Tensor
    costs: Tensor
    per_sample: Tensor
    mean: BatchMean
    binary: bool

    def bind(self, tensors: Arrays) -> Call:
        """Return the arithmetic on these arrays."""
        used = (self.p, self.y, self.costs, self.per_sample)
        p, y, costs, losses = (tensors[each.name] for each in used)
        average, log = self.mean.bind(tensors), np.empty_like(costs)

        def call(context: StepContext) -> None:
            np.log(p, out=log)
            np.multiply(log, y, out=costs)
            if self.binary:
                np.log(1 - p, out=log)
                np.add(costs, log * (1 - y), out=costs)
            np.negative(costs, out=costs)
            np.add.reduce(costs, axis=1, out=losses)
            average(context)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        """Split the cost of an output, the loss of a sample, or the mean."""
        if name == self.mean.mean.name:
            return self.mean.terms(read, context, stored)
        if name == self.per_sample.name:
            outputs = range(read[self.p.name].shape[1])
            parts = [product(element(read, self.costs, *index, j)) for j in outputs]
            label = f"Σ {self.costs}[{index[0]},j] over the outputs"
            return summed(stored, parts, [Term(label, stored)])
        p, y = element(read, self.p, *index), element(read, self.y, *index)
        with np.errstate(all="ignore"):
            yes = float(-y.value * np.log(p.value))
            no = float(-(1 - y.value) * np.log(1 - p.value))
        parts = [Term(f"−{y.label}·log {p.label}", yes, (y, p), "−{} × log {}")]
        if self.binary:
            label = f"−(1 − {y.label})·log(1 − {p.label})"
            parts.append(Term(label, no, (y, p), "−(1 − {}) × log(1 − {})"))
        return summed(stored, parts, parts[:1] if len(parts) == 1 else [Term("their sum", stored)])


def _from_outputs(operation: Operation, program: Program) -> Operations | None:
    kernel = operation.kernel
    if not isinstance(kernel, CrossEntropy | BinaryCrossEntropy):
        return None
    binary = isinstance(kernel, BinaryCrossEntropy)
    costs = kernel.costs if isinstance(kernel, BinaryCrossEntropy) else None
    costs = costs or kernel.p.like("c", Role.COST)
    formula = "−y·log p − (1 − y)·log(1 − p)" if binary else "−y·log p"
    made = replace(
        operation,
        formula=f"L = {kernel.mean.words}(Σ {formula})",
        reads=(kernel.p, kernel.y, *kernel.mean.reads),
        writes=(kernel.mean.mean, kernel.per_sample, costs),
        kernel=LogOfOutputs(kernel.p, kernel.y, costs, kernel.per_sample, kernel.mean, binary),
        why="The formula as it stands: where p is 0, log p is −∞, and 0·(−∞) is not a number.",
        torch="loss = -(y * p.log()).sum(1).mean()",
        scratch=kernel.mean.scratch,
        mistaken=True,
    )
    return (made,)


LOSS = (
    Mistake(
        "softmax-overflow",
        "softmax without taking the largest logit off first",
        Group.TRAINING,
        Words(
            wrong="E = np.exp(Z)",
            right="E = np.exp(Z - Z.max(axis=1, keepdims=True))",
            sees="Nothing, until a logit passes 88, where a float32's exp overflows: then p is "
            "not a number, and one step later nothing is. Long steps and unscaled pixels get "
            "there first.",
            find="The run pauses at `non-finite: p`. Open (`enter`) it: exp of a number above 88.",
            source="Goodfellow et al. 2016, section 4.1",
            needs="it needs softmax outputs",
        ),
        _naive,
    ),
    Mistake(
        "log-of-zero",
        "the loss is worked out from p, whose logarithm is −∞ where p is 0",
        Group.TRAINING,
        Words(
            wrong="L = -np.sum(Y * np.log(P)) / m",
            right="L = (logsumexp(Z) - (Z * Y).sum(axis=1)).mean()",
            sees="It trains, until an output is so sure that p or 1 − p is 0 in a float32: the "
            "loss is then not a number, while every gradient is as it should be.",
            find="The run pauses at `non-finite: L`. Its terms: 0 × log 0.",
            source="Goodfellow et al. 2016, section 6.2.2",
            needs="it is for cross-entropy: the quadratic cost has no logarithm",
        ),
        _from_outputs,
    ),
)
