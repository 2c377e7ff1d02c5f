"""The optimisers that a recipe may name, and the update of a parameter that each makes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from tui_nn.nn.operation import Kernel, Operation, Phase
from tui_nn.nn.operations.adaptive import Adam, RMSProp
from tui_nn.nn.operations.update import GradientDescent, Momentum
from tui_nn.nn.symbols import symbol
from tui_nn.nn.tensors import Layout, Shape


@dataclass(frozen=True)
class Optimizer:
    """How a gradient becomes an update.

    Attributes:
        name: As programs are built with it.
        slots: What it remembers of a parameter: the first letters of their names.
        kernel: Makes the arithmetic: parameter, gradient, change, slots.
        formula: The change, with ``g`` for the gradient and ``W`` for the parameter.
        why: One sentence for the learner.
        torch: Its class there.
    """

    name: str
    slots: tuple[str, ...]
    kernel: Callable[[str, str, str, tuple[str, ...]], Kernel]
    formula: str
    why: str
    torch: str


OPTIMIZERS = MappingProxyType(
    {
        optimizer.name: optimizer
        for optimizer in (
            Optimizer(
                "sgd",
                (),
                GradientDescent,
                "η·g",
                "A small step downhill: each one moves against its gradient, η long.",
                "SGD",
            ),
            Optimizer(
                "momentum",
                ("v",),
                Momentum,
                "η·v, v = μ·v + g",
                "Steps in one direction add up to a velocity; to and fro cancels out.",
                "SGD(momentum=μ)",
            ),
            Optimizer(
                "nesterov",
                ("v",),
                partial(Momentum, nesterov=True),
                "η·(g + μ·v), v = μ·v + g",
                "Momentum that looks ahead: it brakes before a slope turns up again.",
                "SGD(momentum=μ, nesterov=True)",
            ),
            Optimizer(
                "rmsprop",
                ("v",),
                RMSProp,
                "η·g/(√v + ε), v = ρ·v + (1 − ρ)·g²",
                "Where gradients have been large the step is short, and long where small.",
                "RMSprop(alpha=0.9)",
            ),
            Optimizer(
                "adam",
                ("m", "v"),
                Adam,
                "η·m̂/(√v̂ + ε)",
                "The mean of the last gradients, over the root of the mean of their squares.",
                "Adam",
            ),
            Optimizer(
                "adamw",
                ("m", "v"),
                partial(Adam, decoupled=True),
                "η·m̂/(√v̂ + ε) + η·decay·W",
                "Adam, and every weight shrinks a little, however its gradients have been.",
                "AdamW(weight_decay=decay)",
            ),
        )
    }
)


def slot_shapes(optimizer: Optimizer, shapes: dict[str, Shape]) -> dict[str, Shape]:
    """Return name to shape of all that an optimiser remembers of some parameters."""
    return {slot + name: shape for name, shape in shapes.items() for slot in optimizer.slots}


def update(optimizer: Optimizer, parameter: str, shape: Shape, gradient: str) -> Operation:
    """Return the update of a parameter.

    Args:
        optimizer: How.
        parameter: Its name, such as ``W2``.
        shape: Its shape.
        gradient: Name of what it moves against.
    """
    change = f"change{parameter}"
    slots = tuple(slot + parameter for slot in optimizer.slots)
    g = symbol(gradient)
    squared = f"({g})²" if "·" in g else f"{g}²"
    words = optimizer.formula.replace("W", parameter).replace("g²", squared).replace("g", g)
    return Operation(
        name=parameter,
        phase=Phase.UPDATE,
        layer=int(parameter[1:]),
        formula=f"{parameter} ← {parameter} − {words}",
        reads=(parameter, gradient, *slots),
        writes=(parameter, change, *slots),
        layouts={change: Layout(shape, batched=False)},
        kernel=optimizer.kernel(parameter, gradient, change, slots),
        why=optimizer.why,
        torch=f"optimizer.step()  # {optimizer.torch}: {parameter}",
    )
