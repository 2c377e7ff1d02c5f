"""The way back through batch normalisation: each sample's error depends on all of the batch.

As in Ioffe and Szegedy, Batch Normalization (2015), section 3, a derivative at a time.
"""

import numpy as np
from msgspec import Struct

from tui_nn.nn.explain import Factor, Index, Term, Terms, element, product, summed
from tui_nn.nn.layers.normalizing import per_unit, places_of, share_of
from tui_nn.nn.operation import Call, StepContext
from tui_nn.nn.tensor import Arrays, Tensor


class GammaGradient(Struct, frozen=True):
    """∇γ = Σ ∂L/∂n·ẑ, unit by unit."""

    error: Tensor
    normal: Tensor
    gradient: Tensor
    part: Tensor

    def bind(self, tensors: Arrays) -> Call:
        used = (self.error, self.normal, self.part)
        error, normal, part = (per_unit(tensors[each.name]) for each in used)
        gradient = tensors[self.gradient.name]

        def call(_: StepContext) -> None:
            np.multiply(error, normal, out=part)
            np.add.reduce(part, axis=1, out=gradient)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        parts = [
            product(element(read, self.error, *at), element(read, self.normal, *at))
            for at in places_of(index[0], read[self.error.name])
        ]
        formula = f"Σ {self.error}·{self.normal} of unit {index[0]}"
        return summed(stored, parts, [Term(formula, stored)])


class BetaGradient(Struct, frozen=True):
    """∇β = Σ ∂L/∂n, unit by unit."""

    error: Tensor
    gradient: Tensor

    def bind(self, tensors: Arrays) -> Call:
        error, gradient = per_unit(tensors[self.error.name]), tensors[self.gradient.name]
        return lambda _: np.add.reduce(error, axis=1, out=gradient)

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        one = Factor("1", 1.0, what="∂n/∂β: β is added as it is")
        parts = [
            product(one, element(read, self.error, *at))
            for at in places_of(index[0], read[self.error.name])
        ]
        return summed(stored, parts, [Term(f"Σ {self.error} of unit {index[0]}", stored)])


class Scaled(Struct, frozen=True):
    """An error times a number of its unit: ∂L/∂ẑ = γ·∂L/∂n, or δ = 1/σ·∂L/∂ẑ."""

    error: Tensor
    scale: Tensor
    out: Tensor

    def bind(self, tensors: Arrays) -> Call:
        error, out = (per_unit(tensors[each.name]) for each in (self.error, self.out))
        scale = tensors[self.scale.name][:, None]
        return lambda _: np.multiply(error, scale, out=out)

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        whole = product(element(read, self.scale, index[1]), element(read, self.error, *index))
        return summed(stored, [whole], [whole])


class VarianceError(Struct, frozen=True):
    """∂L/∂σ² = Σ ∂L/∂ẑ·(z − μ)·(−½)·(1/σ)³ = −½·(1/σ)²·Σ ∂L/∂ẑ·ẑ."""

    error: Tensor
    normal: Tensor
    inverse: Tensor
    out: Tensor
    part: Tensor

    def bind(self, tensors: Arrays) -> Call:
        used = (self.error, self.normal, self.part)
        error, normal, part = (per_unit(tensors[each.name]) for each in used)
        inverse, out = (tensors[each.name] for each in (self.inverse, self.out))

        def call(_: StepContext) -> None:
            np.multiply(error, normal, out=part)
            np.add.reduce(part, axis=1, out=out)
            np.multiply(out, inverse, out=out)
            np.multiply(out, inverse, out=out)
            np.multiply(out, -0.5, out=out)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        half = Factor("½", 0.5, what="of the derivative of a root")
        inverse = element(read, self.inverse, *index)
        parts = [
            product(
                half,
                inverse,
                inverse,
                element(read, self.error, *at),
                element(read, self.normal, *at),
                sign=-1,
            )
            for at in places_of(index[0], read[self.error.name])
        ]
        formula = f"−½·{inverse.label}²·Σ {self.error}·{self.normal} of unit {index[0]}"
        return summed(stored, parts, [Term(formula, stored)])


class MeanError(Struct, frozen=True):
    """∂L/∂μ = −1/σ·Σ ∂L/∂ẑ. That σ² depends on μ too adds nothing, as Σ (z − μ) is 0."""

    error: Tensor
    inverse: Tensor
    out: Tensor

    def bind(self, tensors: Arrays) -> Call:
        error = per_unit(tensors[self.error.name])
        inverse, out = (tensors[each.name] for each in (self.inverse, self.out))

        def call(_: StepContext) -> None:
            np.add.reduce(error, axis=1, out=out)
            np.multiply(out, inverse, out=out)
            np.negative(out, out=out)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        inverse = element(read, self.inverse, *index)
        parts = [
            product(inverse, element(read, self.error, *at), sign=-1)
            for at in places_of(index[0], read[self.error.name])
        ]
        formula = f"−{inverse.label}·Σ {self.error} of unit {index[0]}"
        return summed(stored, parts, [Term(formula, stored)])


class NormalizedAdjoint(Struct, frozen=True):
    """∂L/∂z = ∂L/∂ẑ·1/σ + ∂L/∂σ²·2(z − μ)/m + ∂L/∂μ·1/m.

    A sum moves its own ẑ, and with the variance and the mean those of all the others.
    """

    error: Tensor
    inverse: Tensor
    variance_error: Tensor
    mean_error: Tensor
    z: Tensor
    mean: Tensor
    out: Tensor
    part: Tensor

    def bind(self, tensors: Arrays) -> Call:
        used = (self.error, self.z, self.out, self.part)
        error, z, out, part = (per_unit(tensors[each.name]) for each in used)
        columns = (self.inverse, self.variance_error, self.mean_error, self.mean)
        inverse, variance_error, mean_error, mean = (
            tensors[each.name][:, None] for each in columns
        )
        count = z.shape[1]

        def call(_: StepContext) -> None:
            np.multiply(error, inverse, out=out)
            np.subtract(z, mean, out=part)
            np.multiply(part, variance_error * (2 / count), out=part)
            np.add(out, part, out=out)
            np.add(out, mean_error / count, out=out)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        unit, share = index[1], share_of(read[self.z.name])
        number, mean = element(read, self.z, *index), element(read, self.mean, unit)
        risen = element(read, self.variance_error, unit)
        two = Factor("2", 2.0, what="of the derivative of a square")
        label = f"{risen.label}·2·({number.label} − {mean.label})·{share.label}"
        value = risen.value * 2 * (number.value - mean.value) * share.value
        parts = [
            product(element(read, self.error, *index), element(read, self.inverse, unit)),
            Term(label, value, (risen, two, number, mean, share), "{} × {} × ({} − {}) × {}"),
            product(element(read, self.mean_error, unit), share),
        ]
        return summed(stored, parts, [Term("itself + through σ² + through μ", stored)])
