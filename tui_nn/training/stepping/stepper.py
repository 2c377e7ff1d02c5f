"""Runs steps, one operation after the other. It keeps no record, so a replay can use it too."""

from collections.abc import Callable
from functools import partial

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from tui_nn.data.batch import BatchLoader
from tui_nn.data.dataset import Dataset
from tui_nn.data.schedule import WHOLE, make_schedule
from tui_nn.data.task import balanced_weights
from tui_nn.nn.looked import Looked
from tui_nn.nn.method import Method
from tui_nn.nn.operation import StepContext
from tui_nn.nn.program import Program
from tui_nn.nn.state import State
from tui_nn.nn.tensor import Arrays
from tui_nn.training.recipe.hyperparameters import LEARNING_RATE
from tui_nn.training.recipe.ranges import WHOLE_BATCH
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.stepping.bound import Binder, Bound
from tui_nn.training.stepping.journal import Edit, Journal
from tui_nn.training.stepping.place import Place
from tui_nn.training.stepping.rate_schedule import RateSchedule
from tui_nn.training.stepping.timeline import Keyframe
from tui_nn.training.stepping.unread import UnreadBatch

CHUNK = WHOLE_BATCH


class Moment(Struct, frozen=True, eq=False):
    """All that an edit may change, as it was before.

    Attributes:
        parameters: A copy of every parameter.
        base_rate: η before its schedule's factor.
        context: Of the step.
        bound: What was shown.
        shown_step: Of which step.
        journal: The edits.
    """

    parameters: State
    base_rate: float
    context: StepContext
    bound: Bound
    shown_step: int | None
    journal: Journal


