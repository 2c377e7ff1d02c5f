"""Where the error starts: δ = ∂L/∂z of the last layer, for each pair of output and loss."""

import math

import numpy as np
from msgspec import Struct

from tui_nn.nn import derived
from tui_nn.nn.activations import ACTIVATIONS
from tui_nn.nn.explain import Factor, Index, Term, Terms, element, format_element, summed
from tui_nn.nn.layers.activation import slope_terms
from tui_nn.nn.operation import Call, Operation, Phase, StepContext
from tui_nn.nn.operations.mean import share_of
from tui_nn.nn.tensor import Array, Arrays, Tensor

SIGMOID = ACTIVATIONS["sigmoid"]


class OutputDelta(Struct, frozen=True):
    """δ = w·(p − y)/B: the output's slope and the logarithm's cancel to a plain difference.

    So they do for softmax under cross-entropy, and for sigmoids under binary cross-entropy
    (Nielsen 2015, equations 66 to 68 and chapter 3's problem on softmax). w is 1 unless classes
    have weights.
    """

    p: Tensor
    y: Tensor
    delta: Tensor
    weights: Tensor | None = None

    def bind(self, tensors: Arrays) -> Call:
        p, y, delta = (tensors[each.name] for each in (self.p, self.y, self.delta))
        average = _average(delta, tensors, self.weights)

        def call(context: StepContext) -> None:
            np.subtract(p, y, out=delta)
            average(context)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        shares = _shares(read, context, self.p, self.weights, index[0])
        p, y = element(read, self.p, *index), element(read, self.y, *index)
        before = "".join(f"{each.label}·" for each in shares)
        pattern = "{} × " * len(shares) + "({} − {})"
        value = math.prod(each.value for each in shares) * (p.value - y.value)
        formula = Term(f"{before}({p.label} − {y.label})", value, (*shares, p, y), pattern)
        return summed(stored, [formula], [formula])


class QuadraticDelta(Struct, frozen=True):
    """δ = w·(p − y)·p·(1 − p)/B: where a sigmoid is flat, its error hardly passes.

    Nielsen (2015), equation 30: BP1 for the quadratic cost. Cross-entropy has no such slope
    p·(1 − p): that is why it learns faster from outputs that are badly wrong.
    """

    z: Tensor
    p: Tensor
    y: Tensor
    slope: Tensor
    delta: Tensor
    weights: Tensor | None = None

    def bind(self, tensors: Arrays) -> Call:
        used = (self.z, self.p, self.y, self.slope, self.delta)
        z, p, y, slope, delta = (tensors[each.name] for each in used)
        average = _average(delta, tensors, self.weights)

        def call(context: StepContext) -> None:
            SIGMOID.slope(z, p, slope)
            np.subtract(p, y, out=delta)
            np.multiply(delta, slope, out=delta)
            average(context)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        if name == self.slope.name:
            pair = element(read, self.z, *index), element(read, self.p, *index)
            return slope_terms(SIGMOID, *pair, format_element(self.slope, index), stored)
        shares = _shares(read, context, self.p, self.weights, index[0])
        p, y = element(read, self.p, *index), element(read, self.y, *index)
        slope = element(read, self.slope, *index)
        before = "".join(f"{each.label}·" for each in shares)
        pattern = "{} × " * len(shares) + "({} − {}) × {}"
        label = f"{before}({p.label} − {y.label})·{slope.label}"
        value = math.prod(each.value for each in (*shares, slope)) * (p.value - y.value)
        formula = Term(label, value, (*shares, p, y, slope), pattern)
        return summed(stored, [formula], [formula])


def _average(delta: Array, tensors: Arrays, weights: Tensor | None) -> Call:
    """Return what divides a sum over samples by their number, and weighs each of them."""
    rows = np.array(len(delta), delta.dtype)
    column = tensors[weights.name][:, None] if weights else None

    def call(context: StepContext) -> None:
        np.divide(delta, context.samples or rows, out=delta)
        if column is not None:
            np.multiply(delta, column, out=delta)

    return call


def _shares(
    read: Arrays, context: StepContext, p: Tensor, weights: Tensor | None, row: int
) -> tuple[Factor, ...]:
    share = share_of(context, len(read[p.name]))
    return (share, element(read, weights, row)) if weights else (share,)


def output_delta(z: Tensor, p: Tensor, y: Tensor, weights: Tensor | None) -> Operation:
    """Return δ of the last layer, softmax or sigmoids, under its cross-entropy."""
    delta = derived.delta(z)
    scaled = f"{weights}·({p} − {y})/B" if weights else f"({p} − {y})/B"
    return Operation(
        phase=Phase.BACKWARD,
        layer=z.layer or 0,
        formula=f"{delta} = {scaled}",
        reads=(p, y, *filter(None, [weights])),
        writes=(delta,),
        kernel=OutputDelta(p, y, delta, weights),
        why="Prediction minus label: the error from which backpropagation starts.",
        torch=f"loss.backward()  # {z}.grad",
    )


def quadratic_delta(z: Tensor, p: Tensor, y: Tensor, weights: Tensor | None) -> Operation:
    """Return δ of sigmoid outputs under the quadratic cost."""
    delta, slope = derived.delta(z), derived.slope(z, SIGMOID.name)
    scaled = f"{weights}·({p} − {y})" if weights else f"({p} − {y})"
    return Operation(
        phase=Phase.BACKWARD,
        layer=z.layer or 0,
        formula=f"{delta} = {scaled} ⊙ {slope}/B",
        reads=(p, y, z, *filter(None, [weights])),
        writes=(delta, slope),
        kernel=QuadraticDelta(z, p, y, slope, delta, weights),
        why="Prediction minus label, times the sigmoid's derivative at z.",
        torch=f"loss.backward()  # {z}.grad",
    )
