"""Mistakes at a hidden layer's δ: in its activation's slope, or in what that is multiplied by."""

from collections.abc import Callable
from enum import Enum

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from tui_nn.mistakes.mistake import Group, Mistake, Operations, Rewrite, Words
from tui_nn.nn.activations import ACTIVATIONS, Activation
from tui_nn.nn.explain import Factor, Index, Term, Terms, element, format_element, product, summed
from tui_nn.nn.layers.activation import HiddenDelta
from tui_nn.nn.operation import Call, Operation, StepContext
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Arrays, Tensor


class Slope(Enum):
    """What stands where f′(z) should."""

    RIGHT = "f′(z)"
    MISSING = "nothing"
    AT_ACTIVATION = "f′(a)"
    FORMULA_AT_Z = "f′(z) by the formula for a"
    ONE = "a ≥ 0"


class WrongHiddenDelta(Struct, frozen=True):
    """δ = ∂L/∂a ⊙ slope ⊙ mask, with another slope, without the mask, or without ∂L/∂a.

    Attributes:
        error: ∂L/∂a.
        z: The layer's z.
        a: Its activations.
        slope: Where the slope is written.
        delta: δ.
        activation: Whose slope.
        mask: Of dropout, or None.
        kind: What stands in the slope's place.
        overwrites: Whether the slope is written over ∂L/∂a.
    """

    error: Tensor
    z: Tensor
    a: Tensor
    slope: Tensor
    delta: Tensor
    activation: Activation
    mask: Tensor | None = None
    kind: Slope = Slope.RIGHT
    overwrites: bool = False

    def bind(self, tensors: Arrays) -> Call:
        """Return the arithmetic on these arrays."""
        error, delta = tensors[self.error.name], tensors[self.delta.name]
        find_slope = self._slope(tensors)
        slope = None if find_slope is None else tensors[self.slope.name]
        mask = tensors[self.mask.name] if self.mask else None

        def call(_: StepContext) -> None:
            if not self.overwrites:
                np.copyto(delta, error)
            if find_slope is not None and slope is not None:
                find_slope()
                np.multiply(1 if self.overwrites else delta, slope, out=delta)
            if mask is not None:
                np.multiply(delta, mask, out=delta)

        return call

    def _slope(self, tensors: Arrays) -> Callable[[], object] | None:
        """Return what writes the slope."""
        if self.kind is Slope.MISSING:
            return None
        z, a, slope = (tensors[each.name] for each in (self.z, self.a, self.slope))
        function = self.activation.slope
        if self.kind is Slope.FORMULA_AT_Z:
            return lambda: function(z, z, slope)
        if self.kind is Slope.ONE:
            return lambda: np.greater_equal(a, 0, out=slope)
        at = a if self.kind is Slope.AT_ACTIVATION else z
        value = np.empty_like(at)

        def of_function() -> None:
            self.activation.function(at, value)
            function(at, value, slope)

        return of_function

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        """Split an element of δ, or of the slope, into its factors."""
        if name == self.slope.name:
            return self._slope_terms(read, index, stored)
        factors = [] if self.overwrites else [element(read, self.error, *index)]
        if self.kind is not Slope.MISSING:
            factors.append(element(read, self.slope, *index))
        if self.mask:
            factors.append(element(read, self.mask, *index))
        whole = product(*factors)
        return summed(stored, [whole], [whole])

    def _slope_terms(self, read: Arrays, index: Index, stored: float) -> Terms:
        label = format_element(self.slope, index)
        z, a = element(read, self.z, *index), element(read, self.a, *index)
        if self.kind is Slope.ONE:
            formula = Term(f"[{a.label} ≥ 0]", float(a.value >= 0), (a,), "[{} ≥ 0]")
            return summed(stored, [formula], [formula])
        if self.kind is Slope.FORMULA_AT_Z:
            steps = self.activation.slope_working(z, z, label)
        else:
            at = a if self.kind is Slope.AT_ACTIVATION else z
            called = f"{self.activation.name}({at.label})"
            *_, last = self.activation.working(at, called)
            steps = self.activation.slope_working(at, Factor(called, last.value), label)
        return summed(stored, [next(step for step in steps if step.factors)], steps)

    @property
    def formula(self) -> str:
        """The line of the listing."""
        factors: list[Tensor] = [] if self.overwrites else [self.error]
        factors += [] if self.kind is Slope.MISSING else [self.slope]
        factors += [self.mask] if self.mask else []
        return f"{self.delta} = {' ⊙ '.join(map(str, factors))}"


