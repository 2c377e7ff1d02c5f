"""One operation of a training step: its name, what it reads and writes, and how it runs."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tui_nn.nn.explain import Index, Terms
from tui_nn.nn.symbols import symbol
from tui_nn.nn.tensors import Layout, Tensors


class Phase(StrEnum):
    """The four parts of a step, in order."""

    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"


@dataclass(frozen=True)
class Rates:
    """The numbers of a step that a person may change while it trains, beside η.

    Attributes:
        momentum: μ, how much of the velocity stays.
        weight_decay: How much of a weight AdamW takes away for each η.
        l1: λ₁, the price of |w|.
        l2: λ₂, the price of w²/2.
        dropout: Of each hidden layer, the share of its neurons that is silenced.
        clipping: The largest ‖∇‖ of all parameters together that is left as it is; 0 for any.
    """

    momentum: float = 0.0
    weight_decay: float = 0.0
    l1: float = 0.0
    l2: float = 0.0
    dropout: tuple[float, ...] = ()
    clipping: float = 0.0


@dataclass(frozen=True, eq=False)
class StepContext:
    """What a step is computed from, beside tensors.

    Attributes:
        seed: The run's seed.
        epoch: From 1.
        step: Completed updates before this one.
        indices: Which samples of train the rows are, in their order.
        learning_rate: η of this step's update.
        rates: The other rates in force.
        samples: How many the step's batch has, where it is worked through in several chunks and
            the rows are only one of them; 0 where they are all.
        start: How many samples of the batch went before this chunk.
    """

    seed: int
    epoch: int
    step: int
    indices: NDArray[np.intp]
    learning_rate: float
    rates: Rates = Rates()
    samples: int = 0
    start: int = 0


class Kernel(Protocol):
    """The arithmetic of one operation, and its taking apart."""

    def run(self, tensors: Tensors, context: StepContext) -> None:
        """Write this operation's results into their buffers."""

    def terms(
        self, read: Tensors, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        """Take one element of a result apart.

        Args:
            read: The values that the operation read.
            context: The step's.
            name: Which of the results.
            index: Which element of it.
            stored: The element as the operation stored it.
        """
        ...


@dataclass(frozen=True)
class Operation:
    """One line of the step's program.

    Attributes:
        name: What it computes, such as ``dW2``; unique in a program.
        phase: Which part of the step it belongs to.
        layer: Which layer, from 1.
        formula: For people, in the symbols of the standard texts.
        reads: Names of the tensors that it reads.
        writes: Names of the tensors that it writes, the chief one first.
        layouts: The buffers that it needs for them, and for scratch.
        kernel: The arithmetic.
        why: One sentence for the learner.
        torch: The same in PyTorch.
    """

    name: str
    phase: Phase
    layer: int
    formula: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    layouts: dict[str, Layout]
    kernel: Kernel
    why: str
    torch: str

    @property
    def symbol(self) -> str:
        """The name as the standard texts write it."""
        return symbol(self.name)


def run(operations: tuple[Operation, ...], tensors: Tensors, context: StepContext) -> None:
    """Run operations in order. Training at full speed and stepping both come here."""
    for operation in operations:
        operation.kernel.run(tensors, context)
