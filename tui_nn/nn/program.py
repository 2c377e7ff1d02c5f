"""The program of one training step: a list of operations, and the tensors that they need.

Training runs the list, stepping runs one element of it, the listing prints it.
"""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from tui_nn.nn import derived, inputs
from tui_nn.nn.catalogue import Catalogue
from tui_nn.nn.layers.flatten import pictures
from tui_nn.nn.layers.layer import Connected
from tui_nn.nn.losses import LOSSES
from tui_nn.nn.method import Method
from tui_nn.nn.network import Network
from tui_nn.nn.operation import Operation, Phase
from tui_nn.nn.operations.clipping import clip, clip_scale
from tui_nn.nn.operations.mean import batch_mean
from tui_nn.nn.operations.penalty import objective, penalty
from tui_nn.nn.optimizers import OPTIMIZERS, update
from tui_nn.nn.outputs import OUTPUTS
from tui_nn.nn.state import State
from tui_nn.nn.tensor import Array, Arrays, Role, Shape
from tui_nn.nn.workspace import Workspace

PLAIN = Method()

# Counts up with every change of the bits that a step gives, such as another order of its sums:
# runs saved before then do not go on bit for bit.
ARITHMETIC = 4


Measure = Callable[[Array, Array], float]
"""How an accuracy is counted: outputs, [N, outputs], and true classes, [N]."""


class Alteration(Protocol):
    """What makes another program of one: a mistake."""

    @property
    def measure(self) -> Measure | None:
        """How the network's accuracy is counted; None for the share that is right."""
        ...

    def apply(self, program: "Program") -> "Program":
        """Return the program with what is changed about it."""
        ...

    def measured(self, method: Method, plain: Method) -> Method:
        """Return the method of the step with which the network is measured.

        Args:
            method: How it is trained.
            plain: The same without what only training does.
        """
        ...


class Program(Catalogue, frozen=True, dict=True):
    """The operations of a step, and what is run of them when.

    Attributes:
        alteration: What was changed about it, or None where it is as it should be.
    """

    alteration: Alteration | None = None

    def phase(self, *phases: Phase) -> tuple[Operation, ...]:
        """Return the operations of some phases, in order."""
        return tuple(operation for operation in self.operations if operation.phase in phases)

    @cached_property
    def inference(self) -> "Program":
        """The step of the same network without what only training does.

        No image is distorted, no unit is dropped, all samples count the same, and none depends on
        the others of its batch.
        """
        measuring = bool(self.network.statistics)
        plain = Method(self.method.output, self.method.loss, measuring=measuring)
        if self.alteration:
            plain = self.alteration.measured(self.method, plain)
        if self.method == plain and self.distortion is None:
            return self
        built = build(self.network, plain)
        return self.alteration.apply(built) if self.alteration else built

    @cached_property
    def predicting(self) -> tuple[Operation, ...]:
        """Forward and loss, as evaluation runs them."""
        return self.inference.costing

    @cached_property
    def costing(self) -> tuple[Operation, ...]:
        """Forward and loss, as training runs them."""
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
    def objective(self) -> str:
        """Name of what the gradients are the gradients of: J with a penalty, else L."""
        return (self.find(Role.OBJECTIVE) or self.loss).name

    @property
    def input_gradient(self) -> Operation:
        """∂L/∂x, an operation that only a probe runs."""
        return self.to_input[-1]

    @cached_property
    def probing(self) -> tuple[Operation, ...]:
        """What is run for one sample: everything up to the update, and ∂L/∂x."""
        plain = self.inference
        return (*plain.differentiating, *plain.to_input)

    def initial_state(self, seed: int, dtype: type[np.floating[Any]] = np.float32) -> State:
        """Return the weights that a seed begins with, and an optimiser that remembers nothing."""
        slots: dict[str, Shape] = {name: each.shape for name, each in self.slots.items()}
        return self.network.initial_state(seed, dtype, slots)

    def workspace(
        self, state: State, capacity: int, operations: Iterable[Operation] | None = None
    ) -> Workspace:
        """Return buffers for batches of up to ``capacity`` samples.

        Args:
            state: The parameters to work with; its type is the buffers' type.
            capacity: Samples of the largest batch, or of the largest chunk of one.
            operations: Those that will run; all of the step's if None.
        """
        needed = [self.network_input, *self.inputs.values()]
        for each in self.operations if operations is None else operations:
            needed += (*each.reads, *each.writes, *each.scratch, *each.left)
        return Workspace(state, needed, capacity)

    def add_up(self, tensors: Arrays) -> None:
        """Let the next chunk of a batch begin with the sums over those up to now."""
        for total, before in self.sums.items():
            np.copyto(tensors[before], tensors[total])

    def begin_batch(self, tensors: Arrays) -> None:
        """Let the first chunk of a batch begin with sums of 0."""
        for before in self.sums.values():
            tensors[before].fill(0)


