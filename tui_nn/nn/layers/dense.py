"""The fully connected layer: z = a·W + b, a row a sample.

Backward as in Nielsen, Neural Networks and Deep Learning (2015), chapter 2 (BP1 to BP4), here
for a batch at a time, with the mean over the batch inside δ.
"""

import math

import numpy as np
from msgspec import Struct

from tui_nn.nn import derived
from tui_nn.nn.explain import Factor, Index, Term, Terms, element, elements, product, summed
from tui_nn.nn.layers.layer import Connected, Numbered, Place, make_bias
from tui_nn.nn.method import Method
from tui_nn.nn.operation import Call, Operation, Phase, StepContext
from tui_nn.nn.operations.penalty import add_penalty_slope, penalty_slope_terms
from tui_nn.nn.tensor import Arrays, Axis, Parameter, Role, Shape, Tensor


class Affine(Struct, frozen=True):
    """z = a·W + b, a row a sample: a is [B, n], W is [n, m], b is [m], z is [B, m]."""

    a: Tensor
    W: Tensor
    b: Tensor
    z: Tensor

    def bind(self, tensors: Arrays) -> Call:
        a, W, b, z = (tensors[each.name] for each in (self.a, self.W, self.b, self.z))

        if z.T.flags.c_contiguous and not z.flags.c_contiguous:  # samples innermost: short loops
            a_T, W_T, z_T, column = a.T, W.T, z.T, b[:, None]

            def call_transposed(_: StepContext) -> None:
                np.dot(W_T, a_T, out=z_T)  # begins sooner than matmul, and gives the same bits
                np.add(z_T, column, out=z_T)

            return call_transposed

        def call(_: StepContext) -> None:
            np.matmul(a, W, out=z)
            np.add(z, b, out=z)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        row, unit = index
        inputs, weights = elements(read, self.a, row, None), elements(read, self.W, None, unit)
        weighted = [*map(product, inputs, weights)]
        formula = f"Σ {self.a}[{row},i]·{self.W}[i,{unit}] + {self.b}[{unit}]"
        bias = product(element(read, self.b, unit))
        return summed(stored, [*weighted, bias], [Term(formula, stored)])

    def narrow(self, tensors: Arrays, parameter: str, index: Index) -> Arrays:
        """Return the arrays of one unit: the others do not depend on its weights."""
        unit = slice(index[-1], index[-1] + 1)
        own = {each.name: tensors[each.name][..., unit] for each in (self.W, self.b, self.z)}
        return {self.a.name: tensors[self.a.name], **own}


class Adjoint(Struct, frozen=True):
    """∂L/∂a = δ·Wᵀ: the error of each input is the sum over the units that it goes to."""

    delta: Tensor
    W: Tensor
    error: Tensor

    def bind(self, tensors: Arrays) -> Call:
        delta, W, error = (tensors[each.name] for each in (self.delta, self.W, self.error))
        W_T = W.T
        return lambda _: np.matmul(delta, W_T, out=error)

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        row, i = index
        errors, weights = elements(read, self.delta, row, None), elements(read, self.W, i, None)
        parts = [*map(product, errors, weights)]
        formula = f"Σ {self.delta}[{row},k]·{self.W}[{i},k]"
        return summed(stored, parts, [Term(formula, stored)])


class WeightGradient(Struct, frozen=True):
    """∇W = aᵀ·δ: the sum over the samples of a weight's input times its unit's δ.

    Attributes:
        a: The layer's inputs, [B, n].
        delta: Its δ, [B, m].
        dW: [n, m].
        before: The sum over the earlier chunks of the batch, or None without chunks.
        W: The weights, where large ones are penalised, or None.
        scratch: A buffer of their shape for the derivative of the penalty.
    """

    a: Tensor
    delta: Tensor
    dW: Tensor
    before: Tensor | None = None
    W: Tensor | None = None
    scratch: Tensor | None = None

    def bind(self, tensors: Arrays) -> Call:
        a, delta, dW = (tensors[each.name] for each in (self.a, self.delta, self.dW))
        a_T = a.T
        if not (self.before or self.W):
            return lambda _: np.matmul(a_T, delta, out=dW)
        before = tensors[self.before.name] if self.before else None
        penalised = None
        if self.W and self.scratch:
            penalised = tensors[self.W.name], tensors[self.scratch.name]

        def call(context: StepContext) -> None:
            np.matmul(a_T, delta, out=dW)
            if before is not None:
                np.add(dW, before, out=dW)
            if penalised is not None:
                add_penalty_slope(dW, *penalised, context.rates)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        i, j = index
        parts = self._products(read, i, j)
        formula = f"Σ {self.a}[r,{i}]·{self.delta}[r,{j}]"
        if self.before:
            parts.append(product(element(read, self.before, i, j)))
            formula += " + the sum over the chunks before"
        if self.W:
            weight = element(read, self.W, i, j)
            parts += penalty_slope_terms(weight, context.rates)
            formula += f" + λ₂·{weight.label} + λ₁·sign({weight.label})"
        return summed(stored, parts, [Term(formula, stored)])

    def _products(self, read: Arrays, i: int, j: int) -> list[Term]:
        """Return the products that are added up, one for each sample."""
        inputs, errors = elements(read, self.a, None, i), elements(read, self.delta, None, j)
        return [*map(product, inputs, errors)]


