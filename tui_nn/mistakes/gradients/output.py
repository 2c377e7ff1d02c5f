"""Mistakes at the output's δ, from which the whole backward pass begins."""

from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from tui_nn.mistakes.mistake import Group, Mistake, Operations, Rewrite, Words
from tui_nn.nn import derived
from tui_nn.nn.explain import Factor, Index, Term, Terms, element, format_element, summed
from tui_nn.nn.operation import Call, Operation, StepContext
from tui_nn.nn.operations.mean import share_of
from tui_nn.nn.operations.output_delta import OutputDelta, QuadraticDelta
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Arrays, Tensor


class WrongOutputDelta(Struct, frozen=True):
    """δ = w·(p − y) ⊙ p·(1 − p) ⊙ y, with what a mistake leaves out, adds or turns round.

    Attributes:
        p: The outputs, [B, m].
        y: The labels.
        delta: δ.
        weights: w of each sample, or None.
        divisions: How often it is divided by B.
        reversed: Whether it is y − p.
        slope: Where p·(1 − p) is written, if it is a factor; else None.
        true_only: Whether only the true class has an error.
    """

    p: Tensor
    y: Tensor
    delta: Tensor
    weights: Tensor | None = None
    divisions: int = 1
    reversed: bool = False
    slope: Tensor | None = None
    true_only: bool = False

    def bind(self, tensors: Arrays) -> Call:
        """Return the arithmetic on these arrays."""
        p, y, delta = (tensors[each.name] for each in (self.p, self.y, self.delta))
        slope = tensors[self.slope.name] if self.slope else None
        column = tensors[self.weights.name][:, None] if self.weights else None
        first, second = (y, p) if self.reversed else (p, y)

        def call(context: StepContext) -> None:
            np.subtract(first, second, out=delta)
            if slope is not None:
                np.subtract(1, p, out=slope)
                np.multiply(p, slope, out=slope)
                np.multiply(delta, slope, out=delta)
            if self.true_only:
                np.multiply(delta, y, out=delta)
            for _ in range(self.divisions):
                np.divide(delta, context.samples or len(delta), out=delta)
            if column is not None:
                np.multiply(delta, column, out=delta)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        """Split an element of δ, or of the slope, into its factors."""
        p, y = element(read, self.p, *index), element(read, self.y, *index)
        if self.slope and name == self.slope.name:
            value = p.value * (1 - p.value)
            formula = Term(f"{p.label}·(1 − {p.label})", value, (p, p), "{} × (1 − {})")
            return summed(stored, [formula], [formula])
        before = [share_of(context, len(read[self.p.name]))] * self.divisions
        if self.weights:
            before.append(element(read, self.weights, index[0]))
        after = [y] * self.true_only
        if self.slope:
            slope = p.value * (1 - p.value)
            after.append(Factor(format_element(self.slope, index), slope, self.slope.name, index))
        first, second = (y, p) if self.reversed else (p, y)
        value = first.value - second.value
        for factor in (*before, *after):
            value *= factor.value
        label = "·".join(
            (
                *(each.label for each in before),
                f"({first.label} − {second.label})",
                *(each.label for each in after),
            )
        )
        pattern = "{} × " * len(before) + "({} − {})" + " × {}" * len(after)
        formula = Term(label, value, (*before, first, second, *after), pattern)
        return summed(stored, [formula], [formula])

    @property
    def formula(self) -> str:
        """The line of the listing."""
        error = f"({self.y} − {self.p})" if self.reversed else f"({self.p} − {self.y})"
        error = f"{self.weights}·{error}" if self.weights else error
        factors = f" ⊙ {self.slope}" * bool(self.slope) + f" ⊙ {self.y}" * self.true_only
        return f"{self.delta} = {error}{factors}" + ("", "/B", "/B²")[self.divisions]


def _loose(operation: Operation) -> WrongOutputDelta | None:
    """Return an output's δ as a kernel whose factors can be changed; None of another operation."""
    kernel = operation.kernel
    if isinstance(kernel, OutputDelta):
        return WrongOutputDelta(kernel.p, kernel.y, kernel.delta, kernel.weights)
    if isinstance(kernel, QuadraticDelta):
        return WrongOutputDelta(
            kernel.p, kernel.y, kernel.delta, kernel.weights, slope=kernel.slope
        )
    return kernel if isinstance(kernel, WrongOutputDelta) else None


def _changed(operation: Operation, kernel: WrongOutputDelta, why: str) -> Operations:
    """Return an output's δ with another kernel."""
    changed = replace(
        operation,
        formula=kernel.formula,
        reads=(kernel.p, kernel.y, *filter(None, [kernel.weights])),
        writes=(kernel.delta, *filter(None, [kernel.slope])),
        kernel=kernel,
        why=why,
        torch=f"{kernel.delta.name} = {kernel.formula.partition(' = ')[2].replace('⊙', '*')}",
        mistaken=True,
    )
    return (changed,)


def _with(why: str, **changes: Any) -> Rewrite:
    """Return what changes some factors of the output's δ."""

    def rewrite(operation: Operation, program: Program) -> Operations | None:
        loose = _loose(operation)
        return None if loose is None else _changed(operation, replace(loose, **changes), why)

    return rewrite


