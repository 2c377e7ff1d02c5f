"""The mean over a batch: of the samples' losses, weighted by class where a recipe says so."""

from dataclasses import dataclass

import numpy as np

from tui_nn.nn.explain import Factor, Term, Terms, element, product, summed
from tui_nn.nn.operation import StepContext
from tui_nn.nn.tensors import Layout, Tensors


def samples_of(context: StepContext, rows: int) -> int:
    """Return B, how many samples the step's batch has, of which so many rows are in hand."""
    return context.samples or rows


def share_of(context: StepContext, rows: int) -> Factor:
    """Return 1/B as a factor."""
    size = samples_of(context, rows)
    return Factor("1/B", 1 / size, what=f"one of the {size} samples of the batch")


@dataclass(frozen=True)
class BatchMean:
    """L = 1/B·Σ w·l over the samples; without weights, all of them are 1.

    Attributes:
        per_sample: l, [B].
        mean: L, a single number.
        weights: w, [B], or None.
        before: What the chunks of the batch before this one came to, or None without chunks.
    """

    per_sample: str = "l"
    mean: str = "L"
    weights: str | None = None
    before: str | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        """Names of the tensors that it reads, beside what it averages."""
        return tuple(filter(None, (self.weights, self.before)))

    @property
    def layouts(self) -> dict[str, Layout]:
        """The buffers that it needs."""
        single = Layout((), batched=False)
        layouts = {self.mean: single, self.per_sample: Layout(())}
        if self.weights:
            layouts |= {self.weights: Layout(()), "wl": Layout(())}
        return layouts | ({self.before: single} if self.before else {})

    @property
    def words(self) -> str:
        """What a formula calls it."""
        return "weighted mean" if self.weights else "mean"

    def run(self, tensors: Tensors, context: StepContext) -> None:
        """Write the mean."""
        losses, mean = tensors[self.per_sample], tensors[self.mean]
        if self.weights:
            losses = np.multiply(losses, tensors[self.weights], out=tensors["wl"])
        np.add.reduce(losses, out=mean)
        np.divide(mean, samples_of(context, len(losses)), out=mean)
        if self.before:
            np.add(mean, tensors[self.before], out=mean)

    def terms(self, read: Tensors, context: StepContext, stored: float) -> Terms:
        """Take the mean apart."""
        rows = len(read[self.per_sample])
        share = share_of(context, rows)
        parts = [
            product(share, *self._weight(read, row), element(read, self.per_sample, row))
            for row in range(rows)
        ]
        weight = f"{self.weights}[r]·" if self.weights else ""
        formula = f"1/B·Σ {weight}{self.per_sample}[r]"
        if self.before:
            parts.append(product(element(read, self.before)))
            formula += " + what the chunks before came to"
        return summed(stored, parts, [Term(formula, stored)])

    def _weight(self, read: Tensors, row: int) -> tuple[Factor, ...]:
        return (element(read, self.weights, row),) if self.weights else ()
