"""Runs steps, one operation after the other. It keeps no record, so a replay can use it too."""

from dataclasses import replace

from tui_nn.data.batch import BatchLoader
from tui_nn.data.dataset import Dataset
from tui_nn.data.schedule import Schedule
from tui_nn.nn.operation import StepContext, run
from tui_nn.nn.program import build
from tui_nn.nn.tensors import State, Tensors
from tui_nn.training.journal import LEARNING_RATE, Edit, Journal
from tui_nn.training.recipe import Recipe


class Stepper:
    """A state, a program and a place in it.

    Attributes:
        program: The operations of a step.
        state: The parameters, as they are now.
        schedule: Which samples make up which batch.
        step: Completed updates.
        done: How many of the step's operations are done.
        learning_rate: η of the next step that begins.
        journal: Edits that are made when their place is reached.
        context: Of the step that ``tensors`` are of.
        tensors: Every tensor, as far as it is computed.
        shown_step: The step that ``tensors`` are of, or None before the first operation.
    """

    def __init__(self, recipe: Recipe, dataset: Dataset) -> None:
        training, train = recipe.training, dataset["train"]
        self._seed = training.seed
        self._first_rate = training.learning_rate
        self.program = build(recipe.architecture())
        self.state = self.program.network.initial_state(training.seed)
        self.schedule = Schedule(len(train), training.batch_size, training.seed)
        self.journal = Journal()
        capacity = min(training.batch_size, len(train))
        self._workspace = self.program.workspace(self.state, capacity)
        self._loader = BatchLoader(train, capacity, self.state.flat.dtype)
        self.learning_rate = training.learning_rate
        self.step = self.done = 0
        self.shown_step: int | None = None
        self.context: StepContext
        self.tensors: Tensors
        self._load()

    @property
    def epoch(self) -> int:
        """The epoch in hand, from 1."""
        return self.step // self.schedule.batches + 1

    @property
    def batch(self) -> int:
        """The batch in hand, from 0."""
        return self.step % self.schedule.batches

    def run_to(self, operation: int) -> None:
        """Run the step's operations until ``operation`` of them are done."""
        if self.done == 0 and operation:
            self._load()
            self.shown_step = self.step
        for edit in self.journal.of_step(self.step):
            if self.done < edit.operation <= operation:
                self._run(edit.operation)
                self.apply(edit)
        self._run(operation)

    def complete(self) -> None:
        """Go on to the next step's beginning, all operations of this one being done."""
        self.step += 1
        self.done = 0
        self._apply_at_beginning()

    def place(self, step: int, state: State) -> None:
        """Stand at the beginning of a step, with a state that was kept there."""
        self.state.restore(state)
        self.step, self.done = step, 0
        self.learning_rate = self.journal.learning_rate(self._first_rate, step, 0)
        self.shown_step = None
        self._load()

    def place_at_start(self) -> None:
        """Stand at the very beginning, with the weights that the seed gives."""
        self.place(0, self.program.network.initial_state(self._seed))
        self._apply_at_beginning()

    def apply(self, edit: Edit) -> None:
        """Make a change."""
        if edit.name != LEARNING_RATE:
            self.state.tensors[edit.name][edit.index] = edit.value
            return
        self.learning_rate = edit.value
        if self.done and edit.step == self.step:
            self.context = replace(self.context, learning_rate=edit.value)

    def _run(self, operation: int) -> None:
        run(self.program.operations[self.done : operation], self.tensors, self.context)
        self.done = operation

    def _apply_at_beginning(self) -> None:
        for edit in self.journal.of_step(self.step):
            if edit.operation == 0:
                self.apply(edit)

    def _load(self) -> None:
        self.context = StepContext(
            seed=self._seed,
            epoch=self.epoch,
            step=self.step,
            indices=self.schedule.indices(self.epoch, self.batch),
            learning_rate=self.learning_rate,
        )
        self.tensors = self._workspace.rows(len(self.context.indices))
        self._loader.load(self.context.indices, self.tensors["a0"], self.tensors["y"])
