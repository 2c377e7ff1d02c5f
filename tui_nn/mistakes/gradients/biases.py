"""Mistakes at the gradient of the biases."""

from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from tui_nn.mistakes.mistake import Group, Mistake, Operations, Rewrite, Words
from tui_nn.nn.explain import Factor, Index, Term, Terms, element, product, summed
from tui_nn.nn.layers.conv2d import MapGradient
from tui_nn.nn.layers.dense import BiasGradient
from tui_nn.nn.operation import Call, Operation, StepContext
from tui_nn.nn.operations.mean import samples_of
from tui_nn.nn.operations.penalty import l2_factor
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Arrays, Tensor


class WrongBiasGradient(Struct, frozen=True):
    """∇b = Σ δ, over too much, divided by what it is a sum over, or with a penalty.

    Attributes:
        delta: δ: [B, m] of a dense layer, [B, m, H, W] of a convolution.
        db: [m].
        before: The sum over the earlier chunks of the batch, or None without chunks.
        everything: Whether it is summed over the units, too.
        averaged: Whether the sum is divided by how many numbers it has.
        bias: b, where it is penalised, or None.
    """

    delta: Tensor
    db: Tensor
    before: Tensor | None = None
    everything: bool = False
    averaged: bool = False
    bias: Tensor | None = None

    def bind(self, tensors: Arrays) -> Call:
        """Return the arithmetic on these arrays."""
        delta, db = tensors[self.delta.name], tensors[self.db.name]
        before = tensors[self.before.name] if self.before else None
        bias = tensors[self.bias.name] if self.bias else None
        axes = tuple(axis for axis in range(delta.ndim) if axis != 1 or self.everything)

        def call(context: StepContext) -> None:
            db[...] = np.sum(delta, axis=axes)
            if self.averaged:
                np.divide(db, self._count(context, len(delta)), out=db)
            if before is not None:
                np.add(db, before, out=db)
            if bias is not None:
                np.add(db, context.rates.l2 * bias, out=db)

        return call

    def _count(self, context: StepContext, rows: int) -> int:
        """Return how many numbers the sum over the whole batch has."""
        units, *places = self.delta.shape
        each = int(np.prod(places)) * (units if self.everything else 1)
        return samples_of(context, rows) * each

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        """Split an element into the δ that it is the sum of."""
        delta = read[self.delta.name]
        count = self._count(context, len(delta))
        share = Factor("1/n", 1 / count, what=f"one of the {count} numbers that are averaged")
        one = Factor("1", 1.0, what="the input of a bias, which is always 1")
        own = delta if self.everything else delta[:, index[0] : index[0] + 1]
        parts = []
        for row, unit, *place in np.ndindex(own.shape):
            at = (row, unit if self.everything else index[0], *place)
            parts.append(product(share if self.averaged else one, element(read, self.delta, *at)))
        formula = f"{'mean' if self.averaged else 'Σ'} {self.delta}{self._over}"
        if self.before:
            parts.append(product(element(read, self.before, *index)))
            formula += " + the sum over the chunks before"
        if self.bias:
            bias = element(read, self.bias, *index)
            parts.append(product(l2_factor(context.rates), bias))
            formula += f" + λ₂·{bias.label}"
        return summed(stored, parts, [Term(formula, stored)])

    @property
    def _over(self) -> str:
        return " over batch and units" if self.everything else " over the batch"

    @property
    def formula(self) -> str:
        """The line of the listing."""
        before = f" + {self.before}" if self.before else ""
        penalty = f" + λ₂·{self.bias}" if self.bias else ""
        sign = "mean" if self.averaged else "Σ"
        return f"{self.db} = {sign} {self.delta}{self._over}{before}{penalty}"


def _loose(operation: Operation) -> WrongBiasGradient | None:
    """Return a bias' gradient as a kernel that can be changed; None of another operation."""
    kernel = operation.kernel
    if isinstance(kernel, BiasGradient | MapGradient):
        return WrongBiasGradient(kernel.delta, kernel.db, kernel.before)
    return kernel if isinstance(kernel, WrongBiasGradient) else None


def _changed(operation: Operation, kernel: WrongBiasGradient, why: str) -> Operations:
    reads = (kernel.delta, *filter(None, [kernel.before, kernel.bias]))
    how = ("mean" if kernel.averaged else "sum") + ("()" if kernel.everything else "(0)")
    made = replace(
        operation,
        formula=kernel.formula,
        reads=reads,
        kernel=kernel,
        why=why,
        torch=f"{kernel.db.name} = {kernel.delta.name}.{how}",
        mistaken=True,
    )
    return (made,)


def _with(why: str, **changes: Any) -> Rewrite:
    def rewrite(operation: Operation, program: Program) -> Operations | None:
        loose = _loose(operation)
        return None if loose is None else _changed(operation, replace(loose, **changes), why)

    return rewrite


def _penalised(operation: Operation, program: Program) -> Operations | None:
    loose = _loose(operation)
    if loose is None or not program.method.penalised:
        return None
    why = "The penalty for large weights is added to the bias gradient, too."
    return _changed(operation, replace(loose, bias=loose.db.of), why)


BIASES = (
    Mistake(
        "bias-gradient-over-everything",
        "the bias gradient is summed over the units, too: one number for all of them",
        Group.GRADIENTS,
        Words(
            wrong="db = dZ.sum()",
            right="db = dZ.sum(axis=0)",
            sees="All biases of a layer stay equal. At a softmax output the sum is exactly 0, so "
            "those do not move at all: every row of p − y adds up to 0. It trains, nearly as well.",
            find="Backprop, ∇b: every number of it is the same, and 0 at a softmax output.",
            source="rasbt/stat453-deep-learning-ss21#5",
            needs="it needs a layer with more than one unit",
        ),
        _with("The error summed over everything: one number for all units.", everything=True),
        refuses=lambda setting: max(setting.program.network.units[1:]) < 2,
    ),
    Mistake(
        "bias-gradient-averaged",
        "the bias gradient is averaged, where the 1/B is in δ already",
        Group.GRADIENTS,
        Words(
            wrong="db = dZ.mean(axis=0)",
            right="db = dZ.sum(axis=0)   # dZ = (P - Y) / m",
            sees="Weights learn, biases hardly move: by a fraction, one over the batch size, of "
            "what they should. It trains nearly as well, for weights can do most of the work.",
            find="A gradient check: every ∇W is right, every ∇b wrong by one factor, one over the "
            "batch size.",
            source="kvfrans/notes#5",
        ),
        _with("The error averaged over the batch: δ has been divided by B before.", averaged=True),
        refuses=lambda setting: setting.batch_size == 1,
    ),
    Mistake(
        "l2-on-biases",
        "the L2 penalty is on the biases, too",
        Group.GRADIENTS,
        Words(
            wrong="db = dZ.sum(axis=0) + lam * b",
            right="db = dZ.sum(axis=0)",
            sees="It trains, and biases stay nearer to 0. Where b is 0, as at the beginning, "
            "there is no difference at all.",
            find="A gradient check after some steps: every ∇W is right, and ∇b wrong by λ₂·b.",
            source="JWarmenhoven/Coursera-Machine-Learning#3",
            needs="it needs an L2 penalty: l2 above 0",
        ),
        _penalised,
        refuses=lambda setting: not setting.rates.l2,
    ),
)
