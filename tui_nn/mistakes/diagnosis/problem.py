"""A network and a batch whose gradients somebody has worked out, and the right ones."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from msgspec import Struct

from tui_nn.mistakes.mistake import Operations, Setting
from tui_nn.nn import inputs
from tui_nn.nn.method import Method
from tui_nn.nn.network import Network, dense_network
from tui_nn.nn.operation import Rates, StepContext, run
from tui_nn.nn.program import Program, build
from tui_nn.nn.tensor import Array, Arrays, Role, Tensor


class Problem(Struct, frozen=True, eq=False, dict=True):
    """All that decides the gradients of a dense network.

    Attributes:
        X: [B, n], a row a sample.
        y: [B, m], the wanted outputs.
        weights: Of each layer, [in, out].
        biases: Of each layer, [out].
        activations: Name of each hidden layer's.
        output: What the last layer's numbers become.
        loss: What is minimised: its mean over the samples.
        l2: λ₂ of the penalty λ₂/2·‖W‖².
        masks: Of dropout, [B, out] of each hidden layer, scaled up; empty without.
    """

    X: Array
    y: Array
    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    activations: tuple[str, ...]
    output: str = "softmax"
    loss: str = "cross-entropy"
    l2: float = 0.0
    masks: tuple[Array, ...] = ()

    @property
    def depth(self) -> int:
        """How many layers there are."""
        return len(self.weights)

    @property
    def samples(self) -> int:
        """How many samples the batch has."""
        return len(self.X)

    @cached_property
    def network(self) -> Network:
        """The network, without its weights."""
        sizes = (self.X.shape[1], *(each.shape[1] for each in self.weights))
        return dense_network(sizes, self.activations, "zeros")

    @cached_property
    def rates(self) -> Rates:
        """What the step is computed with."""
        return Rates(l2=self.l2, dropout=(0.5,) * len(self.masks))

    @cached_property
    def program(self) -> Program:
        """The step as it should be."""
        dropped = (True,) * len(self.masks)
        method = Method(self.output, self.loss, dropped=dropped, penalised=self.l2 > 0)
        return build(self.network, method)

    @property
    def setting(self) -> Setting:
        """What a mistake is to make sense in."""
        return Setting(self.program, self.rates, batch_size=self.samples)

    @cached_property
    def context(self) -> StepContext:
        """The step's."""
        return StepContext(0, 1, 0, np.arange(self.samples), 1.0, self.rates)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the gradients, in the order of the backward pass."""
        backward = (each.result for each in self.program.differentiating)
        return tuple(each.name for each in backward if each.role is Role.GRADIENT)

    @cached_property
    def tensors(self) -> Arrays:
        """Everything up to the update, in float64."""
        return self.computed(self.program, self.program.differentiating)

    @cached_property
    def gradients(self) -> Mapping[str, Array]:
        """The right gradients, by name."""
        return {name: self.tensors[name].copy() for name in self.names}

    def computed(self, program: Program, operations: Operations) -> Arrays:
        """Return what some operations of a program of this network compute.

        Args:
            program: The right one, or one with mistakes.
            operations: Those of it that are run.
        """
        state = program.initial_state(0, np.float64)
        for number, pair in enumerate(zip(self.weights, self.biases, strict=True), start=1):
            for parameter, values in zip(_of_layer(program, number), pair, strict=True):
                state.tensors[parameter.name][...] = values
        tensors = program.workspace(state, self.samples, operations).rows(self.samples)
        tensors[inputs.A0][...] = self.X
        tensors[inputs.Y][...] = self.y
        masks: list[Tensor] = []
        for each in operations:
            masks += [each.result] * (each.result.role is Role.MASK)
        for mask, values in zip(masks, self.masks, strict=True):
            tensors[mask.name][...] = values
        drawn = [each for each in operations if each.result.role is not Role.MASK]
        with np.errstate(all="ignore"):
            run(drawn, tensors, self.context)
        return tensors


def _of_layer(program: Program, number: int) -> Sequence[Tensor]:
    return [each for each in program.network.parameters if each.layer == number]
