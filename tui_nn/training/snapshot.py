"""What a session looks like at one moment: immutable, with arrays of its own."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import Dataset
from tui_nn.nn.explain import Index, Terms
from tui_nn.nn.operation import StepContext
from tui_nn.nn.program import Program
from tui_nn.nn.tensors import Array, Tensors
from tui_nn.training.breakpoints import Breakpoint
from tui_nn.training.history import Branch, Curves, EpochRecord
from tui_nn.training.recipe import Recipe
from tui_nn.training.watches import Watched


@dataclass(frozen=True)
class Position:
    """Where the program counter is.

    Attributes:
        step: Completed updates.
        epoch: From 1.
        batch: The batch in hand, from 1.
        batches: How many make an epoch.
        operation: How many of the step's operations are done.
    """

    step: int
    epoch: int
    batch: int
    batches: int
    operation: int


class Activity(StrEnum):
    """What the session is doing."""

    PAUSED = "paused"
    RUNNING = "running"
    FINISHED = "finished"


@dataclass(frozen=True, eq=False)
class Computed:
    """Tensors of one step or probe, with all that is needed to take them apart.

    Attributes:
        tensors: Every tensor as it was stored.
        before: Every tensor as the operations read it: parameters as they were before the update.
        context: What the step was computed from.
        done: How many of the program's operations have been run to fill them.
    """

    tensors: Tensors
    before: Tensors
    context: StepContext
    done: int

    def explain(self, program: Program, name: str, index: Index) -> Terms:
        """Take one element of a tensor that an operation wrote apart."""
        kernel = program.writer[name].kernel
        stored = float(self.tensors[name][index])
        return kernel.terms(self.before, self.context, name, index, stored)

    def update_ratio(self, parameter: str) -> float | None:
        """Return η‖∇W‖/‖W‖, how far a step moves a parameter for its size; None if that is 0."""
        size = norm(self.before[parameter])
        step = self.context.learning_rate * norm(self.tensors[f"d{parameter}"])
        return step / size if size else None


@dataclass(frozen=True, eq=False)
class Probe:
    """One image taken through the network.

    Attributes:
        image: uint8 [28, 28].
        label: The true digit, or None where nobody knows.
        computed: Every tensor of the step at batch 1, without the update.
    """

    image: NDArray[np.uint8]
    label: int | None
    computed: Computed

    @property
    def probabilities(self) -> NDArray[np.float32]:
        """[10], what the network says."""
        row: NDArray[np.float32] = self.computed.tensors["p"][0]
        return row

    @property
    def said(self) -> int:
        """The likeliest digit."""
        return int(np.argmax(self.probabilities))


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Everything that a screen may draw.

    Attributes:
        recipe: The run's.
        program: The operations of a step.
        dataset: What it trains on, with a validation split.
        position: The program counter.
        activity: Paused, running or finished.
        reason: Why it is paused, where there is more to say, or "".
        computed: The batch in hand as far as it is computed; at operation 0, the step before.
        shown_step: The step that ``computed`` belongs to, or None before the first operation.
        batch: Samples of train in the batch in hand.
        learning_rate: η of the next step that begins.
        loss: Of the last completed batch, or None.
        accuracy: Of the last completed batch, or None.
        curves: Every step so far.
        epochs: Every epoch so far.
        branches: What edits overtook.
        can_undo: Whether the last edit can be taken back.
        breakpoints: Where it stops, those that are off included.
        watches: The numbers that are watched.
        probe: The selected sample's, if one was asked for.
    """

    recipe: Recipe
    program: Program
    dataset: Dataset
    position: Position
    activity: Activity
    reason: str
    computed: Computed
    shown_step: int | None
    batch: NDArray[np.intp]
    learning_rate: float
    loss: float | None
    accuracy: float | None
    curves: Curves
    epochs: tuple[EpochRecord, ...]
    branches: tuple[Branch, ...] = ()
    can_undo: bool = False
    breakpoints: tuple[Breakpoint, ...] = ()
    watches: tuple[Watched, ...] = ()
    probe: Probe | None = None

    def has(self, name: str) -> bool:
        """Return whether a tensor of the step shown is there; pixels and parameters always are."""
        writer = self.program.writer.get(name)
        if writer is None or name in self.program.network.shapes:
            return True
        return writer in self.program.operations[: self.computed.done]


def norm(values: Array) -> float:
    """Return ‖v‖, the root of the sum of squares, in float64."""
    with np.errstate(all="ignore"):
        return float(np.linalg.norm(values.astype(np.float64)))