class BiasGradient(Struct, frozen=True):
    """∇b = Σ δ over the batch's samples, as the product of δ with a row of ones."""

    delta: Tensor
    db: Tensor
    before: Tensor | None = None

    def bind(self, tensors: Arrays) -> Call:
        delta, db = tensors[self.delta.name], tensors[self.db.name]
        ones = np.ones(len(delta), delta.dtype)
        before = tensors[self.before.name] if self.before else None

        def call(_: StepContext) -> None:
            np.matmul(ones, delta, out=db)
            if before is not None:
                np.add(db, before, out=db)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        rows = range(len(read[self.delta.name]))
        one = Factor("1", 1.0, what="the input of a bias, which is always 1")
        parts = [product(one, element(read, self.delta, row, *index)) for row in rows]
        formula = f"Σ 1·{self.delta}[r,{index[0]}]"
        if self.before:
            parts.append(product(element(read, self.before, *index)))
            formula += " + the sum over the chunks before"
        return summed(stored, parts, [Term(formula, stored)])


def affine(a: Tensor, W: Tensor, b: Tensor, z: Tensor) -> Operation:
    """Return ``z = a·W + b``."""
    return Operation(
        phase=Phase.FORWARD,
        layer=z.layer or 0,
        formula=f"{z} = {a}·{W} + {b}",
        reads=(a, W, b),
        writes=(z,),
        kernel=Affine(a, W, b, z),
        why="Each unit computes a weighted sum of all inputs and adds its bias.",
        torch=f"{z} = F.linear({a}, {W}.T, {b})",
    )


def adjoint(delta: Tensor, W: Tensor, a: Tensor) -> Operation:
    """Return ``∂L/∂a = δ·Wᵀ``."""
    error = derived.error(a)
    why = "Each input's error = the sum of its weights × the errors of the units they lead to."
    if a.role is Role.INPUT:
        why = "How the loss changes with each input: one more step back."
    return Operation(
        phase=Phase.BACKWARD,
        layer=W.layer or 0,
        formula=f"{error} = {delta}·{W}ᵀ",
        reads=(delta, W),
        writes=(error,),
        kernel=Adjoint(delta, W, error),
        why=why,
        torch=f"loss.backward()  # {error.name[1:]}.grad",
    )


def weight_gradient(a: Tensor, delta: Tensor, W: Tensor, method: Method) -> Operation:
    """Return ∇W, with its penalty's derivative and the earlier chunks where there are any."""
    dW = derived.gradient(W)
    before = derived.chunk_sum(dW) if method.chunked else None
    penalised = W if method.penalised else None
    scratch = derived.penalty_scratch(W) if method.penalised else None
    return Operation(
        phase=Phase.BACKWARD,
        layer=W.layer or 0,
        formula=f"{dW} = {a}ᵀ·{delta}"
        + (f" + {before}" if before else "")
        + (f" + λ₂·{W} + λ₁·sign({W})" if penalised else ""),
        reads=(a, delta, *filter(None, (before, penalised))),
        writes=(dW,),
        kernel=WeightGradient(a, delta, dW, before, penalised, scratch),
        why="Weight gradient = its input × the next layer's error, summed over the batch.",
        torch=f"loss.backward()  # {W}.grad",
        scratch=tuple(filter(None, (scratch,))),
    )


def bias_gradient(delta: Tensor, b: Tensor, method: Method) -> Operation:
    """Return ∇b, with the earlier chunks where there are any."""
    db = derived.gradient(b)
    before = derived.chunk_sum(db) if method.chunked else None
    return Operation(
        phase=Phase.BACKWARD,
        layer=b.layer or 0,
        formula=f"{db} = Σ {delta} over the batch" + (f" + {before}" if before else ""),
        reads=(delta, *filter(None, (before,))),
        writes=(db,),
        kernel=BiasGradient(delta, db, before),
        why="Bias gradient = the error summed over the batch: a bias is a weight whose input is 1.",
        torch=f"loss.backward()  # {b}.grad",
    )


class Dense(Numbered, frozen=True):
    """A fully connected layer.

    Attributes:
        units: Number of its units.
    """

    units: int

    def output_shape(self, inputs: Shape) -> Shape:
        if len(inputs) != 1:
            raise ValueError(
                f"a dense layer reads a vector of numbers, not {inputs}: flatten goes before it"
            )
        return (self.units,)

    def parameters(self, place: Place) -> tuple[Parameter, ...]:
        """Return W [in, out], which begins at random and decays, and b [out], which begins at 0."""
        number, inputs = place.number, math.prod(place.inputs)
        W = Parameter(
            name=f"W{number}",
            role=Role.WEIGHT,
            layer=number,
            axes=(Axis.INPUT, Axis.UNIT),
            shape=(inputs, self.units),
            fans=(inputs, self.units),
            decays=True,
            torch_name=f"{place.position}.weight",
            torch_axes=(1, 0),
        )
        return W, make_bias(place, self.units)

    def connect(self, place: Place, inputs: Tensor, method: Method) -> Connected:
        W, b = self.parameters(place)
        z = Tensor(
            name=f"z{place.number}",
            role=Role.PRE_ACTIVATION,
            layer=place.number,
            axes=(Axis.SAMPLE, Axis.UNIT),
            shape=(self.units,),
        )

        def gradients(delta: Tensor) -> tuple[Operation, ...]:
            return weight_gradient(inputs, delta, W, method), bias_gradient(delta, b, method)

        return Connected(
            output=z,
            forward=(affine(inputs, W, b, z),),
            adjoint=lambda delta: (adjoint(delta, W, inputs),),
            gradients=gradients,
        )