def build(network: Network, method: Method = PLAIN, distortion: Operation | None = None) -> Program:
    """Return the training step of a network.

    The layers are connected from the first to the last, then the error goes back from the last
    to the first.

    Args:
        network: What is trained.
        method: How.
        distortion: An operation that distorts the loaded pixels, or None.

    Raises:
        ValueError: The output and the loss do not go together.
    """
    head = LOSSES[method.loss].heads.get(method.output)
    if head is None:
        goes_with = " or ".join(LOSSES[method.loss].heads)
        raise ValueError(f"the {method.loss} cost is offered for {goes_with} outputs")
    connected = _connect(network, method)
    z = connected[-1].output
    output = OUTPUTS[method.output].operation(z)
    mean, y = batch_mean(method), inputs.labels(output.result.shape)
    forward = [operation for each in connected for operation in each.forward]
    forward += [output, loss := head.loss(output, y, mean)]
    if method.penalised:
        total = penalty(network.parameters, network.depth)
        forward += [total, objective(loss.result, total.result, network.depth)]
    first = head.delta(z, output.result, y, mean.weights)
    backward, to_input = _backward(connected, first)
    return Program(
        network=network,
        method=method,
        operations=(
            *([distortion] if distortion else []),
            *forward,
            *backward,
            *_updates(network, method),
            *(each for layer in connected for each in layer.following),
        ),
        to_input=to_input,
        distortion=distortion,
    )


def _connect(network: Network, method: Method) -> list[Connected]:
    """Return the layers with their operations, each reading the one before."""
    tensor = inputs.network_input(network.inputs, network.picture)
    connected: list[Connected] = []
    if len(network.inputs) > 1:
        connected.append(pictures(tensor, network.inputs))
        tensor = connected[-1].output
    for layer, place in network.placed:
        connected.append(layer.connect(place, tensor, method))
        tensor = connected[-1].output
    return connected


def _backward(
    connected: list[Connected], first: Operation
) -> tuple[tuple[Operation, ...], tuple[Operation, ...]]:
    """Return the backward pass to the first parameters, and what goes on from there to ∂L/∂x."""
    backward, error, last = [first], first.result, 1
    for layer in reversed(connected):
        gradients = layer.gradients(error)
        backward += gradients
        if gradients:
            last = len(backward)
        backward += layer.adjoint(error)
        error = backward[-1].result
    return tuple(backward[:last]), tuple(backward[last:])


def _updates(network: Network, method: Method) -> list[Operation]:
    """Return the updates, the last layer's first, once all gradients are known."""
    optimizer = OPTIMIZERS[method.optimizer]
    scale = clip_scale(network.parameters) if method.clipped else None
    updates = [scale] if scale else []
    for layer in range(network.depth, 0, -1):
        for parameter in network.parameters:
            if parameter.layer != layer:
                continue
            gradient = derived.gradient(parameter)
            if scale:
                updates.append(clip(gradient, scale.result))
                gradient = updates[-1].result
            updates.append(update(optimizer, parameter, gradient))
    return updates
