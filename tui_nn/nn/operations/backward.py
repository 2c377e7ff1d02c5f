"""Backward: how much each number moved the loss, by the chain rule, last layer first.

δ is ∂L/∂z. Formulas as in Nielsen, Neural Networks and Deep Learning (2015), chapter 2
(BP1 to BP4), here for a batch at a time, with the mean over the batch inside δ.
"""

from dataclasses import dataclass

import numpy as np

from tui_nn.nn.activations import Activation
from tui_nn.nn.explain import Factor, Index, Term, Terms, element, product, summed
from tui_nn.nn.operation import Operation, Phase, StepContext
from tui_nn.nn.operations.penalty import (
    add_penalty_slope,
    penalty_scratch,
    penalty_slope_terms,
)
from tui_nn.nn.symbols import symbol
from tui_nn.nn.tensors import Layout, Tensors


@dataclass(frozen=True)
class HiddenDelta:
    """δ = (δ⁺·W⁺ᵀ) ⊙ f'(z), where δ⁺ and W⁺ are the next layer's.

    Under dropout also ⊙ mask: no error comes back to who was silent.
    """

    next_delta: str
    next_W: str
    z: str
    a: str
    slope: str
    delta: str
    activation: Activation
    mask: str | None = None

    def run(self, tensors: Tensors, context: StepContext) -> None:
        delta, slope = tensors[self.delta], tensors[self.slope]
        np.matmul(tensors[self.next_delta], tensors[self.next_W].T, out=delta)
        self.activation.slope(tensors[self.z], tensors[self.a], slope)
        np.multiply(delta, slope, out=delta)
        if self.mask:
            np.multiply(delta, tensors[self.mask], out=delta)

    def terms(
        self, read: Tensors, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        row, neuron = index
        if name == self.slope:
            return slope_terms(self.activation, read, self.z, self.a, index, stored)
        passing = [element(read, self.slope, *index)]
        if self.mask:
            passing.append(element(read, self.mask, *index))
        behind = [
            (element(read, self.next_delta, row, k), element(read, self.next_W, neuron, k))
            for k in range(read[self.next_W].shape[1])
        ]
        parts = [product(delta, weight, *passing) for delta, weight in behind]
        through = sum(delta.value * weight.value for delta, weight in behind)
        come = f"Σ {symbol(self.next_delta)}[{row},k]·{self.next_W}[{neuron},k]"
        back = Factor(come, through)
        labels = "·".join(each.label for each in passing)
        steps = [Term(come, through), Term(f"({come})·{labels}", stored, (back, *passing))]
        return summed(stored, parts, steps)


def slope_terms(
    activation: Activation, read: Tensors, z: str, a: str, index: Index, stored: float
) -> Terms:
    """Take f'(z) apart."""
    parts = activation.slope_terms(element(read, z, *index), element(read, a, *index))
    return summed(stored, parts, [Term(activation.slope_formula, stored)])


@dataclass(frozen=True)
class WeightGradient:
    """∇W = aᵀ·δ: every sample of the batch pushes the weight by its input times its δ.

    Attributes:
        a: The layer's inputs, [B, n].
        delta: Its δ, [B, m].
        dW: [n, m].
        before: What the chunks of the batch before this one came to, or None without chunks.
        W: The weights, where large ones cost something, or None.
        scratch: A buffer of their shape, to work out what they cost.
    """

    a: str
    delta: str
    dW: str
    before: str | None = None
    W: str | None = None
    scratch: str = ""

    def run(self, tensors: Tensors, context: StepContext) -> None:
        dW = tensors[self.dW]
        np.matmul(tensors[self.a].T, tensors[self.delta], out=dW)
        if self.before:
            np.add(dW, tensors[self.before], out=dW)
        if self.W:
            add_penalty_slope(dW, tensors[self.W], tensors[self.scratch], context.rates)

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
        if self.before:
            parts.append(product(element(read, self.before, i, j)))
            formula += " + what the chunks before came to"
        if self.W:
            weight = element(read, self.W, i, j)
            parts += penalty_slope_terms(weight, context.rates)
            formula += f" + λ₂·{weight.label} + λ₁·sign({weight.label})"
        return summed(stored, parts, [Term(formula, stored)])


@dataclass(frozen=True)
class BiasGradient:
    """∇b = Σ δ over the batch's samples."""

    delta: str
    db: str
    before: str | None = None

    def run(self, tensors: Tensors, context: StepContext) -> None:
        db = tensors[self.db]
        np.add.reduce(tensors[self.delta], axis=0, out=db)
        if self.before:
            np.add(db, tensors[self.before], out=db)

    def terms(
        self, read: Tensors, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        rows = range(len(read[self.delta]))
        one = Factor("1", 1.0, what="the input of a bias, which is always 1")
        parts = [product(one, element(read, self.delta, row, *index)) for row in rows]
        formula = f"Σ 1·{symbol(self.delta)}[r,{index[0]}]"
        if self.before:
            parts.append(product(element(read, self.before, *index)))
            formula += " + what the chunks before came to"
        return summed(stored, parts, [Term(formula, stored)])


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


def hidden_delta(layer: int, width: int, activation: Activation, dropped: bool) -> Operation:
    """Return δ of a hidden layer, from the next layer's."""
    delta, following, W = f"delta{layer}", f"delta{layer + 1}", f"W{layer + 1}"
    z, a, slope = f"z{layer}", f"a{layer}", f"slope{layer}"
    mask = f"mask{layer}" if dropped else None
    through = f"{activation.name}'({z})" + (f" ⊙ {mask}" if mask else "")
    return Operation(
        name=delta,
        phase=Phase.BACKWARD,
        layer=layer,
        formula=f"{symbol(delta)} = ({symbol(following)}·{W}ᵀ) ⊙ {through}",
        reads=(following, W, z, a, *filter(None, [mask])),
        writes=(delta, slope),
        layouts={delta: Layout((width,)), slope: Layout((width,))},
        kernel=HiddenDelta(following, W, z, a, slope, delta, activation, mask),
        why="The error comes back along the weights, and passes where the activation had a slope.",
        torch=f"loss.backward()  # {z}.grad",
    )


def weight_gradient(
    layer: int, shape: tuple[int, ...], *, a: str, chunked: bool, penalised: bool
) -> Operation:
    """Return ∇W of a layer.

    Args:
        layer: From 1.
        shape: The weights': inputs, neurons.
        a: What the layer reads.
        chunked: Whether a batch is worked through in several chunks.
        penalised: Whether large weights cost something.
    """
    delta, dW, W = f"delta{layer}", f"dW{layer}", f"W{layer}"
    before, scratch = f"sumW{layer}", penalty_scratch(layer)
    whole = Layout(shape, batched=False)
    reads = (a, delta) + chunked * (before,) + penalised * (W,)
    return Operation(
        name=dW,
        phase=Phase.BACKWARD,
        layer=layer,
        formula=f"{symbol(dW)} = {a}ᵀ·{symbol(delta)}"
        + (f" + {symbol(before)}" if chunked else "")
        + (f" + λ₂·{W} + λ₁·sign({W})" if penalised else ""),
        reads=reads,
        writes=(dW,),
        layouts={dW: whole}
        | ({before: whole} if chunked else {})
        | ({scratch: whole} if penalised else {}),
        kernel=WeightGradient(
            a, delta, dW, before if chunked else None, W if penalised else None, scratch
        ),
        why="A weight is to blame by its input times the error behind it, over all the samples.",
        torch=f"loss.backward()  # W{layer}.grad",
    )


def bias_gradient(layer: int, width: int, *, chunked: bool) -> Operation:
    """Return ∇b of a layer; with ``chunked`` a batch is worked through in several chunks."""
    delta, db, before = f"delta{layer}", f"db{layer}", f"sumb{layer}"
    whole = Layout((width,), batched=False)
    return Operation(
        name=db,
        phase=Phase.BACKWARD,
        layer=layer,
        formula=f"{symbol(db)} = Σ {symbol(delta)} over the batch"
        + (f" + {symbol(before)}" if chunked else ""),
        reads=(delta,) + chunked * (before,),
        writes=(db,),
        layouts={db: whole} | ({before: whole} if chunked else {}),
        kernel=BiasGradient(delta, db, before if chunked else None),
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
