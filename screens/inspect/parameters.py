"""Which weight, bias or neuron a selected number belongs to."""

import re
from dataclasses import dataclass

from screens.inspect.subject import Target
from screens.inspect.tensors import layer_of
from screens.shapes.blocks import largest_place
from tui_nn.nn.explain import Index, spelt
from tui_nn.training.session.snapshot import Snapshot

# A parameter, its gradient, and what the optimiser makes of that.
_OF_PARAMETER = re.compile(r"(?:d|clipped|change|sum|m|v)?([Wb]\d+)")


@dataclass(frozen=True)
class Parameter:
    """A weight or a bias.

    Attributes:
        name: Its tensor.
        index: Which element of it.
    """

    name: str
    index: Index

    @property
    def symbol(self) -> str:
        """How formulas spell it."""
        return spelt(self.name, self.index)


def parameter_of(target: Target | None) -> Parameter | None:
    """Return the parameter that a number is, or belongs to as its gradient does."""
    found = _OF_PARAMETER.fullmatch(target.name) if target is not None else None
    return Parameter(found[1], target.index) if found and target is not None else None


def neuron_of(target: Target | None) -> tuple[int, int] | None:
    """Return the layer and the number of the neuron that a number belongs to, if it is one's."""
    if target is None or not (layer := layer_of(target.name)):
        return None
    return layer, target.index[-1]


def largest_gradient(snapshot: Snapshot, layer: int) -> Parameter:
    """Return the weight of a layer that the step moves most, or the largest before there is one."""
    name, gradient = f"W{layer}", f"dW{layer}"
    values = snapshot.computed.tensors[gradient if snapshot.has(gradient) else name]
    row, column = largest_place(values)
    return Parameter(name, (row, column))


def present_value(snapshot: Snapshot, parameter: Parameter) -> float:
    """Return a parameter's value where a change would be made: at the step's beginning."""
    computed = snapshot.computed
    tensors = computed.before if snapshot.position.operation else computed.tensors
    return float(tensors[parameter.name][parameter.index])
