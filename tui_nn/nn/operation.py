"""One operation of a training step: its name, what it reads and writes, and how it runs."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Protocol, runtime_checkable

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tui_nn.nn.explain import Index, Terms
from tui_nn.nn.tensor import Array, Arrays, Tensor


class Phase(StrEnum):
    """The four parts of a step, in order."""

    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"


class Rates(Struct, frozen=True):
    """The numbers of a step that a person may change while it trains, beside η.

    Attributes:
        momentum: μ, how much of the velocity is kept.
        weight_decay: How much of a weight AdamW takes away for each η.
        l1: λ₁, the penalty for |w|.
        l2: λ₂, the penalty for w²/2.
        dropout: Dropout rate of each hidden layer.
        clipping: The largest ‖∇‖ of all parameters together that is not clipped; 0 for no limit.
    """

    momentum: float = 0.0
    weight_decay: float = 0.0
    l1: float = 0.0
    l2: float = 0.0
    dropout: tuple[float, ...] = ()
    clipping: float = 0.0


class StepContext(Struct, eq=False):
    """What a step is computed from, beside tensors. Nobody changes it.

    One is made for each step, and a frozen one would take four times as long to make.

    Attributes:
        seed: The run's seed.
        epoch: From 1.
        step: Completed updates before this one.
        indices: Which samples of train the rows are, in their order.
        learning_rate: η of this step's update.
        rates: The other rates in force.
        samples: Number of samples of the step's batch where it is computed in chunks and the rows
            are one of them; 0 where the rows are the whole batch.
        start: Number of samples of the batch before this chunk.
    """

    seed: int
    epoch: int
    step: int
    indices: NDArray[np.intp]
    learning_rate: float
    rates: Rates = Rates()
    samples: int = 0
    start: int = 0


Call = Callable[[StepContext], object]
"""An operation on certain arrays: it writes its results into their buffers."""


class Kernel(Protocol):
    """The arithmetic of one operation, and its explanation."""

    def bind(self, tensors: Arrays) -> Call:
        """Return the arithmetic on these arrays; what stays from step to step is made here."""
        ...

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        """Split one element of a result into terms.

        Args:
            read: The values that the operation read.
            context: The step's.
            name: Which of the results.
            index: Which element of it.
            stored: The element as the operation stored it.
        """
        ...


@runtime_checkable
class Kinked(Protocol):
    """A kernel whose function has no derivative at some value of what it reads."""

    @property
    def kinks(self) -> tuple[tuple[Tensor, float], ...]:
        """Tensors that it reads, and the values at which there is no derivative."""
        ...


@runtime_checkable
class Narrowed(Protocol):
    """A kernel that can compute only what one element of a parameter changes."""

    def narrow(self, tensors: Arrays, parameter: str, index: Index) -> Arrays:
        """Return the arrays with which it computes only what that element changes."""
        ...


@runtime_checkable
class Creased(Protocol):
    """A kernel whose function of a parameter has no derivative where the parameter is 0."""

    def creases(self, parameter: str, context: StepContext) -> bool:
        """Return whether that holds for a parameter in this step."""
        ...


@runtime_checkable
class Unbuffered(Protocol):
    """A kernel with a result that has no buffer."""

    def look(self, name: str, tensors: Arrays, context: StepContext) -> Array:
        """Return that result, worked out from what the operation left in the buffers."""
        ...


class Operation(Struct, frozen=True):
    """One line of the step's program.

    Attributes:
        phase: Which part of the step it belongs to.
        layer: Which layer, from 1.
        formula: For people, in the symbols of the standard texts.
        reads: The tensors that it reads.
        writes: The tensors that it writes, the most important one first.
        kernel: The arithmetic.
        why: One sentence for the learner.
        torch: The same in PyTorch.
        scratch: Buffers for intermediate results.
        left: Those of an earlier operation of the same step, which it reads as they were left.
        mistaken: Whether it is one of the mistakes that people make.
    """

    phase: Phase
    layer: int
    formula: str
    reads: tuple[Tensor, ...]
    writes: tuple[Tensor, ...]
    kernel: Kernel
    why: str
    torch: str
    scratch: tuple[Tensor, ...] = ()
    left: tuple[Tensor, ...] = ()
    mistaken: bool = False

    @property
    def result(self) -> Tensor:
        """The most important tensor that it writes."""
        return self.writes[0]

    @property
    def name(self) -> str:
        """Name of what it computes, such as ``dW2``; unique in a program."""
        return self.writes[0].name

    @property
    def names_read(self) -> tuple[str, ...]:
        """Names of the tensors that it reads."""
        return tuple(each.name for each in self.reads)

    @property
    def names_written(self) -> tuple[str, ...]:
        """Names of the tensors that it writes."""
        return tuple(each.name for each in self.writes)

    @property
    def symbol(self) -> str:
        """The name as the standard texts write it."""
        return self.writes[0].symbol

    def run(self, tensors: Arrays, context: StepContext) -> None:
        """Write its results into their buffers."""
        self.kernel.bind(tensors)(context)


def bind(operations: Sequence[Operation], tensors: Arrays) -> tuple[Call, ...]:
    """Return operations as calls on these arrays: all of a step at full speed, one by one else."""
    return tuple(operation.kernel.bind(tensors) for operation in operations)


def run(operations: Sequence[Operation], tensors: Arrays, context: StepContext) -> None:
    """Run operations in order, once."""
    for call in bind(operations, tensors):
        call(context)
