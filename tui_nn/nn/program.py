"""The program of one training step: a list of operations, and the buffers that they need.

Training runs the list, stepping runs one element of it, the listing prints it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from tui_nn.nn.network import Network
from tui_nn.nn.operation import Operation, Phase
from tui_nn.nn.operations.backward import (
    bias_gradient,
    hidden_delta,
    input_gradient,
    weight_gradient,
)
from tui_nn.nn.operations.clipping import clip, clip_scale
from tui_nn.nn.operations.dropout import drop, mask
from tui_nn.nn.operations.forward import activate, affine, sigmoids, softmax
from tui_nn.nn.operations.loss import binary_cross_entropy, cross_entropy, quadratic
from tui_nn.nn.operations.mean import BatchMean
from tui_nn.nn.operations.optimizers import OPTIMIZERS, Optimizer, slot_shapes, update
from tui_nn.nn.operations.output_delta import output_delta, quadratic_delta
from tui_nn.nn.operations.penalty import objective, penalty
from tui_nn.nn.tensors import Layout, Shape, State, Tensors, Workspace


@dataclass(frozen=True)
class Method:
    """How a network is trained: which operations its step has, not how large their rates are.

    Attributes:
        output: What the last layer's numbers become: softmax or sigmoid.
        loss: What is made small: cross-entropy or quadratic.
        optimizer: How a gradient becomes an update.
        dropped: Of each hidden layer, whether neurons are silenced.
        weighted: Whether samples count by the weight of their class.
        penalised: Whether large weights cost something.
        clipped: Whether long gradients are shortened.
        chunked: Whether a batch is worked through in several chunks.
    """

    output: str = "softmax"
    loss: str = "cross-entropy"
    optimizer: str = "sgd"
    dropped: tuple[bool, ...] = ()
    weighted: bool = False
    penalised: bool = False
    clipped: bool = False
    chunked: bool = False

    def drops(self, layer: int) -> bool:
        """Return whether neurons of a layer, counted from 1, are silenced."""
        return layer <= len(self.dropped) and layer > 0 and self.dropped[layer - 1]

    @property
    def mean(self) -> BatchMean:
        """How the samples' losses become one."""
        return BatchMean(
            weights="w" if self.weighted else None, before="sumL" if self.chunked else None
        )