def _without_slope(operation: Operation, program: Program) -> Operations | None:
    loose = _loose(operation)
    if loose is None or loose.slope is None:
        return None
    why = (
        "Prediction minus label: the slope of the sigmoid, which the quadratic cost has, is "
        "missing."
    )
    return _changed(operation, replace(loose, slope=None), why)


def _with_slope(operation: Operation, program: Program) -> Operations | None:
    loose = _loose(operation)
    if loose is None or loose.slope is not None or program.method.loss != "cross-entropy":
        return None
    assert loose.delta.of
    slope = replace(derived.slope(loose.delta.of, "p"), symbol="p·(1 − p)")
    why = "The cross-entropy's δ, p − y, has the output's slope in it already: here it is twice."
    return _changed(operation, replace(loose, slope=slope), why)


def _elementwise(operation: Operation, program: Program) -> Operations | None:
    loose = _loose(operation)
    if loose is None or program.method.output != "softmax":
        return None
    why = "−y/p × p(1 − p): softmax's slope as if each output came from its own logit alone."
    return _changed(operation, replace(loose, true_only=True), why)


OUTPUT = (
    Mistake(
        "not-divided-by-batch",
        "the error is not divided by the number of samples",
        Group.GRADIENTS,
        Words(
            wrong="dZ = P - Y",
            right="dZ = (P - Y) / len(X)",
            sees="Every gradient is as many times too long as a batch has samples, so every step "
            "is: the loss jumps and often overflows. With η divided by the batch size it trains "
            "as the right one does, until the batch size changes.",
            find="Backprop, the output's δ: it should be between −1/B and 1/B, and is between −1 "
            "and 1. A gradient check shows every array wrong by the same factor, the batch size.",
            source="jax-ml/jax#3113",
        ),
        _with("The error of each sample, not divided by how many there are.", divisions=0),
    ),
    Mistake(
        "divided-twice",
        "the gradients are divided by the number of samples twice",
        Group.GRADIENTS,
        Words(
            wrong="dZ = (P - Y) / m;  dW = A.T @ dZ / m",
            right="dZ = (P - Y) / m;  dW = A.T @ dZ",
            sees="Every step is as many times too short as a batch has samples: the loss hardly "
            "moves, and looks as if η were far too low.",
            find="Training: ‖ΔW‖/‖W‖ is near 10⁻⁵ where 10⁻³ is usual. A gradient check shows "
            "every array wrong by the same factor, one over the batch size.",
            source="community.deeplearning.ai 63071",
        ),
        _with("The error is divided by the number of samples, and then once more.", divisions=2),
    ),
    Mistake(
        "sign-reversed",
        "label minus prediction, and then W − η·∇W",
        Group.GRADIENTS,
        Words(
            wrong="dZ = (Y - P) / m",
            right="dZ = (P - Y) / m",
            sees="The loss climbs from the first step on: every step goes uphill, and what was "
            "right becomes wrong.",
            find="The loss along the step (`a`) rises to the right of 0. A gradient check shows "
            "every array with the other sign, at a relative error of exactly 1.",
            source="Rashid, Make Your Own Neural Network, writes label − output, and adds: with "
            "the usual W − η·∇W it is this",
        ),
        _with("Label minus prediction: the error with the other sign.", reversed=True),
    ),
    Mistake(
        "output-slope-missing",
        "the output's slope is missing under the quadratic cost",
        Group.GRADIENTS,
        Words(
            wrong="delta = (A - Y) / m",
            right="delta = (A - Y) * A * (1 - A) / m",
            sees="It trains, often faster: this is the gradient of the cross-entropy. But it is "
            "not that of the loss that is shown, and a gradient check fails everywhere.",
            find="Backprop, the output's δ: the listing has no sigmoid′ there. Every gradient "
            "behind it is wrong, by a factor that differs from output to output.",
            source="Bot-Academy/NeuralNetworkFromScratch#3",
            needs="it is for the quadratic cost: under cross-entropy the output's slope cancels "
            "out",
        ),
        _without_slope,
    ),
    Mistake(
        "output-slope-doubled",
        "the output's slope is multiplied in under cross-entropy, where it has cancelled out",
        Group.GRADIENTS,
        Words(
            wrong="dZ = (P - Y) * P * (1 - P) / m",
            right="dZ = (P - Y) / m",
            sees="The loss falls, but slowly, and slowest where it is most wrong: an output near "
            "0 that should be 1 has next to no error.",
            find="Forward, a sample that is sure and wrong; Backprop, its δ: near 0, where p − y "
            "is near 1 or −1.",
            source="Nielsen 2015, chapter 3, on why cross-entropy has no such slope",
            needs="it is for cross-entropy: under the quadratic cost the slope belongs there",
        ),
        _with_slope,
    ),
    Mistake(
        "softmax-slope-elementwise",
        "softmax's slope is taken element by element, as if it were a sigmoid's",
        Group.GRADIENTS,
        Words(
            wrong="dZ = -Y / P * P * (1 - P) / m",
            right="dZ = (P - Y) / m",
            sees="Only the true class is pushed up, and no other one is pushed down: all logits "
            "grow. The loss falls at first, then it climbs, and often overflows.",
            find="Backprop, the output's δ: a row of it should add up to 0, and has a single "
            "number.",
            source="SebLague/Neural-Network-Experiments#5",
            needs="it is for softmax outputs: each sigmoid does come from its own logit alone",
        ),
        _elementwise,
    ),
)
