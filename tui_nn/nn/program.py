"""The program of one training step: a list of operations, and the tensors that they need.

Training runs the list, stepping runs one element of it, the listing prints it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tui_nn.nn import derived, inputs
from tui_nn.nn.layers.layer import Connected
from tui_nn.nn.losses import LOSSES
from tui_nn.nn.method import Method
from tui_nn.nn.network import Network
from tui_nn.nn.operation import Operation, Phase
from tui_nn.nn.operations.clipping import clip, clip_scale
from tui_nn.nn.operations.mean import batch_mean
from tui_nn.nn.operations.penalty import objective, penalty
from tui_nn.nn.optimizers import OPTIMIZERS, Optimizer, update
from tui_nn.nn.outputs import OUTPUTS
from tui_nn.nn.state import State
from tui_nn.nn.tensor import Arrays, Parameter, Role, Shape, Tensor
from tui_nn.nn.workspace import Workspace

PLAIN = Method()


@dataclass(frozen=True)
class Program:
    """The operations of a step, in order.

    Attributes:
        network: What they compute.
        method: How it is trained.
        operations: The whole step.
        to_input: The operations that go on to ∂L/∂x, which only a probe runs.
        distortion: The operation that distorts the images, if one does.
    """

    network: Network
    method: Method
    operations: tuple[Operation, ...]
    to_input: tuple[Operation, ...]
    distortion: Operation | None = None

    def phase(self, *phases: Phase) -> tuple[Operation, ...]:
        """Return the operations of some phases, in order."""
        return tuple(operation for operation in self.operations if operation.phase in phases)

    @cached_property
    def everything(self) -> tuple[Operation, ...]:
        """The whole step, and the operations that go on to ∂L/∂x."""
        return (*self.operations, *self.to_input)

    @cached_property
    def tensors(self) -> Mapping[str, Tensor]:
        """Every tensor by name: what is loaded, kept, read, written, and scratch."""
        found: dict[str, Tensor] = {**self.inputs, **self.parameters, **self.slots}
        for operation in self.everything:
            for tensor in (*operation.reads, *operation.writes, *operation.scratch):
                found.setdefault(tensor.name, tensor)
        return found

    @cached_property
    def scratch(self) -> frozenset[str]:
        """Names of the buffers for intermediate results, which are never shown or copied."""
        return frozenset(name for name, tensor in self.tensors.items() if tensor.scratch)

    def tensor(self, name: str) -> Tensor:
        """Return a tensor by its name."""
        return self.tensors[name]

    def symbol(self, name: str) -> str:
        """Return how formulas write a tensor; of an unknown one, its name."""
        return self.tensors[name].symbol if name in self.tensors else name

    def resolve(self, text: str, *, single: bool = False) -> str:
        """Return the name of the tensor that somebody typed, or the text if there is none.

        Its name, its symbol and its aliases are understood; upper and lower case are told apart
        only where that makes a difference.

        Args:
            text: What was typed.
            single: Whether a tensor of one number is preferred.
        """
        for fold in (str, str.casefold):
            found = [
                each
                for each in self.tensors.values()
                if fold(text) in map(fold, (each.name, each.symbol, *each.aliases))
            ]
            found.sort(key=lambda each: (single and not each.single, each.name != text))
            if found:
                return found[0].name
        return text

    def find(self, role: Role, layer: int | None = None, of: Tensor | None = None) -> Tensor | None:
        """Return the first tensor of a role, of a layer and of another tensor if given."""
        for tensor in self.tensors.values():
            if tensor.role is role and layer in (None, tensor.layer) and of in (None, tensor.of):
                return tensor
        return None

    def find_one(self, role: Role, layer: int | None = None) -> Tensor:
        """Return the tensor of a role, of a layer if given.

        Raises:
            KeyError: There is none.
        """
        if tensor := self.find(role, layer):
            return tensor
        raise KeyError(f"there is no {role} of layer {layer}")

    def reads_of(self, layer: int) -> Tensor:
        """Return what a layer with parameters reads."""
        return self.writer[self.find_one(Role.PRE_ACTIVATION, layer).name].reads[0]

    def says_of(self, layer: int) -> Tensor:
        """Return what a layer's units say: their activations, or the outputs of the last layer."""
        return self.find(Role.ACTIVATION, layer) or self.output

    def weights_of(self, layer: int) -> Parameter:
        """Return a layer's first parameter."""
        return next(each for each in self.network.parameters if each.layer == layer)

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        """Everything that is learned, by name."""
        return {each.name: each for each in self.network.parameters}

    @cached_property
    def gradients(self) -> Mapping[str, Tensor]:
        """Each parameter's gradient, by the parameter's name."""
        return {name: derived.gradient(each) for name, each in self.parameters.items()}

    def gradient_of(self, parameter: str) -> Tensor:
        """Return a parameter's gradient."""
        return self.gradients[parameter]

    @cached_property
    def changes(self) -> Mapping[str, Tensor]:
        """What the update subtracts from each parameter, by the parameter's name."""
        return {name: derived.change(each) for name, each in self.parameters.items()}

    def change_of(self, parameter: str) -> Tensor:
        """Return what the update subtracts from a parameter."""
        return self.changes[parameter]

    @cached_property
    def inference(self) -> "Program":
        """The step of the same network without what only training does.

        No image is distorted, no unit is dropped, all samples count the same.
        """
        plain = Method(self.method.output, self.method.loss)
        same = self.method == plain and self.distortion is None
        return self if same else build(self.network, plain)

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

    @property
    def objective(self) -> str:
        """Name of what the gradients are the gradients of."""
        return "J" if self.method.penalised else "L"

    @property
    def input_gradient(self) -> Operation:
        """∂L/∂x, an operation that only a probe runs."""
        return self.to_input[-1]

    @cached_property
    def probing(self) -> tuple[Operation, ...]:
        """What is run for one sample: everything up to the update, and ∂L/∂x."""
        plain = self.inference
        return (*plain.differentiating, *plain.to_input)

    @cached_property
    def writer(self) -> dict[str, Operation]:
        """Tensor name to the operation that writes it."""
        return {each.name: operation for operation in self.everything for each in operation.writes}

    @cached_property
    def input(self) -> Tensor:
        """What the pixels are loaded into: x where images are distorted, else a0."""
        return self.distortion.reads[0] if self.distortion else self.network_input

    @cached_property
    def network_input(self) -> Tensor:
        """What the first layer reads."""
        return inputs.network_input(self.network.inputs)

    @cached_property
    def output(self) -> Tensor:
        """What the network says: p."""
        written = (each for operation in self.operations for each in operation.writes)
        return next(each for each in written if each.role is Role.OUTPUT)

    @cached_property
    def loss(self) -> Tensor:
        """The mean loss of the batch: L."""
        return self.find_one(Role.LOSS)

    @cached_property
    def labels(self) -> Tensor:
        """The targets of the outputs."""
        return inputs.labels(self.output.shape)

    @cached_property
    def inputs(self) -> Mapping[str, Tensor]:
        """What is loaded before a step, by name: pixels, labels, the weights of samples."""
        loaded = [self.input, self.labels]
        if self.method.weighted:
            loaded.append(inputs.sample_weights())
        return {each.name: each for each in loaded}

    def is_batched(self, name: str) -> bool:
        """Return whether a tensor has an entry for each sample of a batch."""
        return name in self.tensors and self.tensors[name].batched

    @cached_property
    def sums(self) -> dict[str, str]:
        """Name of what a chunk of a batch adds to, to that of what the next one begins with."""
        return {
            each.of.name: each.name
            for each in self.tensors.values()
            if each.role is Role.CHUNK_SUM and each.of
        }

    @property
    def optimizer(self) -> Optimizer:
        """How a gradient becomes an update."""
        return OPTIMIZERS[self.method.optimizer]

    @property
    def is_plain_descent(self) -> bool:
        """Whether an update is η times the gradient as it was computed, and nothing else."""
        return not self.optimizer.direction and not self.method.clipped

    @cached_property
    def slots(self) -> Mapping[str, Tensor]:
        """What the optimiser remembers, by name."""
        return {
            slot.name: slot
            for parameter in self.network.parameters
            for slot in self.optimizer.slots_of(parameter)
        }

    @cached_property
    def kept(self) -> Mapping[str, Tensor]:
        """Everything that is kept from step to step, by name: parameters and slots."""
        return {**self.parameters, **self.slots}

    def is_kept(self, name: str) -> bool:
        """Return whether a tensor is kept from step to step: a parameter or a slot."""
        return name in self.kept

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
            needed += (*each.reads, *each.writes, *each.scratch)
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
        distortion: An operation that makes ``a0`` of the loaded pixels ``x``, or None.

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
        ),
        to_input=to_input,
        distortion=distortion,
    )


def _connect(network: Network, method: Method) -> list[Connected]:
    """Return the layers with their operations, each reading the one before."""
    tensor = inputs.network_input(network.inputs)
    connected: list[Connected] = []
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
        backward.append(layer.adjoint(error))
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