@dataclass(frozen=True)
class Program:
    """The operations of a step, in order.

    Attributes:
        network: What they compute.
        method: How it is trained.
        operations: The whole step.
        distortion: The operation that distorts the images, if one does.
    """

    network: Network
    method: Method
    operations: tuple[Operation, ...]
    distortion: Operation | None = None

    def phase(self, *phases: Phase) -> tuple[Operation, ...]:
        """Return the operations of some phases, in order."""
        return tuple(operation for operation in self.operations if operation.phase in phases)

    @cached_property
    def inference(self) -> "Program":
        """The step of the same network without what only training does.

        No image is distorted, no neuron silenced, no sample counts more than another one.
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

    @cached_property
    def input_gradient(self) -> Operation:
        """∂L/∂x, an operation that only a probe adds."""
        return input_gradient(self.network.sizes[0])

    @cached_property
    def probing(self) -> tuple[Operation, ...]:
        """What is run for one sample: everything up to the update, and ∂L/∂x."""
        return (*self.inference.differentiating, self.input_gradient)

    @cached_property
    def writer(self) -> dict[str, Operation]:
        """Tensor name to the operation that writes it."""
        everything = (*self.operations, self.input_gradient)
        return {name: operation for operation in everything for name in operation.writes}

    @cached_property
    def inputs(self) -> dict[str, Layout]:
        """Name to layout of what is loaded before a step: pixels, labels, weights."""
        pixels, outputs = self.network.sizes[0], self.network.sizes[-1]
        inputs = {"x" if self.distortion else "a0": Layout((pixels,)), "y": Layout((outputs,))}
        return inputs | ({"w": Layout(())} if self.method.weighted else {})

    @cached_property
    def layouts(self) -> dict[str, Layout]:
        """Name to layout of everything that is not kept from step to step."""
        layouts = {"a0": Layout((self.network.sizes[0],)), **self.inputs}
        for operation in (*self.operations, self.input_gradient):
            layouts |= operation.layouts
        return layouts

    def is_batched(self, name: str) -> bool:
        """Return whether a tensor has a row for each sample of a batch."""
        return name in self.layouts and self.layouts[name].batched

    @cached_property
    def sums(self) -> dict[str, str]:
        """Name of what a chunk of a batch adds to, to that of what the next one begins with."""
        if not self.method.chunked:
            return {}
        return {"L": "sumL"} | {f"d{name}": f"sum{name}" for name in self.network.shapes}

    @property
    def optimizer(self) -> Optimizer:
        """How a gradient becomes an update."""
        return OPTIMIZERS[self.method.optimizer]

    @cached_property
    def slots(self) -> dict[str, Shape]:
        """Name to shape of what the optimiser remembers."""
        return slot_shapes(self.optimizer, self.network.shapes)

    def is_kept(self, name: str) -> bool:
        """Return whether a tensor is kept from step to step: a parameter or a slot."""
        return name in self.network.shapes or name in self.slots

    def initial_state(self, seed: int, dtype: type[np.floating[Any]] = np.float32) -> State:
        """Return the weights that a seed begins with, and an optimiser that remembers nothing."""
        return self.network.initial_state(seed, dtype, self.slots)

    def workspace(
        self, state: State, capacity: int, operations: Iterable[Operation] | None = None
    ) -> Workspace:
        """Return buffers for batches of up to ``capacity`` samples.

        Args:
            state: The parameters to work with; its type is the buffers' type.
            capacity: Rows of the largest batch, or of the largest chunk of one.
            operations: Those that will run; all of the step's if None.
        """
        sizes = self.network.sizes
        layouts = {"a0": Layout((sizes[0],)), **self.inputs}
        for operation in self.operations if operations is None else operations:
            layouts |= operation.layouts
        return Workspace(state, layouts, capacity)

    def add_up(self, tensors: Tensors) -> None:
        """Let the next chunk of a batch begin with what those up to now came to."""
        for total, before in self.sums.items():
            np.copyto(tensors[before], tensors[total])

    def begin_batch(self, tensors: Tensors) -> None:
        """Let the first chunk of a batch begin with nothing."""
        for before in self.sums.values():
            tensors[before].fill(0)


def build(
    network: Network, method: Method = Method(), distortion: Operation | None = None
) -> Program:
    """Return the training step of a network.

    Args:
        network: What is trained.
        method: How.
        distortion: An operation that makes ``a0`` of the loaded pixels ``x``, or None.

    Raises:
        ValueError: The output and the loss do not go together.
    """
    if method.loss == "quadratic" and method.output != "sigmoid":
        raise ValueError("the quadratic cost is offered for sigmoid outputs")
    forward = [distortion] if distortion else []
    backward: list[Operation] = []
    updates: list[Operation] = []
    shapes, last = network.shapes, network.layers
    for layer, (_, width) in enumerate(pairwise(network.sizes), start=1):
        inputs = f"h{layer - 1}" if method.drops(layer - 1) else f"a{layer - 1}"
        forward.append(affine(layer, width, inputs))
        if layer < last:
            activation, dropped = network.activation(layer), method.drops(layer)
            forward.append(activate(layer, width, activation))
            forward += [mask(layer, width), drop(layer, width)] if dropped else []
            delta = hidden_delta(layer, width, activation, dropped)
        else:
            output, loss, delta = _end(layer, width, method)
            forward += [output, loss]
        weights = weight_gradient(
            layer,
            shapes[f"W{layer}"],
            a=inputs,
            chunked=method.chunked,
            penalised=method.penalised,
        )
        # Built front to back, run back to front: the last layer's error comes first.
        backward[:0] = [delta, weights, bias_gradient(layer, width, chunked=method.chunked)]
        updates[:0] = _updates(f"W{layer}", shapes, method) + _updates(f"b{layer}", shapes, method)
    if method.penalised:
        forward += [penalty(shapes, last), objective(last)]
    if method.clipped:
        updates.insert(0, clip_scale(shapes))
    return Program(network, method, (*forward, *backward, *updates), distortion)


def _end(layer: int, width: int, method: Method) -> tuple[Operation, Operation, Operation]:
    """Return the last layer's output, its loss, and the δ with which the way back begins."""
    mean = method.mean
    if method.output == "softmax":
        delta = output_delta(layer, width, mean.weights)
        return softmax(layer, width), cross_entropy(layer, mean), delta
    if method.loss == "cross-entropy":
        loss = binary_cross_entropy(layer, width, mean)
        return sigmoids(layer, width), loss, output_delta(layer, width, mean.weights)
    delta = quadratic_delta(layer, width, mean.weights)
    return sigmoids(layer, width), quadratic(layer, width, mean), delta


def _updates(name: str, shapes: dict[str, Shape], method: Method) -> list[Operation]:
    """Return what happens to a parameter when its gradient is known."""
    optimizer, shape = OPTIMIZERS[method.optimizer], shapes[name]
    if not method.clipped:
        return [update(optimizer, name, shape, f"d{name}")]
    return [clip(name, shape), update(optimizer, name, shape, f"clipped{name}")]