def loosened(operation: Operation) -> WrongHiddenDelta | None:
    """Return a hidden δ as a kernel that can be changed; None of another operation."""
    kernel = operation.kernel
    if isinstance(kernel, HiddenDelta):
        return WrongHiddenDelta(
            kernel.error,
            kernel.z,
            kernel.a,
            kernel.slope,
            kernel.delta,
            kernel.activation,
            kernel.mask,
        )
    return kernel if isinstance(kernel, WrongHiddenDelta) else None


def changed(operation: Operation, kernel: WrongHiddenDelta, why: str) -> Operations:
    """Return a hidden δ with another kernel."""
    # What is read to explain the slope: all of it, as the right operation has it.
    seen = () if kernel.kind is Slope.MISSING else (kernel.z, kernel.a)
    made = replace(
        operation,
        formula=kernel.formula,
        reads=(
            *([] if kernel.overwrites else [kernel.error]),
            *seen,
            *filter(None, [kernel.mask]),
        ),
        writes=(kernel.delta, *([] if kernel.kind is Slope.MISSING else [kernel.slope])),
        kernel=kernel,
        why=why,
        torch=kernel.formula.replace("⊙", "*"),
        mistaken=True,
    )
    return (made,)


def _symbol(kernel: WrongHiddenDelta, kind: Slope) -> str:
    """Return what formulas call the slope."""
    if kind is Slope.AT_ACTIVATION:
        return f"{kernel.activation.name}′({kernel.a})"
    if kind is Slope.ONE:
        return f"[{kernel.a} ≥ 0]"
    return kernel.activation.slope_formula.replace("a", str(kernel.z)).join("()")


def _sloped(kind: Slope, names: tuple[str, ...], why: str) -> Rewrite:
    """Return what puts something else in the place of some activations' slopes."""

    def rewrite(operation: Operation, program: Program) -> Operations | None:
        loose = loosened(operation)
        if loose is None or loose.activation.name not in names or loose.kind is not Slope.RIGHT:
            return None
        slope = loose.slope
        if kind is not Slope.MISSING:
            slope = replace(slope, symbol=_symbol(loose, kind), aliases=())
        return changed(operation, replace(loose, kind=kind, slope=slope), why)

    return rewrite


def _overwritten(operation: Operation, program: Program) -> Operations | None:
    loose = loosened(operation)
    if loose is None or loose.activation.name != "relu" or loose.kind is Slope.MISSING:
        return None
    why = "1 or 0, whatever the error was: the slope was written over what came from above."
    return changed(operation, replace(loose, overwrites=True), why)


def _unmasked(operation: Operation, program: Program) -> Operations | None:
    loose = loosened(operation)
    if loose is None or loose.mask is None:
        return None
    why = "The chain rule without dropout's mask: units that were dropped get an error, too."
    return changed(operation, replace(loose, mask=None), why)


def other_function(program: Program, layer: int) -> Activation | None:
    """Return the function of the layer after a hidden one, if it is another one; else None."""
    own = program.network.activation(layer).name
    if layer + 1 < program.network.depth:
        name = program.network.activation(layer + 1).name
    else:
        name = "sigmoid" if program.method.output == "sigmoid" else own
    return ACTIVATIONS[name] if name != own else None


def of_other_function(operation: Operation, program: Program) -> Operations | None:
    """Put the slope of the next layer's function in the place of a hidden layer's own."""
    loose = loosened(operation)
    if loose is None or loose.kind is not Slope.RIGHT:
        return None
    other = other_function(program, loose.z.layer or 0)
    return None if other is None else with_function(operation, other.name)


def with_function(operation: Operation, name: str) -> Operations:
    """Return a hidden δ with the slope of another function."""
    loose, other = loosened(operation), ACTIVATIONS[name]
    assert loose
    slope = replace(loose.slope, symbol=f"{name}′({loose.z})", aliases=())
    why = "The chain rule with the slope of the function of another layer."
    return changed(operation, replace(loose, activation=other, slope=slope), why)


