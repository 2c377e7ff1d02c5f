"""The mean over a batch of the samples' losses, weighted by class where a recipe says so."""

import numpy as np
from msgspec import Struct

from tui_nn.nn import derived, inputs
from tui_nn.nn.explain import Factor, Term, Terms, element, product, summed
from tui_nn.nn.method import Method
from tui_nn.nn.operation import Call, StepContext
from tui_nn.nn.tensor import Arrays, Axis, Role, Tensor


def samples_of(context: StepContext, rows: int) -> int:
    """Return B, the number of samples of the step's batch, given the rows of this chunk."""
    return context.samples or rows


def share_of(context: StepContext, rows: int) -> Factor:
    """Return 1/B as a factor."""
    size = samples_of(context, rows)
    return Factor("1/B", 1 / size, what=f"one of the {size} samples of the batch")


class BatchMean(Struct, frozen=True):
    """L = 1/B·Σ w·l over the samples; without weights, all of them are 1.

    Attributes:
        per_sample: l, [B].
        mean: L, a single number.
        weights: w, [B], or None.
        before: The sum over the earlier chunks of the batch, or None without chunks.
        weighted: A buffer for w·l, where there are weights.
    """

    per_sample: Tensor
    mean: Tensor
    weights: Tensor | None = None
    before: Tensor | None = None
    weighted: Tensor | None = None

    @property
    def reads(self) -> tuple[Tensor, ...]:
        """The tensors that it reads, beside what it averages."""
        return tuple(filter(None, (self.weights, self.before)))

    @property
    def scratch(self) -> tuple[Tensor, ...]:
        """The buffers that it needs for intermediate results."""
        return (self.weighted,) if self.weighted else ()

    @property
    def words(self) -> str:
        """What a formula calls it."""
        return "weighted mean" if self.weights else "mean"

    def bind(self, tensors: Arrays) -> Call:
        """Return what writes the mean."""
        losses, mean = tensors[self.per_sample.name], tensors[self.mean.name]
        weights = tensors[self.weights.name] if self.weights else None
        counted = tensors[self.weighted.name] if self.weighted else losses
        before = tensors[self.before.name] if self.before else None
        rows = np.array(len(losses), mean.dtype)

        def call(context: StepContext) -> None:
            if weights is not None:
                np.multiply(losses, weights, out=counted)
            np.add.reduce(counted, out=mean)
            np.divide(mean, context.samples or rows, out=mean)
            if before is not None:
                np.add(mean, before, out=mean)

        return call

    def terms(self, read: Arrays, context: StepContext, stored: float) -> Terms:
        """Explain the mean."""
        rows = len(read[self.per_sample.name])
        share = share_of(context, rows)
        parts = [
            product(share, *self._weight(read, row), element(read, self.per_sample, row))
            for row in range(rows)
        ]
        weight = f"{self.weights}[r]·" if self.weights else ""
        formula = f"1/B·Σ {weight}{self.per_sample}[r]"
        if self.before:
            parts.append(product(element(read, self.before)))
            formula += " + the sum over the chunks before"
        return summed(stored, parts, [Term(formula, stored)])

    def _weight(self, read: Arrays, row: int) -> tuple[Factor, ...]:
        return (element(read, self.weights, row),) if self.weights else ()


def batch_mean(method: Method) -> BatchMean:
    """Return how the samples' losses become one number."""
    losses = Tensor("l", Role.SAMPLE_LOSS, axes=(Axis.SAMPLE,))
    mean = Tensor("L", Role.LOSS)
    return BatchMean(
        losses,
        mean,
        weights=inputs.sample_weights() if method.weighted else None,
        before=derived.chunk_sum(mean) if method.chunked else None,
        weighted=losses.like("wl", Role.SCRATCH, scratch=True) if method.weighted else None,
    )
