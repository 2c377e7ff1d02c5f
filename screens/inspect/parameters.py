"""Which weight, bias or neuron a selected number belongs to."""

import numpy as np
from msgspec import Struct

from screens.inspect.maps import unit_axis
from screens.inspect.subject import Scene, Target
from screens.shapes.blocks import largest_place
from tui_nn.nn.explain import Index, format_element
from tui_nn.nn.tensor import Parameter as Learned
from tui_nn.training.session.snapshot import Snapshot


class Parameter(Struct, frozen=True):
    """A weight, a bias, or what else is learned.

    Attributes:
        name: Its tensor.
        index: Which element of it.
    """

    name: str
    index: Index

    @property
    def symbol(self) -> str:
        """How formulas spell it."""
        return format_element(self.name, self.index)


def parameter_of(scene: Scene, target: Target | None) -> Parameter | None:
    """Return the parameter that a number is, or belongs to as its gradient does."""
    tensor = scene.tensor(target) if target is not None else None
    while tensor is not None and target is not None:
        if isinstance(tensor, Learned):
            same = len(target.index) == len(tensor.shape)
            return Parameter(tensor.name, target.index) if same else None
        tensor = tensor.of
    return None


def neuron_of(scene: Scene, target: Target | None) -> tuple[int, int] | None:
    """Return the layer and the number of the neuron that a number belongs to, if it is one's."""
    if target is None:
        return None
    tensor = scene.tensor(target)
    axis = unit_axis(tensor)
    return (tensor.layer or 0, target.index[axis]) if axis is not None else None


def largest_gradient(snapshot: Snapshot, layer: int) -> Parameter:
    """Return the weight of a layer that the step moves most, or the largest before there is one."""
    name = snapshot.program.weights_of(layer).name
    gradient = snapshot.program.gradient_of(name).name
    values = snapshot.computed.tensors[gradient if snapshot.has(gradient) else name]
    place = largest_place(values.reshape(len(values), -1))
    return Parameter(name, (place[0], *map(int, np.unravel_index(place[1], values.shape[1:]))))


def present_value(snapshot: Snapshot, parameter: Parameter) -> float:
    """Return a parameter's value where a change would be made: at the step's beginning."""
    computed = snapshot.computed
    tensors = computed.before if snapshot.position.operation else computed.tensors
    return float(tensors[parameter.name][parameter.index])
