"""The optimisers that a recipe may name. A new one is a kernel and a row of ``OPTIMIZERS``."""

from collections.abc import Callable
from functools import partial

from msgspec import Struct

from tui_nn.nn import derived
from tui_nn.nn.operation import Operation, Phase
from tui_nn.nn.operations.adaptive import Adam, RMSProp
from tui_nn.nn.operations.update import SCRATCH, GradientDescent, Momentum, Update
from tui_nn.nn.tensor import Parameter, Role, Tensor


class Slot(Struct, frozen=True):
    """Something that an optimiser remembers of each parameter.

    Attributes:
        letter: What its names begin with: ``v`` for ``vW1``.
        title: What it is, of a parameter: "its velocity".
        squares: Whether it is of squares, and so never below 0.
    """

    letter: str
    title: str
    squares: bool = False


class Optimizer(Struct, frozen=True):
    """How a gradient becomes an update.

    Attributes:
        name: As recipes spell it.
        slots: What it remembers of a parameter.
        kernel: Makes the arithmetic: parameter, gradient, change, slots.
        formula: The change, with ``g`` for the gradient and ``W`` for the parameter.
        why: One sentence for the learner.
        torch: Its class there.
        summary: What it does, for the form.
        direction: What the update follows instead of the gradient; "" for the gradient itself.
        uses: The hyperparameters that it has besides the learning rate.
        needs: Those of them that must be above 0.
        adaptive: Whether the size of a step hardly depends on the size of the gradient.
        with_momentum: The optimiser that it becomes where a momentum is set, or "".
        internal: Whether it is only reached through another one, and no recipe names it.
        without_decay: The optimiser of what does not decay, such as batch_norm's γ and β; "" where
            that makes no difference.
    """

    name: str
    slots: tuple[Slot, ...]
    kernel: Callable[[Tensor, Tensor, Tensor, tuple[Tensor, ...]], Update]
    formula: str
    why: str
    torch: str
    summary: str = ""
    direction: str = ""
    uses: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    adaptive: bool = False
    with_momentum: str = ""
    internal: bool = False
    without_decay: str = ""

    def slots_of(self, parameter: Tensor) -> tuple[Tensor, ...]:
        """Return what it remembers of a parameter."""
        return tuple(derived.slot(each.letter, parameter, each.title) for each in self.slots)


_VELOCITY = Slot("v", "its velocity, to which every gradient adds")
_MEAN = Slot("m", "a moving mean of its gradients")
_SQUARES = Slot("v", "a moving mean of the squares of its gradients", squares=True)

OPTIMIZERS: dict[str, Optimizer] = {
    optimizer.name: optimizer
    for optimizer in (
        Optimizer(
            "sgd",
            (),
            GradientDescent,
            "η·g",
            "Each parameter moves by −η × gradient: a small step downhill.",
            "SGD",
            "η times the gradient; with a momentum, the gradients add up to a velocity",
            uses=("momentum",),
            with_momentum="momentum",
        ),
        Optimizer(
            "momentum",
            (_VELOCITY,),
            Momentum,
            "η·v, v = μ·v + g",
            "Gradients that agree add up to a velocity; gradients that alternate cancel out.",
            "SGD(momentum=μ)",
            direction="the velocity",
            uses=("momentum",),
            internal=True,
        ),
        Optimizer(
            "nesterov",
            (_VELOCITY,),
            partial(Momentum, nesterov=True),
            "η·(g + μ·v), v = μ·v + g",
            "Momentum, one step ahead: it slows down before it overshoots the minimum.",
            "SGD(momentum=μ, nesterov=True)",
            "momentum that looks ahead, and brakes in time; needs momentum, such as 0.9",
            direction="the gradient and the velocity that it leads to",
            uses=("momentum",),
            needs=("momentum",),
        ),
        Optimizer(
            "rmsprop",
            (_SQUARES,),
            RMSProp,
            "η·g/(√v + ε), v = ρ·v + (1 − ρ)·g²",
            "Each step is the gradient divided by the recent size of that weight's gradients.",
            "RMSprop(alpha=0.9)",
            "divides by how large a weight's gradients have been: η near 0.001",
            direction="RMSProp's step",
            adaptive=True,
        ),
        Optimizer(
            "adam",
            (_MEAN, _SQUARES),
            Adam,
            "η·m̂/(√v̂ + ε)",
            "The moving mean of the gradients, divided by the root of that of their squares.",
            "Adam",
            "that, and the mean of the last gradients for a direction: η near 0.001",
            direction="Adam's step",
            adaptive=True,
        ),
        Optimizer(
            "adamw",
            (_MEAN, _SQUARES),
            partial(Adam, decoupled=True),
            "η·m̂/(√v̂ + ε) + η·decay·W",
            "Adam, and every weight also shrinks by η × decay × its value.",
            "AdamW(weight_decay=decay)",
            "adam, and weight_decay shrinks the weights apart from the gradient",
            direction="AdamW's step",
            uses=("weight_decay",),
            adaptive=True,
            without_decay="adam",
        ),
    )
}


def optimizer_names() -> list[str]:
    """Return the names that a recipe may use."""
    return [each.name for each in OPTIMIZERS.values() if not each.internal]


def resolve(name: str, momentum: float) -> str:
    """Return the optimiser that a recipe's name and momentum mean."""
    optimizer = OPTIMIZERS[name]
    return optimizer.with_momentum if momentum > 0 and optimizer.with_momentum else name


def update(optimizer: Optimizer, parameter: Parameter, gradient: Tensor) -> Operation:
    """Return the update of a parameter.

    Args:
        optimizer: How.
        parameter: What is updated.
        gradient: What it moves against.
    """
    if parameter.role in (Role.GAMMA, Role.BETA) and optimizer.without_decay:
        optimizer = OPTIMIZERS[optimizer.without_decay]
    change, slots = derived.change(parameter), optimizer.slots_of(parameter)
    g = gradient.symbol
    squared = f"({g})²" if "·" in g else f"{g}²"
    words = optimizer.formula.replace("W", parameter.symbol)
    words = words.replace("g²", squared).replace("g", g)
    return Operation(
        phase=Phase.UPDATE,
        layer=parameter.layer or 0,
        formula=f"{parameter} ← {parameter} − {words}",
        reads=(parameter, gradient, *slots),
        writes=(parameter, change, *slots),
        kernel=optimizer.kernel(parameter, gradient, change, slots),
        why=optimizer.why,
        torch=f"optimizer.step()  # {optimizer.torch}: {parameter}",
        scratch=(SCRATCH,),
    )
