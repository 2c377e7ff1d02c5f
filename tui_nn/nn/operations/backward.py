"""Backward: how much each number moved the loss, by the chain rule, last layer first.

δ is ∂L/∂z. Formulas as in Nielsen, Neural Networks and Deep Learning (2015), chapter 2
(BP1 to BP4), here for a batch at a time, with the mean over the batch inside δ.
"""

from dataclasses import dataclass

import numpy as np

from tui_nn.nn.activations import Activation
from tui_nn.nn.explain import Factor, Index, Term, Terms, element, product, summed
from tui_nn.nn.operation import Operation, Phase, StepContext
from tui_nn.nn.symbols import symbol
from tui_nn.nn.tensors import Layout, Tensors


@dataclass(frozen=True)
class OutputDelta:
    """δ = (p − y)/B: softmax's slope and the logarithm's cancel to a plain difference."""

    p: str
    y: str
    delta: str

    def run(self, tensors: Tensors, context: StepContext) -> None:
        delta = tensors[self.delta]
        np.subtract(tensors[self.p], tensors[self.y], out=delta)
        np.divide(delta, len(delta), out=delta)

    def terms(
        self, read: Tensors, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        size = len(read[self.p])
        share = Factor("1/B", 1 / size, what=f"one of the {size} samples of the batch")
        p, y = element(read, self.p, *index), element(read, self.y, *index)
        formula = Term(f"1/B·({p.label} − {y.label})", stored, (share, p, y), "{} × ({} − {})")
        return summed(stored, [product(share, p), product(share, y, sign=-1)], [formula])


@dataclass(frozen=True)
class HiddenDelta:
    """δ = (δ⁺·W⁺ᵀ) ⊙ f'(z), where δ⁺ and W⁺ are the next layer's."""

    next_delta: str
    next_W: str
    z: str
    a: str
    slope: str
    delta: str
    activation: Activation

    def run(self, tensors: Tensors, context: StepContext) -> None:
        delta, slope = tensors[self.delta], tensors[self.slope]
        np.matmul(tensors[self.next_delta], tensors[self.next_W].T, out=delta)
        self.activation.slope(tensors[self.z], tensors[self.a], slope)
        np.multiply(delta, slope, out=delta)

    def terms(
        self, read: Tensors, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        row, neuron = index
        if name == self.slope:
            return self._slope_terms(read, index, stored)
        slope = element(read, self.slope, *index)
        behind = [
            (element(read, self.next_delta, row, k), element(read, self.next_W, neuron, k))
            for k in range(read[self.next_W].shape[1])
        ]
        parts = [product(delta, weight, slope) for delta, weight in behind]
        through = sum(delta.value * weight.value for delta, weight in behind)
        come = f"Σ {symbol(self.next_delta)}[{row},k]·{self.next_W}[{neuron},k]"
        back = Factor(come, through)
        steps = [Term(come, through), Term(f"({come})·{slope.label}", stored, (back, slope))]
        return summed(stored, parts, steps)

    def _slope_terms(self, read: Tensors, index: Index, stored: float) -> Terms:
        z, a = element(read, self.z, *index), element(read, self.a, *index)
        parts = self.activation.slope_terms(z, a)
        return summed(stored, parts, [Term(self.activation.slope_formula, stored)])


@dataclass(frozen=True)
class WeightGradient:
    """∇W = aᵀ·δ: every sample of the batch pushes the weight by its input times its δ."""

    a: str
    delta: str
    dW: str

    def run(self, tensors: Tensors, context: StepContext) -> None:
        np.matmul(tensors[self.a].T, tensors[self.delta], out=tensors[self.dW])

    def terms(
        self, read: Tensors, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        i, j = index
        rows = range(len(read[self.delta]))
        parts = [
            product(element(read, self.a, row, i), element(read, self.delta, row, j))
            for row in rows
        ]
        formula = f"Σ {self.a}[r,{i}]·{symbol(self.delta)}[r,{j}]"
        return summed(stored, parts, [Term(formula, stored)])


@dataclass(frozen=True)
class BiasGradient:
    """∇b = Σ δ over the batch's samples."""

    delta: str
    db: str

    def run(self, tensors: Tensors, context: StepContext) -> None:
        np.sum(tensors[self.delta], axis=0, out=tensors[self.db])

    def terms(
        self, read: Tensors, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        rows = range(len(read[self.delta]))
        one = Factor("1", 1.0, what="the input of a bias, which is always 1")
        parts = [product(one, element(read, self.delta, row, *index)) for row in rows]
        return summed(stored, parts, [Term(f"Σ 1·{symbol(self.delta)}[r,{index[0]}]", stored)])


@dataclass(frozen=True)
class InputGradient:
    """∂L/∂x = δ1·W1ᵀ: how the loss would move if a pixel did."""

    delta: str
    W: str
    dx: str

    def run(self, tensors: Tensors, context: StepContext) -> None:
        np.matmul(tensors[self.delta], tensors[self.W].T, out=tensors[self.dx])

    def terms(
        self, read: Tensors, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        row, pixel = index
        parts = [
            product(element(read, self.delta, row, k), element(read, self.W, pixel, k))
            for k in range(read[self.W].shape[1])
        ]
        formula = f"Σ {symbol(self.delta)}[{row},k]·{self.W}[{pixel},k]"
        return summed(stored, parts, [Term(formula, stored)])


def output_delta(layer: int, width: int) -> Operation:
    """Return δ of a softmax layer under cross-entropy."""
    delta = f"delta{layer}"
    return Operation(
        name=delta,
        phase=Phase.BACKWARD,
        layer=layer,
        formula=f"{symbol(delta)} = (p − y)/B",
        reads=("p", "y"),
        writes=(delta,),
        layouts={delta: Layout((width,))},
        kernel=OutputDelta("p", "y", delta),
        why="What was said minus what is true: the error that starts back through the network.",
        torch=f"loss.backward()  # z{layer}.grad",
    )


def hidden_delta(layer: int, width: int, activation: Activation) -> Operation:
    """Return δ of a hidden layer, from the next layer's."""
    delta, following, W = f"delta{layer}", f"delta{layer + 1}", f"W{layer + 1}"
    z, a, slope = f"z{layer}", f"a{layer}", f"slope{layer}"
    return Operation(
        name=delta,
        phase=Phase.BACKWARD,
        layer=layer,
        formula=f"{symbol(delta)} = ({symbol(following)}·{W}ᵀ) ⊙ {activation.name}'({z})",
        reads=(following, W, z, a),
        writes=(delta, slope),
        layouts={delta: Layout((width,)), slope: Layout((width,))},
        kernel=HiddenDelta(following, W, z, a, slope, delta, activation),
        why="The error comes back along the weights, and passes where the activation had a slope.",
        torch=f"loss.backward()  # {z}.grad",
    )


def weight_gradient(layer: int, fan_in: int, width: int) -> Operation:
    """Return ∇W of a layer."""
    a, delta, dW = f"a{layer - 1}", f"delta{layer}", f"dW{layer}"
    return Operation(
        name=dW,
        phase=Phase.BACKWARD,
        layer=layer,
        formula=f"{symbol(dW)} = {a}ᵀ·{symbol(delta)}",
        reads=(a, delta),
        writes=(dW,),
        layouts={dW: Layout((fan_in, width), batched=False)},
        kernel=WeightGradient(a, delta, dW),
        why="A weight is to blame by its input times the error behind it, over all the samples.",
        torch=f"loss.backward()  # W{layer}.grad",
    )


def bias_gradient(layer: int, width: int) -> Operation:
    """Return ∇b of a layer."""
    delta, db = f"delta{layer}", f"db{layer}"
    return Operation(
        name=db,
        phase=Phase.BACKWARD,
        layer=layer,
        formula=f"{symbol(db)} = Σ {symbol(delta)} over the batch",
        reads=(delta,),
        writes=(db,),
        layouts={db: Layout((width,), batched=False)},
        kernel=BiasGradient(delta, db),
        why="A bias is a weight whose input is always 1.",
        torch=f"loss.backward()  # b{layer}.grad",
    )


def input_gradient(pixels: int) -> Operation:
    """Return ∂L/∂x, which training does not need and a learner may want to see."""
    return Operation(
        name="dx",
        phase=Phase.BACKWARD,
        layer=1,
        formula="∂L/∂x = δ1·W1ᵀ",
        reads=("delta1", "W1"),
        writes=("dx",),
        layouts={"dx": Layout((pixels,))},
        kernel=InputGradient("delta1", "W1", "dx"),
        why="Which pixels would have to change for the loss to fall.",
        torch="loss.backward()  # x.grad",
    )
