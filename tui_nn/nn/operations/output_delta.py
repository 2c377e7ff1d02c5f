"""Where the error starts: δ = ∂L/∂z of the last layer, for each pair of output and loss."""

from dataclasses import dataclass

import numpy as np

from tui_nn.nn.activations import ACTIVATIONS
from tui_nn.nn.explain import Factor, Index, Term, Terms, element, product, summed
from tui_nn.nn.operation import Operation, Phase, StepContext
from tui_nn.nn.operations.backward import slope_terms
from tui_nn.nn.operations.mean import samples_of, share_of
from tui_nn.nn.symbols import symbol
from tui_nn.nn.tensors import Array, Layout, Tensors

SIGMOID = ACTIVATIONS["sigmoid"]


@dataclass(frozen=True)
class OutputDelta:
    """δ = w·(p − y)/B: the output's slope and the logarithm's cancel to a plain difference.

    So they do for softmax under cross-entropy, and for sigmoids under binary cross-entropy
    (Nielsen 2015, equations 66 to 68 and chapter 3's problem on softmax). w is 1 unless classes
    have weights.
    """

    p: str
    y: str
    delta: str
    weights: str | None = None

    def run(self, tensors: Tensors, context: StepContext) -> None:
        delta = tensors[self.delta]
        np.subtract(tensors[self.p], tensors[self.y], out=delta)
        _average(delta, tensors, context, self.weights)

    def terms(
        self, read: Tensors, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        shares = _shares(read, context, self.p, self.weights, index[0])
        p, y = element(read, self.p, *index), element(read, self.y, *index)
        before = "".join(f"{each.label}·" for each in shares)
        pattern = "{} × " * len(shares) + "({} − {})"
        formula = Term(f"{before}({p.label} − {y.label})", stored, (*shares, p, y), pattern)
        return summed(stored, [product(*shares, p), product(*shares, y, sign=-1)], [formula])


@dataclass(frozen=True)
class QuadraticDelta:
    """δ = w·(p − y)·p·(1 − p)/B: where a sigmoid is flat, its error hardly comes through.

    Nielsen (2015), equation 30: BP1 for the quadratic cost. The slope p·(1 − p) is what
    cross-entropy does without, and why it learns faster from what is badly wrong.
    """

    z: str
    p: str
    y: str
    slope: str
    delta: str
    weights: str | None = None

    def run(self, tensors: Tensors, context: StepContext) -> None:
        delta, slope = tensors[self.delta], tensors[self.slope]
        SIGMOID.slope(tensors[self.z], tensors[self.p], slope)
        np.subtract(tensors[self.p], tensors[self.y], out=delta)
        np.multiply(delta, slope, out=delta)
        _average(delta, tensors, context, self.weights)

    def terms(
        self, read: Tensors, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        if name == self.slope:
            return slope_terms(SIGMOID, read, self.z, self.p, index, stored)
        shares = _shares(read, context, self.p, self.weights, index[0])
        p, y = element(read, self.p, *index), element(read, self.y, *index)
        slope = element(read, self.slope, *index)
        before = "".join(f"{each.label}·" for each in shares)
        pattern = "{} × " * len(shares) + "({} − {}) × {}"
        label = f"{before}({p.label} − {y.label})·{slope.label}"
        formula = Term(label, stored, (*shares, p, y, slope), pattern)
        parts = [product(*shares, p, slope), product(*shares, y, slope, sign=-1)]
        return summed(stored, parts, [formula])


def _average(delta: Array, tensors: Tensors, context: StepContext, weights: str | None) -> None:
    np.divide(delta, samples_of(context, len(delta)), out=delta)
    if weights:
        np.multiply(delta, tensors[weights][:, None], out=delta)


def _shares(
    read: Tensors, context: StepContext, p: str, weights: str | None, row: int
) -> tuple[Factor, ...]:
    share = share_of(context, len(read[p]))
    return (share, element(read, weights, row)) if weights else (share,)


def output_delta(layer: int, width: int, weights: str | None) -> Operation:
    """Return δ of the last layer, softmax or sigmoids, under its cross-entropy."""
    delta = f"delta{layer}"
    scaled = f"{weights}·(p − y)/B" if weights else "(p − y)/B"
    return Operation(
        name=delta,
        phase=Phase.BACKWARD,
        layer=layer,
        formula=f"{symbol(delta)} = {scaled}",
        reads=("p", "y", *filter(None, [weights])),
        writes=(delta,),
        layouts={delta: Layout((width,))},
        kernel=OutputDelta("p", "y", delta, weights),
        why="What was said minus what is true: the error that starts back through the network.",
        torch=f"loss.backward()  # z{layer}.grad",
    )


def quadratic_delta(layer: int, width: int, weights: str | None) -> Operation:
    """Return δ of sigmoid outputs under the quadratic cost."""
    delta, slope, z = f"delta{layer}", f"slope{layer}", f"z{layer}"
    scaled = f"{weights}·(p − y)" if weights else "(p − y)"
    return Operation(
        name=delta,
        phase=Phase.BACKWARD,
        layer=layer,
        formula=f"{symbol(delta)} = {scaled} ⊙ sigmoid'({z})/B",
        reads=("p", "y", z, *filter(None, [weights])),
        writes=(delta, slope),
        layouts={delta: Layout((width,)), slope: Layout((width,))},
        kernel=QuadraticDelta(z, "p", "y", slope, delta, weights),
        why="What was said minus what is true, as far as the sigmoid's slope lets it through.",
        torch=f"loss.backward()  # {z}.grad",
    )
