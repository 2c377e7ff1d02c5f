"""The program of one training step: a list of operations, and the buffers that they need.

Training runs the list, stepping runs one element of it, the listing prints it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from tui_nn.nn.network import Network
from tui_nn.nn.operation import Operation, Phase
from tui_nn.nn.operations.backward import (
    bias_gradient,
    hidden_delta,
    input_gradient,
    output_delta,
    weight_gradient,
)
from tui_nn.nn.operations.forward import activate, affine, softmax
from tui_nn.nn.operations.loss import cross_entropy
from tui_nn.nn.operations.update import gradient_descent
from tui_nn.nn.tensors import Layout, State, Workspace


@dataclass(frozen=True)
class Program:
    """The operations of a step, in order.

    Attributes:
        network: What they compute.
        operations: The whole step.
    """

    network: Network
    operations: tuple[Operation, ...]

    def phase(self, *phases: Phase) -> tuple[Operation, ...]:
        """Return the operations of some phases, in order."""
        return tuple(operation for operation in self.operations if operation.phase in phases)

    @cached_property
    def predicting(self) -> tuple[Operation, ...]:
        """Forward and loss: what evaluation runs."""
        return self.phase(Phase.FORWARD, Phase.LOSS)

    @cached_property
    def differentiating(self) -> tuple[Operation, ...]:
        """Forward, loss and backward: everything up to the update."""
        return self.phase(Phase.FORWARD, Phase.LOSS, Phase.BACKWARD)

    @cached_property
    def updating(self) -> tuple[Operation, ...]:
        """The update."""
        return self.phase(Phase.UPDATE)

    @cached_property
    def input_gradient(self) -> Operation:
        """∂L/∂x, an operation that only a probe adds."""
        return input_gradient(self.network.sizes[0])

    @cached_property
    def probing(self) -> tuple[Operation, ...]:
        """What is run for one sample: everything up to the update, and ∂L/∂x."""
        return (*self.differentiating, self.input_gradient)

    @cached_property
    def writer(self) -> dict[str, Operation]:
        """Tensor name to the operation that writes it."""
        everything = (*self.probing, *self.updating)
        return {name: operation for operation in everything for name in operation.writes}

    def workspace(
        self, state: State, capacity: int, operations: Iterable[Operation] | None = None
    ) -> Workspace:
        """Return buffers for batches of up to ``capacity`` samples.

        Args:
            state: The parameters to work with; its type is the buffers' type.
            capacity: Rows of the largest batch.
            operations: Those that will run; all of the step's if None.
        """
        sizes = self.network.sizes
        layouts = {"a0": Layout((sizes[0],)), "y": Layout((sizes[-1],))}
        for operation in self.operations if operations is None else operations:
            layouts |= operation.layouts
        return Workspace(state, layouts, capacity)


def build(network: Network) -> Program:
    """Return the training step of a network, under cross-entropy and gradient descent."""
    sizes, last = network.sizes, network.layers
    forward: list[Operation] = []
    backward: list[Operation] = []
    update: list[Operation] = []
    for layer, (fan_in, width) in enumerate(pairwise(sizes), start=1):
        forward.append(affine(layer, width))
        if layer < last:
            forward.append(activate(layer, width, network.activation(layer)))
            delta = hidden_delta(layer, width, network.activation(layer))
        else:
            forward.append(softmax(layer, width))
            delta = output_delta(layer, width)
        # Built front to back, run back to front: the last layer's error comes first.
        backward[:0] = [delta, weight_gradient(layer, fan_in, width), bias_gradient(layer, width)]
        update[:0] = [
            gradient_descent(layer, "W", (fan_in, width)),
            gradient_descent(layer, "b", (width,)),
        ]
    return Program(network, (*forward, cross_entropy(last), *backward, *update))
