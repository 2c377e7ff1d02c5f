"""Runs steps, one operation after the other. It keeps no record, so a replay can use it too."""

from dataclasses import replace

import numpy as np

from tui_nn.data.batch import BatchLoader
from tui_nn.data.dataset import Dataset
from tui_nn.data.schedule import WHOLE, scheduled
from tui_nn.data.task import balanced_weights
from tui_nn.nn.method import Method
from tui_nn.nn.operation import StepContext, run
from tui_nn.nn.program import Program
from tui_nn.nn.state import State
from tui_nn.nn.tensor import Arrays
from tui_nn.nn.workspace import Workspace
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.session.journal import LEARNING_RATE, Edit, Journal
from tui_nn.training.session.rate_schedule import RateSchedule

CHUNK = 1000  # samples; a larger batch is worked through in chunks of so many


class Stepper:
    """A state, a program and a place in it.

    Attributes:
        program: The operations of a step. Another one takes its place where a person turns
            on, between two steps, what the recipe did not ask for.
        state: The parameters, and what the optimiser remembers, as they are now.
        schedule: Which samples make up which batch.
        task: What the network is asked.
        step: Completed updates.
        epoch: The epoch in hand, from 1.
        batch: The batch in hand, from 0.
        batches: How many make the epoch in hand.
        batch_size: How many samples each of them has, but for the last one.
        done: How many of the step's operations are done.
        base_rate: η of the next step that begins, before its schedule's factor.
        rates: The other rates of the step in hand.
        journal: Edits that are made when their place is reached.
        context: Of the step that ``tensors`` are of.
        tensors: Every tensor, as far as it is computed; of a batch in chunks, the last chunk's.
        correct_before: How many samples the chunks before this one had right.
        shown_step: The step that ``tensors`` are of, or None before the first operation.
    """

    def __init__(self, recipe: Recipe, dataset: Dataset) -> None:
        training, self._train = recipe.training, dataset["train"]
        self._recipe = recipe
        self._rate_schedule = RateSchedule(training)
        self.task = recipe.task
        classes = self.task.classes(self._train.labels)
        self._first_schedule = scheduled(
            len(self._train),
            WHOLE if training.batch_size == "full" else training.batch_size,
            training.seed,
            classes if recipe.data.oversampling else None,
        )
        self._weights = None
        if recipe.data.class_weighting:
            self._weights = balanced_weights(classes, len(self.task.names))
        self._programs: dict[Method, Program] = {}
        self._workspaces: dict[tuple[int, int], tuple[Workspace, BatchLoader]] = {}
        self.journal = Journal()
        self.step = self.done = self.correct_before = 0
        self.base_rate = training.learning_rate
        self.shown_step: int | None = None
        self.rates = recipe.rates
        self.schedule = self._first_schedule
        self._find_place()
        self.program = self.program_of(0)
        self.state = self.program.initial_state(training.seed)
        self.context: StepContext
        self.tensors: Arrays
        self.adapt()

    @property
    def learning_rate(self) -> float:
        """η of the next step that begins."""
        return self.base_rate * self.rate_factor

    @property
    def rate_factor(self) -> float:
        """By what the recipe's schedule multiplies η in the step in hand."""
        return self._rate_schedule.factor(self.epoch, self.batch, self.batches)

    def run_to(self, operation: int) -> None:
        """Run the step's operations until ``operation`` of them are done."""
        if self.done == 0 and operation:
            self._load()
            self._run_chunks_before()
            self.shown_step = self.step
        for edit in self.journal.of_step(self.step):
            if self.done < edit.operation <= operation:
                self._run(edit.operation)
                self.apply(edit)
        self._run(operation)

    def complete(self) -> None:
        """Go on to the next step's beginning, all operations of this one being done."""
        changed, size = bool(self.journal.of_step(self.step)), self.batch_size
        self.step += 1
        self.done = 0
        self.batch += 1
        if self.batch == self.batches:
            self._find_place()
        changed = self._apply_at_beginning() or changed
        if changed or self.batch_size != size:
            self.adapt()

    def place(self, step: int, state: State) -> None:
        """Stand at the beginning of a step, with a state that was kept there."""
        self.state.restore(state)
        self.step, self.done = step, 0
        self.base_rate = self.journal.learning_rate(self._recipe.training.learning_rate, step)
        self.shown_step = None
        self.adapt()

    def place_at_start(self) -> None:
        """Stand at the very beginning, with the weights that the seed gives."""
        self.place(0, self.program.initial_state(self._recipe.training.seed))
        self._apply_at_beginning()

    def apply(self, edit: Edit) -> None:
        """Make a change; ``adapt`` then has to follow if it is of a hyperparameter.

        A learning rate is in force from the next whole update on.
        """
        if edit.name in self.state.tensors:
            self.state.tensors[edit.name][edit.index] = edit.value
        if edit.name != LEARNING_RATE:
            return
        self.base_rate = edit.value
        if 0 < self.done <= len(self.program.differentiating):
            self.context = replace(self.context, learning_rate=self.learning_rate)

    def adapt(self) -> None:
        """Have the journal decide which batches there are, and at which rates a step begins."""
        self.schedule = self.journal.schedule(self._first_schedule)
        self._find_place()
        if self.done:
            return
        self.rates = self.journal.rates(self._recipe.rates, self.step)
        before, self.program = self.program, self.program_of(self.step)
        if self.program is not before:
            self.shown_step = None
        if self.shown_step is None:
            self._load()

    def _find_place(self) -> None:
        """Work out which batch of which epoch the step in hand is."""
        self.epoch, self.batch = self.schedule.place(self.step)
        self.batches = self.schedule.batches(self.epoch)
        self.batch_size = self.schedule.batch_size(self.epoch)

    def program_of(self, step: int) -> Program:
        """Return the operations of a step, with the rates and the size of batch in force there."""
        epoch, _ = self.schedule.place(step)
        chunked = self.schedule.batch_size(epoch) > CHUNK
        rates = self.journal.rates(self._recipe.rates, step)
        method = self._recipe.method(rates, chunked)
        if method not in self._programs:
            self._programs[method] = self._recipe.program(rates, chunked)
        return self._programs[method]

    def _run(self, operation: int) -> None:
        run(self.program.operations[self.done : operation], self.tensors, self.context)
        self.done = operation

    def _apply_at_beginning(self) -> bool:
        """Make the edits of the step's beginning; return whether there are any."""
        edits = [edit for edit in self.journal.of_step(self.step) if edit.operation == 0]
        for edit in edits:
            self.apply(edit)
        return bool(edits)

    def _load(self) -> None:
        """Put the batch's samples where the program reads them; of several chunks, the last's."""
        indices = self.schedule.indices(self.epoch, self.batch)
        chunks = -(-len(indices) // CHUNK) if self.program.method.chunked else 1
        start = (chunks - 1) * CHUNK
        self.context = StepContext(
            seed=self._recipe.training.seed,
            epoch=self.epoch,
            step=self.step,
            indices=indices[start:],
            learning_rate=self.learning_rate,
            rates=self.rates,
            samples=len(indices) if start else 0,
            start=start,
        )
        self.tensors = self._loaded(self.context)
        self.correct_before = 0
        self.program.begin_batch(self.tensors)

    def _loaded(self, context: StepContext) -> Arrays:
        """Return the tensors for so many rows, with their samples loaded."""
        size = CHUNK if self.program.method.chunked else self.batch_size
        key = id(self.program), size
        if key not in self._workspaces:
            workspace = self.program.workspace(self.state, size)
            dtype = self.state.flat.dtype
            loader = BatchLoader(self._train, size, dtype, self.task, self._weights)
            self._workspaces = {key: (workspace, loader)}
        workspace, loader = self._workspaces[key]
        tensors = workspace.rows(len(context.indices))
        loader.load(context.indices, tensors)
        return tensors

    def _run_chunks_before(self) -> None:
        """Work through all the chunks of the batch but the last, in order, and add them up.

        What large weights cost is counted once, with the last one.
        """
        last = self.context
        if not last.start:
            return
        indices = self.schedule.indices(self.epoch, self.batch)
        rates = replace(self.rates, l1=0.0, l2=0.0)
        for start in range(0, last.start, CHUNK):
            chunk = indices[start : start + CHUNK]
            context = replace(last, indices=chunk, rates=rates, start=start)
            tensors = self._loaded(context)
            run(self.program.differentiating, tensors, context)
            self.program.add_up(tensors)
            self.correct_before += self.correct(tensors)
        self.tensors = self._loaded(last)

    def correct(self, tensors: Arrays) -> int:
        """Return how many rows the network has right."""
        output, labels = self.program.output.name, self.program.labels.name
        right = self.task.said(tensors[output]) == self.task.said(tensors[labels])
        return int(np.count_nonzero(right))