SLOPES = (
    Mistake(
        "activation-slope-missing",
        "a hidden layer's δ without the slope of its activation",
        Group.GRADIENTS,
        Words(
            wrong="dZ1 = dZ2 @ W2.T",
            right="dZ1 = (dZ2 @ W2.T) * f_slope(Z1)",
            sees="The last layer learns as it should, those before it are pushed by units that "
            "were off, too: the loss falls, and ends higher.",
            find="Backprop: ∇ of the last layer is right, of all before it wrong. In the listing "
            "δ1 is ∂L/∂a1 alone; it should be 0 where relu is off.",
            source="community.deeplearning.ai 71024: dW2 and db2 right, dW1 not",
            needs="it needs a hidden layer whose activation has a slope other than 1",
        ),
        _sloped(
            Slope.MISSING,
            ("relu", "tanh", "sigmoid"),
            "The error as it comes from above: the activation's slope is missing.",
        ),
    ),
    Mistake(
        "slope-at-activation",
        "the slope is taken at a, where z belongs",
        Group.GRADIENTS,
        Words(
            wrong="dZ1 = dA1 * f_slope(A1)",
            right="dZ1 = dA1 * f_slope(Z1)",
            sees="It trains, and somewhat worse: σ′(a) is between 0.20 and 0.25 whatever the unit "
            "says, so that units that are saturated go on being pushed.",
            find="Backprop, the slope of a hidden layer: open (`enter`) one of a unit with |z| "
            "above 4. It should be near 0.",
            source="BoltzmannEntropy/interviews.ai#15",
            needs="it needs a hidden layer of sigmoid or tanh: relu's slope is the same at a and "
            "at z",
        ),
        _sloped(
            Slope.AT_ACTIVATION,
            ("tanh", "sigmoid"),
            "The chain rule with the slope at a: the function is gone through twice.",
        ),
    ),
    Mistake(
        "slope-formula-at-z",
        "the formula for the slope by a, a(1 − a), is given z",
        Group.GRADIENTS,
        Words(
            wrong="dZ1 = dA1 * Z1 * (1 - Z1)",
            right="dZ1 = dA1 * A1 * (1 - A1)",
            sees="Slopes are large and mostly negative, where they should be between 0 and 1: the "
            "layers before the last are pushed the wrong way, and harder the larger z is.",
            find="Backprop, the slope of a hidden layer: negative numbers, which sigmoid and tanh "
            "never have.",
            source="BoltzmannEntropy/interviews.ai#15",
            needs="it needs a hidden layer of sigmoid or tanh: relu's slope is the same at a and "
            "at z",
        ),
        _sloped(
            Slope.FORMULA_AT_Z,
            ("tanh", "sigmoid"),
            "The slope by the formula for a, which is given z.",
        ),
    ),
    Mistake(
        "relu-slope-always-one",
        "relu's slope is asked of its output with ≥ 0, which it always is",
        Group.GRADIENTS,
        Words(
            wrong="dZ1 = dA1 * (A1 >= 0)",
            right="dZ1 = dA1 * (Z1 > 0)",
            sees="As without any slope: units that were off are pushed, too. The loss falls, and "
            "ends higher.",
            find="Backprop, relu's slope: all 1. About half of it should be 0 at the beginning.",
            source="iamtrask/Grokking-Deep-Learning#9 and #56",
            needs="it needs a hidden layer of relu",
        ),
        _sloped(
            Slope.ONE,
            ("relu",),
            "The slope asked of the output: max(0, z) is never below 0, so it is always 1.",
        ),
    ),
    Mistake(
        "relu-overwrites-gradient",
        "relu's backward pass writes its slope over the error that came from above",
        Group.GRADIENTS,
        Words(
            wrong="dZ1 = (Z1 > 0).astype(float)",
            right="dZ1 = dA1 * (Z1 > 0)",
            sees="All hidden units are pushed down alike, sample by sample, whatever the error "
            "was: they die, and the loss stays near that of guessing.",
            find="Backprop, δ of a relu layer: nothing but 0 and 1, and not divided by the batch.",
            source="haifengl/smile#528",
            needs="it needs a hidden layer of relu",
        ),
        _overwritten,
    ),
    Mistake(
        "dropout-mask-missing-backward",
        "the mask of dropout is left out on the way back",
        Group.GRADIENTS,
        Words(
            wrong="dA1 = dZ2 @ W2.T",
            right="dA1 = (dZ2 @ W2.T) * mask1",
            sees="It trains, and more restlessly: weights into units that were dropped, and so "
            "had no part in the loss, move all the same.",
            find="Backprop: a column of ∇W of a unit that was dropped for every sample of the "
            "batch should be 0. The listing's δ has no mask.",
            source="ddbourgin/numpy-ml#94",
            needs="it needs a hidden layer with dropout",
        ),
        _unmasked,
    ),
)
