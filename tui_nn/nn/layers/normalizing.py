"""The arithmetic of batch normalisation, forward: Ioffe and Szegedy, Batch Normalization (2015).

Theirs is algorithm 1. The statistics are of one unit over the batch, of a map over its places too.
"""

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from tui_nn.nn.explain import Factor, Index, Term, Terms, element, product, summed
from tui_nn.nn.layers.window import innermost
from tui_nn.nn.operation import Call, StepContext
from tui_nn.nn.tensor import Array, Arrays, Tensor

EPSILON = 1e-5  # as PyTorch's: keeps the root above 0 where a unit says the same to all samples
MOMENTUM = 0.1  # likewise: how much of each batch goes into the running statistics


def per_unit(array: Array) -> Array:
    """Return [B, units], or pictures [B, C, H, W], as [units, numbers of each], a view."""
    if array.ndim == 2:
        return array.T
    return innermost(array).reshape(array.shape[1], -1)


def places_of(unit: int, array: Array) -> Iterator[Index]:
    """Yield the indices of all of a unit's numbers."""
    for row, *place in np.ndindex(len(array), *array.shape[2:]):
        yield row, unit, *place


def numbers_of(array: Array) -> int:
    """Return m, how many numbers each unit has."""
    return int(array.size // array.shape[1])


def share_of(array: Array) -> Factor:
    """Return 1/m as a factor."""
    count = numbers_of(array)
    return Factor("1/m", 1 / count, what=f"one of the {count} numbers of the unit in this batch")


class Mean(Struct, frozen=True):
    """μ = 1/m·Σ z, unit by unit."""

    z: Tensor
    mean: Tensor

    def bind(self, tensors: Arrays) -> Call:
        z, mean = per_unit(tensors[self.z.name]), tensors[self.mean.name]
        count = z.shape[1]

        def call(_: StepContext) -> None:
            np.add.reduce(z, axis=1, out=mean)
            np.divide(mean, count, out=mean)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        z = read[self.z.name]
        share = share_of(z)
        parts = [product(share, element(read, self.z, *at)) for at in places_of(index[0], z)]
        return summed(stored, parts, [Term(f"Σ {self.z} of unit {index[0]} · 1/m", stored)])


class Variance(Struct, frozen=True):
    """σ² = 1/m·Σ (z − μ)², unit by unit."""

    z: Tensor
    mean: Tensor
    variance: Tensor
    centred: Tensor

    def bind(self, tensors: Arrays) -> Call:
        z, centred = (per_unit(tensors[each.name]) for each in (self.z, self.centred))
        mean, variance = (tensors[each.name] for each in (self.mean, self.variance))
        column, count = mean[:, None], z.shape[1]

        def call(_: StepContext) -> None:
            np.subtract(z, column, out=centred)
            np.multiply(centred, centred, out=centred)
            np.add.reduce(centred, axis=1, out=variance)
            np.divide(variance, count, out=variance)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        z = read[self.z.name]
        share, mean = share_of(z), element(read, self.mean, *index)

        def part(at: Index) -> Term:
            number = element(read, self.z, *at)
            value = share.value * (number.value - mean.value) ** 2
            label = f"{share.label}·({number.label} − {mean.label})²"
            return Term(label, value, (share, number, mean), "{} × ({} − {})²")

        parts = [part(at) for at in places_of(index[0], z)]
        formula = f"Σ ({self.z} − {mean.label})² of unit {index[0]} · 1/m"
        return summed(stored, parts, [Term(formula, stored)])


class Normalize(Struct, frozen=True):
    """ẑ = (z − μ)/√(σ² + ε): of a unit, mean 0 and variance 1.

    Attributes:
        z: What is normalised.
        mean: μ: the batch's while training, the running one when measuring.
        variance: σ², likewise.
        normal: ẑ.
        inverse: 1/σ, which the way back needs again: 1/√(σ² + ε).
    """

    z: Tensor
    mean: Tensor
    variance: Tensor
    normal: Tensor
    inverse: Tensor

    def bind(self, tensors: Arrays) -> Call:
        z, normal = (per_unit(tensors[each.name]) for each in (self.z, self.normal))
        used = (self.mean, self.variance, self.inverse)
        mean, variance, inverse = (tensors[each.name] for each in used)
        centre, scale = mean[:, None], inverse[:, None]

        def call(_: StepContext) -> None:
            np.add(variance, EPSILON, out=inverse)
            np.sqrt(inverse, out=inverse)
            np.divide(1, inverse, out=inverse)
            np.subtract(z, centre, out=normal)
            np.multiply(normal, scale, out=normal)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        if name == self.inverse.name:
            return self._inverse_terms(read, index, stored)
        unit = index[1]
        number, mean = element(read, self.z, *index), element(read, self.mean, unit)
        inverse = element(read, self.inverse, unit)
        label = f"({number.label} − {mean.label})·{inverse.label}"
        value = (number.value - mean.value) * inverse.value
        whole = Term(label, value, (number, mean, inverse), "({} − {}) × {}")
        return summed(stored, [whole], [whole])

    def _inverse_terms(self, read: Arrays, index: Index, stored: float) -> Terms:
        variance = element(read, self.variance, *index)
        small = Factor("ε", EPSILON, what="keeps the root above 0")
        with np.errstate(all="ignore"):
            value = float(1 / np.sqrt(np.float64(variance.value + EPSILON)))
        label = f"1/√({variance.label} + ε)"
        whole = Term(label, value, (variance, small), "1/√({} + {})")
        return summed(stored, [whole], [whole])


class ScaleShift(Struct, frozen=True):
    """n = γ·ẑ + β: the layer may undo what normalising did, as far as that helps."""

    normal: Tensor
    gamma: Tensor
    beta: Tensor
    out: Tensor

    def bind(self, tensors: Arrays) -> Call:
        normal, out = (per_unit(tensors[each.name]) for each in (self.normal, self.out))
        gamma, beta = (tensors[each.name][:, None] for each in (self.gamma, self.beta))

        def call(_: StepContext) -> None:
            np.multiply(normal, gamma, out=out)
            np.add(out, beta, out=out)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        gamma, beta = (element(read, each, index[1]) for each in (self.gamma, self.beta))
        normal = element(read, self.normal, *index)
        parts = [product(gamma, normal), product(beta)]
        line = Term(
            f"{gamma.label}·{normal.label} + {beta.label}",
            parts[0].value + beta.value,
            (gamma, normal, beta),
            "{} × {} + {}",
        )
        return summed(stored, parts, [line])


class Follow(Struct, frozen=True):
    """A running statistic follows the batch's: r ← (1 − 0.1)·r + 0.1·s.

    Attributes:
        running: r.
        statistic: s, of this batch.
        z: What it is of.
        unbiased: Whether s is a variance, of which m/(m − 1) is taken: a batch's own is a little
            too small, as its mean is fitted to it (as in PyTorch; of a single number it is 0).
    """

    running: Tensor
    statistic: Tensor
    z: Tensor
    unbiased: bool

    def bind(self, tensors: Arrays) -> Call:
        running, statistic = tensors[self.running.name], tensors[self.statistic.name]
        share, part = self._share(tensors[self.z.name]), np.empty_like(running)

        def call(_: StepContext) -> None:
            np.multiply(statistic, share, out=part)
            np.multiply(running, 1 - MOMENTUM, out=running)
            np.add(running, part, out=running)

        return call

    def _share(self, z: Array) -> float:
        count = numbers_of(z)
        return MOMENTUM * (count / (count - 1) if self.unbiased and count > 1 else 1.0)

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        kept = Factor(f"{1 - MOMENTUM:g}", 1 - MOMENTUM, what="how much of the past is kept")
        what = "how much of each batch goes in"
        if self.unbiased:
            what += ", times m/(m − 1)"
        share = self._share(read[self.z.name])
        new = Factor(f"{share:.4g}", share, what=what)
        parts = [
            product(kept, element(read, self.running, *index)),
            product(new, element(read, self.statistic, *index)),
        ]
        factors = (*parts[0].factors, *parts[1].factors)
        label = " + ".join(part.label for part in parts)
        line = Term(label, sum(part.value for part in parts), factors, "{} × {} + {} × {}")
        return summed(stored, parts, [line])