class Stepper:
    """A state, a program and a place in it. Only its own methods change the place.

    Attributes:
        program: The operations of a step. It changes where a person turns on, between two
            steps, what the recipe did not ask for.
        state: The parameters, and what the optimiser remembers, as they are now.
        schedule: Which samples make up which batch.
        task: What the network is asked about a sample.
        epoch: The current epoch, from 1.
        batch: The current batch, from 0.
        batches: How many batches the current epoch has.
        batch_size: How many samples each of them has, but for the last one.
        base_rate: η of the next step that begins, before its schedule's factor.
        rates: The other rates of the current step.
        journal: Edits that are made when their place is reached.
        context: Of the step that ``tensors`` are of.
        correct_before: How many samples the chunks before this one had right.
        shown_step: The step that ``tensors`` are of, or None before the first operation.
    """

    def __init__(self, recipe: Recipe, dataset: Dataset) -> None:
        training, self._train = recipe.training, dataset["train"]
        self._recipe = recipe
        self._rate_schedule = RateSchedule(training)
        self.task = recipe.task
        classes = self.task.classes(self._train.labels)
        mistake = recipe.mistake
        is_sorted = mistake is not None and mistake.sorted_by_class
        self._first_schedule = make_schedule(
            len(self._train),
            WHOLE if training.batch_size == "full" else training.batch_size,
            training.seed,
            classes if recipe.data.oversampling else None,
            fixed=np.argsort(classes, kind="stable") if is_sorted else None,
            drops_last=mistake is not None and mistake.drops_last,
        )
        self._weights = None
        if recipe.data.class_weighting:
            self._weights = balanced_weights(classes, len(self.task.names))
        self._programs: dict[Method, Program] = {}
        self._binder: Binder | None = None
        self.journal = Journal()
        self._step = self._done = self.correct_before = 0
        self.base_rate = training.learning_rate
        self.shown_step: int | None = None
        self.rates = recipe.rates
        self.schedule = self._first_schedule
        self._find_batch()
        self.program = self.program_of(0)
        self.state = self.program.initial_state(training.seed)
        self.context: StepContext
        self._bound: Bound
        self._is_read = False  # whether anybody has needed samples yet
        self.adapt()

    @property
    def step(self) -> int:
        """Completed updates."""
        return self._step

    @property
    def done(self) -> int:
        """How many of the step's operations are done."""
        return self._done

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self._step, self._done)

    @property
    def tensors(self) -> Arrays:
        """Every tensor, as far as it is computed; of a batch in chunks, the last chunk's."""
        if not self._is_read:
            self._load()
        return self._bound.tensors

    @property
    def unread(self) -> UnreadBatch | None:
        """The first batch, as long as nobody has needed its samples; then None."""
        if self._is_read:
            return None
        return UnreadBatch.of(self._bound.tensors, self.context.indices, self._loader_maker())

    @property
    def looked(self) -> Looked:
        """They, and those that have no buffer."""
        return Looked(self.tensors, self.program, self.context)

    @property
    def learning_rate(self) -> float:
        """η of the next step that begins."""
        return self.base_rate * self.rate_factor

    @property
    def rate_factor(self) -> float:
        """By what the recipe's schedule multiplies η in the current step."""
        return self._rate_schedule.factor(self.epoch, self.batch, self.batches)

    def run_to(self, operation: int) -> None:
        """Run the step's operations until ``operation`` of them are done."""
        if self._done == 0 and operation:
            self._load()
            self._run_chunks_before()
            self.shown_step = self.step
        for edit in self.journal.of_step(self.step):
            if self._done < edit.place.operation <= operation:
                self._run(edit.place.operation)
                self._apply(edit)
        self._run(operation)

    def complete(self) -> None:
        """Go on to the next step's beginning, all operations of this one being done."""
        changed, size = bool(self.journal.of_step(self.step)), self.batch_size
        self._step += 1
        self._done = 0
        self.batch += 1
        if self.batch == self.batches:
            self._find_batch()
        changed = self._apply_at_beginning() or changed
        if changed or self.batch_size != size:
            self.adapt()

    def restore(self, kept: Keyframe, journal: Journal | None = None) -> None:
        """Go to the beginning of a step, with the state that was kept there.

        Args:
            kept: The step and its state.
            journal: The edits of the run, if they are not those that it has.
        """
        if journal is not None:
            self.journal = journal
        self.state.restore(kept.state)
        self._step, self._done = kept.step, 0
        self.base_rate = self.journal.learning_rate(self._recipe.training.learning_rate, kept.step)
        self.shown_step = None
        self.adapt()

    def restart(self) -> None:
        """Go to step 0, with the weights that the seed gives."""
        self.restore(Keyframe(0, self.program.initial_state(self._recipe.training.seed)))
        self._apply_at_beginning()

    def move_counter(self, operation: int) -> None:
        """Move the program counter within the step, leaving what was computed as it is."""
        self._done = operation

    def edit(self, edit: Edit) -> None:
        """Make a change here, in place of the edits that were made after this place."""
        self.journal = self.journal.until(self.place)
        self.journal.add(edit)
        self._apply(edit)
        self.adapt()

    def capture(self) -> Moment:
        """Return all that an edit may change."""
        return Moment(
            self.state.copy(),
            self.base_rate,
            self.context,
            self._bound,
            self.shown_step,
            self.journal,
        )

    def restore_moment(self, moment: Moment) -> None:
        """Undo the edits made here since a moment."""
        self.state.restore(moment.parameters)
        self.base_rate, self.journal = moment.base_rate, moment.journal
        self.adapt()
        self.context, self._bound = moment.context, moment.bound
        self.shown_step = moment.shown_step

    def _apply(self, edit: Edit) -> None:
        """Make a change; ``adapt`` has to follow if it is of a hyperparameter.

        A learning rate is in force from the next whole update on.
        """
        if edit.name in self.state.tensors:
            self.state.tensors[edit.name][edit.index] = edit.value
        if edit.name != LEARNING_RATE:
            return
        self.base_rate = edit.value
        if 0 < self._done <= len(self.program.differentiating):
            self.context = replace(self.context, learning_rate=self.learning_rate)

    def adapt(self) -> None:
        """Follow the journal: which batches there are, and at which rates a step begins."""
        self.schedule = self.journal.schedule(self._first_schedule)
        self._find_batch()
        if self._done:
            return
        self.rates = self.journal.rates(self._recipe.rates, self.step)
        before, self.program = self.program, self.program_of(self.step)
        if self.program is not before:
            self.shown_step = None
        if self.shown_step is None:
            self._load() if self._is_read else self._begin_batch()

    def _find_batch(self) -> None:
        """Work out which batch of which epoch the current step is."""
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
        """Go on until ``operation`` operations are done: one when stepping, else all of them."""
        context = self.context
        for call in self._bound.calls[self._done : operation]:
            call(context)
        self._done = operation

    def _apply_at_beginning(self) -> bool:
        """Make the edits of the step's beginning; return whether there are any."""
        edits = [edit for edit in self.journal.of_step(self.step) if edit.place.is_beginning]
        for edit in edits:
            self._apply(edit)
        return bool(edits)

    def _load(self) -> None:
        """Put the batch's samples where the program reads them; of several chunks, the last's."""
        self._begin_batch()
        self._bound.load(self.context.indices)
        self._is_read = True
        self.correct_before = 0
        self.program.begin_batch(self._bound.tensors)

    def _begin_batch(self) -> None:
        """Work out which samples the batch has, without reading them."""
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
        self._bound = self._bound_for(self.context)

    def _bound_for(self, context: StepContext) -> Bound:
        """Return the program bound for as many samples as a context has."""
        binder, capacity = self._binder, self._capacity
        if binder is None or binder.program is not self.program or binder.capacity != capacity:
            loader = self._loader_maker()()
            binder = self._binder = Binder(self.program, self.state, loader, capacity)
        return binder.rows(len(context.indices))

    @property
    def _capacity(self) -> int:
        """Samples of the largest chunk."""
        return CHUNK if self.program.method.chunked else self.batch_size

    def _loader_maker(self) -> Callable[[], BatchLoader]:
        dtype = self.state.flat.dtype
        return partial(BatchLoader, self._train, self._capacity, dtype, self.task, self._weights)

    def _loaded(self, context: StepContext) -> Bound:
        """Return the program bound for a context's samples, with the samples loaded."""
        bound = self._bound_for(context)
        bound.load(context.indices)
        return bound

    def _run_chunks_before(self) -> None:
        """Compute all the chunks of the batch but the last, in order, and add them up.

        The penalty for large weights is counted once, with the last one.
        """
        last = self.context
        if not last.start:
            return
        indices = self.schedule.indices(self.epoch, self.batch)
        rates = replace(self.rates, l1=0.0, l2=0.0)
        for start in range(0, last.start, CHUNK):
            chunk = indices[start : start + CHUNK]
            context = replace(last, indices=chunk, rates=rates, start=start)
            chunk_bound = self._loaded(context)
            for call in chunk_bound.calls[: len(self.program.differentiating)]:
                call(context)
            self.program.add_up(chunk_bound.tensors)
            self.correct_before += self.correct(chunk_bound.tensors)
        self._bound = self._loaded(last)

    def correct(self, tensors: Arrays) -> int:
        """Return how many rows the network has right."""
        output, labels = self.program.output.name, self.program.labels.name
        right = self.task.said(tensors[output]) == self.task.said(tensors[labels])
        return int(np.count_nonzero(right))
