"""What a session looks like at one moment: immutable, with arrays of its own."""

from enum import StrEnum
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from tui_nn.data.dataset import Dataset
from tui_nn.data.schedule import Schedule
from tui_nn.data.task import Task
from tui_nn.nn.explain import Index, Terms
from tui_nn.nn.operation import Rates, StepContext
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Arrays
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.session.statistics import Statistics
from tui_nn.training.stepping.epochs import Epochs
from tui_nn.training.stepping.history import Branch, Curves
from tui_nn.training.stepping.journal import Edit
from tui_nn.training.stepping.place import Position
from tui_nn.training.stops.breakpoints import Breakpoint
from tui_nn.training.stops.watches import Watched


class Activity(StrEnum):
    """What the session is doing."""

    PAUSED = "paused"
    RUNNING = "running"
    FINISHED = "finished"


class Computed(Struct, frozen=True, eq=False):
    """Arrays of one step or probe, with all that is needed to take them apart.

    Attributes:
        tensors: Every tensor as it was stored.
        before: Every tensor as the operations read it: parameters as they were before the update.
        context: What the step was computed from.
        done: How many of the program's operations have been run to fill them.
        program: Those operations: of a probe, without what only training does.
        statistics: Of the tensors as they were stored.
        statistics_before: Of the tensors as the operations read them.
    """

    tensors: Arrays
    before: Arrays
    context: StepContext
    done: int
    program: Program
    statistics: Statistics
    statistics_before: Statistics

    def explain(self, name: str, index: Index) -> Terms:
        """Take one element of a tensor that an operation wrote apart."""
        kernel = self.program.writer[name].kernel
        stored = float(self.tensors[name][index])
        return kernel.terms(self.before, self.context, name, index, stored)

    def update_ratio(self, parameter: str) -> float | None:
        """Return ‖ΔW‖/‖W‖, how far a step moves a parameter for its size.

        Before the update that is known for plain gradient descent alone: η‖∇W‖/‖W‖.

        Returns:
            The ratio, or None where ‖W‖ is 0 or the change is not known.
        """
        size = self.statistics_before.norm(parameter)
        if self.program.is_written(parameter, self.done):
            step = self.statistics.norm(self.program.change_of(parameter).name)
        elif self.program.is_plain_descent:
            gradient = self.program.gradient_of(parameter).name
            step = self.context.learning_rate * self.statistics.norm(gradient)
        else:
            return None
        return step / size if size else None


class Probe(Struct, frozen=True, eq=False):
    """One image taken through the network.

    Attributes:
        image: A sample, as its data set has it.
        label: The true digit, or None if unknown.
        computed: Every tensor of the step at batch 1, without the update.
    """

    image: NDArray[Any]
    label: int | None
    computed: Computed
    task: Task

    @property
    def probabilities(self) -> NDArray[np.float32]:
        """[outputs], what the network says: of sigmoids, each for itself."""
        row: NDArray[np.float32] = self.computed.tensors[self.computed.program.output.name][0]
        return row

    @property
    def said(self) -> int:
        """The class that the network says: the likeliest digit, or 1 for yes and 0 for no."""
        return int(self.task.said(self.probabilities[None])[0])

    @property
    def truth(self) -> int | None:
        """The class of the label, or None if it is unknown."""
        return None if self.label is None else int(self.task.classes(np.array([self.label]))[0])


class Snapshot(Struct, frozen=True, eq=False):
    """Everything that a screen may draw.

    Attributes:
        number: The number of the run, among those to compare.
        recipe: The run's, as it began.
        recipe_now: With its hyperparameters as they now are.
        program: The operations of a step.
        dataset: What it trains on, with a validation split.
        position: The program counter.
        activity: Paused, running or finished.
        reason: Why it is paused, where there is more to say, or "".
        computed: The current step as far as it is computed; at operation 0, the step before.
        shown_step: The step that ``computed`` belongs to, or None before the first operation.
        batch: The training samples in the current batch.
        schedule: Which batches make up which epoch.
        learning_rate: η of the next step that begins.
        rates: The other rates of the current step.
        loss: Of the last completed batch, or None.
        accuracy: Of the last completed batch, or None.
        curves: Every step so far.
        epochs: Every epoch so far.
        seconds: Spent on training alone so far.
        branches: What edits replaced.
        edits: The changes that a person made to the run, in order.
        can_undo: Whether the last edit can be undone.
        breakpoints: Where it stops, those that are off included.
        watches: The numbers that are watched.
        probe: The selected sample's, if one was asked for.
    """

    number: int
    recipe: Recipe
    recipe_now: Recipe
    program: Program
    dataset: Dataset
    position: Position
    activity: Activity
    reason: str
    computed: Computed
    shown_step: int | None
    batch: NDArray[np.intp]
    schedule: Schedule
    learning_rate: float
    rates: Rates
    loss: float | None
    accuracy: float | None
    curves: Curves
    epochs: Epochs
    seconds: float = 0.0
    branches: tuple[Branch, ...] = ()
    edits: tuple[Edit, ...] = ()
    can_undo: bool = False
    breakpoints: tuple[Breakpoint, ...] = ()
    watches: tuple[Watched, ...] = ()
    probe: Probe | None = None

    def with_probe(self, probe: Probe | None) -> "Snapshot":
        """Return it with something else taken through the network."""
        return replace(self, probe=probe)

    @property
    def edit_steps(self) -> tuple[int, ...]:
        """The steps in which there are edits, each once."""
        return tuple(dict.fromkeys(edit.place.step for edit in self.edits))

    def has(self, name: str) -> bool:
        """Return whether a tensor of the step shown is there; pixels and parameters always are."""
        if name not in self.program.writer or self.program.is_kept(name):
            return True
        return self.program.is_written(name, self.computed.done)
