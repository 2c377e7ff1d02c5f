"""Mistakes in the update of the parameters."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from tui_nn.mistakes.mistake import Group, Mistake, Operations, Words
from tui_nn.mistakes.rewording import RecontextedUpdate
from tui_nn.nn.explain import Factor, Index, Term, Terms, element, product, summed
from tui_nn.nn.operation import Call, Operation, Phase, StepContext
from tui_nn.nn.operations.adaptive import RISE, Adam
from tui_nn.nn.operations.update import Block, Momentum, Numbers, Part, Update, Working, eta
from tui_nn.nn.optimizers import update
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Array, Arrays, Parameter, Role, Tensor


def _uphill(context: StepContext) -> StepContext:
    return replace(context, learning_rate=-context.learning_rate)


def _updated_uphill(operation: Operation, program: Program) -> Operations | None:
    kernel = operation.kernel
    if not isinstance(kernel, Update):
        return None
    made = replace(
        operation,
        formula=operation.formula.replace("− η", "+ η"),
        kernel=RecontextedUpdate(kernel, _uphill, "η", "(−η)"),
        why="The gradient points uphill: W + η·∇W follows it.",
        torch=f"{kernel.parameter} += lr * {kernel.parameter}.grad",
        mistaken=True,
    )
    return (made,)


class BackwardMomentum(Momentum, frozen=True):
    """v ← μ·v + ∇W, W ← W − η·(∇W − μ·v): the velocity is added, and it points uphill."""

    def _directing(self, block: Block) -> tuple[Part, Array]:
        _, gradient, buffer, (velocity,) = block

        def find(numbers: Numbers) -> None:
            np.multiply(velocity, numbers[1], out=buffer)
            np.subtract(gradient, buffer, out=buffer)

        return find, buffer

    def _working(self, read: Arrays, context: StepContext, index: Index) -> Working:
        kept, pushed = self._slot(self.slots[0], read, context, index)
        both = (*kept.factors, *pushed.factors)
        label = f"{self.slots[0]} = {kept.label} + {pushed.label}"
        steps = [Term(label, kept.value + pushed.value, both, "{} × {} + {}")]
        rate, mu = eta(context), kept.factors[0]
        turned = [product(rate, mu, *each.factors, sign=-1) for each in (kept, pushed)]
        return Working([product(rate, *pushed.factors), *turned], steps)


def _momentum_turned(operation: Operation, program: Program) -> Operations | None:
    kernel = operation.kernel
    if not isinstance(kernel, Momentum):
        return None
    W, v, g = kernel.parameter, kernel.slots[0], kernel.gradient
    made = replace(
        operation,
        formula=f"{W} ← {W} + η·μ·{v} − η·{g}, {v} = μ·{v} + {g}",
        kernel=BackwardMomentum(W, g, kernel.change, kernel.slots),
        why="The velocity gathers gradients, which point uphill, and is added to the weights.",
        torch=f"{W} += lr * mu * {v} - lr * {W}.grad",
        mistaken=True,
    )
    return (made,)


class MultipliedAdam(Adam, frozen=True):
    """m̂ = m·(1 − β₁ᵗ) and v̂ = v·(1 − β₂ᵗ): multiplied by what they should be divided by."""

    def _risen(self, context: StepContext) -> tuple[float, float]:
        one, other = super()._risen(context)
        return 1 / one, 1 / other

    def _working(self, read: Arrays, context: StepContext, index: Index) -> Working:
        working = super()._working(read, context, index)
        return Working(_multiplied(working.parts), _multiplied(working.steps))


def _multiplied(terms: Sequence[Term]) -> list[Term]:
    """Return terms that say by what they multiply."""
    return [_said(term) for term in terms]


def _said(term: Term) -> Term:
    factors = tuple(_factor(each) for each in term.factors)
    label = term.label.replace("1/(1 − β₁ᵗ)", "(1 − β₁ᵗ)")
    return replace(term, label=label.replace("/(1 − β", "/1/(1 − β"), factors=factors)


def _factor(factor: Factor) -> Factor:
    if factor.what != RISE:
        return factor
    label = factor.label
    return replace(factor, label=label[2:] if label.startswith("1/") else f"1/{label}")


def _adam_multiplied(operation: Operation, program: Program) -> Operations | None:
    kernel = operation.kernel
    if not isinstance(kernel, Adam):
        return None
    made = replace(
        operation,
        formula=f"{operation.formula}, m̂ = m·(1 − β₁ᵗ), v̂ = v·(1 − β₂ᵗ)",
        kernel=MultipliedAdam(
            kernel.parameter, kernel.gradient, kernel.change, kernel.slots, kernel.decoupled
        ),
        why="The correction for the start at 0 is multiplied by: it makes early steps far too "
        "long.",
        mistaken=True,
    )
    return (made,)


def _without_bias(operation: Operation, program: Program) -> Operations | None:
    is_bias = operation.phase is Phase.UPDATE and operation.result.role is Role.BIAS
    return () if is_bias else None


class Accumulate(Struct, frozen=True):
    """Σ∇W = G + ∇W, which is G of the next step.

    Attributes:
        gradient: ∇W of this step.
        kept: G, the sum of those of all steps before.
        total: Σ∇W.
    """

    gradient: Tensor
    kept: Tensor
    total: Tensor

    def bind(self, tensors: Arrays) -> Call:
        """Return the arithmetic on these arrays."""
        used = (self.gradient, self.kept, self.total)
        gradient, kept, total = (tensors[each.name] for each in used)

        def call(_: StepContext) -> None:
            np.add(kept, gradient, out=total)
            np.copyto(kept, total)

        return call

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        """Split an element into what it was and what is added."""
        parts = [product(element(read, each, *index)) for each in (self.kept, self.gradient)]
        return summed(stored, parts, [Term(" + ".join(each.label for each in parts), stored)])


def _accumulated(operation: Operation, program: Program) -> Operations | None:
    parameter = operation.result
    if operation.phase is not Phase.UPDATE or not isinstance(parameter, Parameter):
        return None
    gradient = program.gradient_of(parameter.name)
    title = "the sum of its gradients since the first step, as none was set to 0"
    kept = parameter.like(f"G{parameter.name}", Role.SLOT, f"G{parameter}", title=title)
    total = parameter.like(f"total{parameter.name}", Role.STAND_IN, f"Σ{gradient}", title=title)
    adding = Operation(
        phase=Phase.UPDATE,
        layer=operation.layer,
        formula=f"{total} = {kept} + {gradient}",
        reads=(kept, gradient),
        writes=(total, kept),
        kernel=Accumulate(gradient, kept, total),
        why="The gradient is added to those of all steps before, as nothing sets them to 0.",
        torch=f"loss.backward()  # without optimizer.zero_grad(): {parameter}.grad += …",
        mistaken=True,
    )
    return adding, update(program.optimizer, parameter, total)


UPDATES = (
    Mistake(
        "gradients-accumulate",
        "gradients are never set to 0: each step adds to the sum of all before",
        Group.TRAINING,
        Words(
            wrong="dW += A.T @ dZ   # every batch",
            right="dW = A.T @ dZ    # or optimizer.zero_grad() before",
            sees="It begins well, and then steps get longer and longer, as with a momentum of 1: "
            "the loss falls, shoots over, swings, and often overflows.",
            find="Training: ‖∇W‖ is as usual, and ‖ΔW‖/‖W‖ rises without end. The update reads "
            "Σ∇W, not ∇W.",
            source="PyTorch's own tutorials: gradients add up unless zero_grad is called",
            needs="it is not offered with gradient clipping, which is told the gradient of a step",
        ),
        _accumulated,
        refuses=lambda setting: setting.program.method.clipped,
    ),
    Mistake(
        "bias-never-updated",
        "biases are never updated",
        Group.TRAINING,
        Words(
            wrong="W -= eta * dW",
            right="W -= eta * dW;  b -= eta * db",
            sees="Only the biases stand still: all are 0 to the end. It trains nearly as well, "
            "for the weights can do most of the work.",
            find="Forward: b is 0 of every neuron, in every epoch. The listing has no update of a "
            "bias.",
            source="learners of TensorFlow Playground ask after hidden biases: its #90 and #194",
        ),
        _without_bias,
    ),
    Mistake(
        "uphill",
        "W + η·∇W: every step follows the gradient",
        Group.TRAINING,
        Words(
            wrong="W += eta * dW",
            right="W -= eta * dW",
            sees="The loss climbs from the first step on, faster and faster, and accuracy falls "
            "below that of guessing.",
            find="The loss along the step (`a`): the way that the step goes, it rises. Every "
            "gradient is right: the mistake is in the update.",
            source="Rashid, Make Your Own Neural Network, adds, as its error has the other sign",
        ),
        _updated_uphill,
    ),
    Mistake(
        "momentum-sign",
        "the velocity of momentum is added with the wrong sign",
        Group.TRAINING,
        Words(
            wrong="v = mu * v + dW;  W = W + eta * mu * v - eta * dW",
            right="v = mu * v + dW;  W = W - eta * mu * v - eta * dW",
            sees="The first steps hardly move anything; then what has gathered in the velocity "
            "pushes uphill, and the loss climbs.",
            find="Open (`enter`) a weight after its update: the term with the velocity has the "
            "other sign than that with the gradient.",
            source="fchollet/deep-learning-with-python-notebooks#19",
            needs="it needs a momentum: optimizer sgd or nesterov, and momentum above 0",
        ),
        _momentum_turned,
    ),
    Mistake(
        "adam-correction-multiplied",
        "Adam's correction for the start at 0 is multiplied by, not divided by",
        Group.TRAINING,
        Words(
            wrong="m_hat = m * (1 - beta1**t);  v_hat = v * (1 - beta2**t)",
            right="m_hat = m / (1 - beta1**t);  v_hat = v / (1 - beta2**t)",
            sees="The first step is ten times as long as it should be, the tenth up to forty "
            "times: the loss shoots up at the beginning. After some thousand steps there is no "
            "difference any more.",
            find="Open (`enter`) a weight after the first update: it moved by 10·η, where Adam's "
            "first step is η.",
            source="karpathy/convnetjs#70",
            needs="it needs the optimizer adam or adamw",
        ),
        _adam_multiplied,
    ),
)
