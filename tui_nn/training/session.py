"""The debugger: a network, its data and a program counter, and the ways of moving it."""

import time
from dataclasses import dataclass, replace

import msgspec
import numpy as np
from numpy.typing import NDArray

from tui_nn.data.batch import BatchLoader
from tui_nn.data.dataset import Dataset, Split, normalise
from tui_nn.data.schedule import Schedule
from tui_nn.errors import TuiNNError
from tui_nn.nn.operation import Operation, StepContext, run
from tui_nn.nn.program import build
from tui_nn.nn.tensors import Array, Tensors
from tui_nn.nn.threads import suitable_threads
from tui_nn.training.evaluation import Evaluation, Evaluator
from tui_nn.training.history import EpochRecord, History
from tui_nn.training.monitor import Monitor, Reading, first_nonfinite
from tui_nn.training.recipe import Recipe
from tui_nn.training.snapshot import Activity, Computed, Position, Probe, Snapshot


@dataclass(frozen=True)
class Edit:
    """A change of the run's course, dated.

    Attributes:
        step: The first step that it was in force for.
        name: What was changed.
        value: To what.
    """

    step: int
    name: str
    value: float


class Session:
    """A run of a recipe on a data set, stepped by operation, batch or epoch.

    It belongs to one thread at a time, and knows no terminal.
    """

    def __init__(
        self,
        recipe: Recipe,
        dataset: Dataset,
        *,
        threads: int | None = None,
        keep_before: bool = False,
    ) -> None:
        """Begin at step 0.

        Args:
            recipe: What to train, and how.
            dataset: On what; without a validation split, one is taken from train.
            threads: BLAS threads to pin; None for what suits the network's size.
            keep_before: Remember the parameters from before each update, so that a step that
                is over can still be taken apart.

        Raises:
            TuiNNError: The data cannot be split as the recipe says.
        """
        training = recipe.training
        self.recipe = recipe
        self.source = dataset
        self.dataset = dataset.with_validation(training.seed, recipe.data.validation)
        self.program = build(recipe.architecture())
        self.state = self.program.network.initial_state(training.seed)
        self.schedule = Schedule(len(self.dataset["train"]), training.batch_size, training.seed)
        self.history = History(self.program.network.layers)
        self.journal: list[Edit] = []
        self.learning_rate = training.learning_rate
        self.threads = threads or suitable_threads(self.program.network.sizes, training.batch_size)
        self.reason = ""
        self.validation_seconds = 0.0  # spent so far, for whoever times the training alone

        self._workspace = self.program.workspace(self.state, self._capacity)
        self._loader = BatchLoader(self.dataset["train"], self._capacity, self.state.flat.dtype)
        self._monitors: dict[int, Monitor] = {}
        self._validation = Evaluator(self.program, self.state, self.dataset["validation"])
        self._probing = self.program.workspace(self.state, 1, self.program.probing)
        self._before = self.state.copy() if keep_before else None
        self._first_update = len(self.program.differentiating)

        self._step, self._epoch, self._batch, self._done = 0, 1, 0, 0
        self._epoch_loss, self._epoch_correct = 0.0, 0
        self._reading: Reading | None = None
        self._warned_at: int | None = None
        self._shown_step: int | None = None
        self._context = self._context_of_step()
        self._tensors: Tensors = self._workspace.rows(len(self._context.indices))

    # Where it is

    @property
    def position(self) -> Position:
        """The program counter."""
        return Position(self._step, self._epoch, self._batch + 1, self.schedule.batches, self._done)

    @property
    def finished(self) -> bool:
        """Whether it is at the end of the recipe's last epoch."""
        end = self.recipe.training.epochs * self.schedule.batches
        return self._step == end and self._done == 0

    # Moving

    def step_operation(self) -> None:
        """Do the next operation; after the step's last one, stand at the next step's first."""
        self._advance_to(self._done + 1)

    def step_batch(self) -> None:
        """Finish the batch in hand, and stand at the next one's first operation.

        Where something turns out not to be finite, it stops there instead, and ``reason`` says
        so; called again, it goes on.
        """
        self._advance_to(self._first_update)
        if not self.reason:
            self._advance_to(len(self.program.operations))

    def step_epoch(self) -> None:
        """Go on to the end of the epoch, validation included."""
        epoch = self._epoch
        while self._epoch == epoch:
            self.step_batch()
            if self.reason:
                return

    def restarted(self) -> "Session":
        """Return a new run from the same initial weights, with the rates as they now are."""
        return self._another(self.recipe, self.recipe.training.seed)

    def reseeded(self, seed: int) -> "Session":
        """Return a new run on the same data with another seed.

        Which samples are held out, the order of the rest and the initial weights are drawn anew.
        Where the source has a validation split of its own, as many are now taken from train
        instead, since its own one is not drawn; the recipe says so.
        """
        held_out = self.recipe.data.validation or len(self.dataset["validation"])
        data = msgspec.structs.replace(self.recipe.data, validation=held_out)
        return self._another(msgspec.structs.replace(self.recipe, data=data), seed)

    def _another(self, recipe: Recipe, seed: int) -> "Session":
        training = msgspec.structs.replace(
            recipe.training, learning_rate=self.learning_rate, seed=seed
        )
        recipe = msgspec.structs.replace(recipe, training=training)
        return Session(
            recipe, self.source, threads=self.threads, keep_before=self._before is not None
        )

    def set_learning_rate(self, value: float) -> None:
        """Change η from the next update on; amid a step's updates, from the next step on.

        Raises:
            TuiNNError: It is not a positive number that a float32 can hold.
        """
        if not 0 < value <= float(np.finfo(np.float32).max):
            raise TuiNNError(f"a learning rate must be positive and finite, not {value}")
        updating = self._done > self._first_update
        self.journal.append(Edit(self._step + updating, "learning_rate", value))
        self.learning_rate = value
        if self._done and not updating:
            self._context = replace(self._context, learning_rate=value)

    # Looking

    def probe(self, image: NDArray[np.uint8], label: int | None) -> Probe:
        """Take one image through the program at batch 1, without its update.

        Args:
            image: uint8 [28, 28].
            label: The true digit; without one there is neither a loss nor a gradient worth reading.
        """
        tensors = self._probing.rows(1)
        tensors["a0"][...] = normalise(image[None], self.state.flat.dtype.type)
        tensors["y"].fill(0)
        if label is not None:
            tensors["y"][0, label] = 1
        context = replace(self._context, indices=np.zeros(1, np.intp))
        with np.errstate(all="ignore"):
            run(self.program.probing, tensors, context)
        kept = _copied(tensors)
        return Probe(image, label, Computed(kept, kept, context, len(self.program.probing)))

    def evaluate(self, split: str) -> Evaluation:
        """Return how good the network is now on a split."""
        return self.evaluate_on(self.dataset[split])

    def evaluate_on(self, split: Split) -> Evaluation:
        """Return how good the network is now on any samples."""
        with np.errstate(all="ignore"):
            return Evaluator(self.program, self.state, split).run()

    def snapshot(self, activity: Activity, probe: Probe | None = None) -> Snapshot:
        """Return what there is to see now, in arrays of its own."""
        last = len(self.history) - 1
        curves = self.history.curves
        return Snapshot(
            recipe=self.recipe,
            program=self.program,
            dataset=self.dataset,
            position=self.position,
            activity=activity,
            reason=self.reason,
            computed=self._computed(),
            shown_step=self._shown_step,
            batch=self.schedule.indices(self._epoch, self._batch),
            learning_rate=self.learning_rate,
            loss=float(curves.loss[last]) if last >= 0 else None,
            accuracy=float(curves.accuracy[last]) if last >= 0 else None,
            curves=curves,
            epochs=self.history.epochs,
            probe=probe,
        )

    # Inside

    @property
    def _capacity(self) -> int:
        return min(self.recipe.training.batch_size, len(self.dataset["train"]))

    def _context_of_step(self) -> StepContext:
        return StepContext(
            seed=self.recipe.training.seed,
            epoch=self._epoch,
            step=self._step,
            indices=self.schedule.indices(self._epoch, self._batch),
            learning_rate=self.learning_rate,
        )

    def _advance_to(self, target: int) -> None:
        """Run the step's operations up to ``target``, with what belongs between them."""
        self.reason = ""
        if self._done >= target:
            return
        # Overflow is a lesson that the monitor tells, not a warning on somebody's screen.
        with np.errstate(all="ignore"):
            if self._done == 0:
                self._begin_step()
            if self._done == self._first_update and self._before is not None:
                self._before.restore(self.state)
            run(self.program.operations[self._done : target], self._tensors, self._context)
            self._done = target
            if target == self._first_update:
                self._reading = self._monitor().read()
                self._stop_where_nonfinite()
            elif target < self._first_update:
                self._stop_where_nonfinite()
            if target == len(self.program.operations):
                self._complete_step()

    def _begin_step(self) -> None:
        self._context = self._context_of_step()
        self._tensors = self._workspace.rows(len(self._context.indices))
        self._loader.load(self._context.indices, self._tensors["a0"], self._tensors["y"])
        self._shown_step = self._step

    def _monitor(self) -> Monitor:
        rows = len(self._context.indices)
        if rows not in self._monitors:
            self._monitors[rows] = Monitor(self.program, self._tensors)
        return self._monitors[rows]

    def _stop_where_nonfinite(self) -> None:
        if self._warned_at == self._step or (self._reading is not None and self._reading.finite):
            return
        # Parameters that an update spoilt show only when the step after it has begun.
        if spoilt := first_nonfinite(self.program.updating, self._tensors):
            self._warn(spoilt, self._step - 1)
            self._done = 1
        elif spoilt := first_nonfinite(self.program.operations[: self._done], self._tensors):
            self._warn(spoilt, self._step)
            self._done = self.program.operations.index(spoilt) + 1

    def _warn(self, spoilt: Operation, step: int) -> None:
        self.reason = f"non-finite: {spoilt.symbol}, step {step}"
        self._warned_at = self._step

    def _complete_step(self) -> None:
        reading = self._reading
        assert reading is not None
        size = len(self._context.indices)
        self.history.add_step(
            reading.loss,
            reading.correct / size,
            self._context.learning_rate,
            reading.gradient_norms,
        )
        self._epoch_loss += reading.loss * size
        self._epoch_correct += reading.correct
        self._reading = None
        self._step += 1
        self._batch += 1
        self._done = 0
        if self._batch == self.schedule.batches:
            self._complete_epoch()

    def _complete_epoch(self) -> None:
        samples = len(self.dataset["train"])
        started = time.perf_counter()
        validation = self._validation.run()
        self.validation_seconds += time.perf_counter() - started
        self.history.add_epoch(
            EpochRecord(
                epoch=self._epoch,
                step=self._step,
                train_loss=self._epoch_loss / samples,
                train_accuracy=self._epoch_correct / samples,
                validation_loss=validation.loss,
                validation_accuracy=validation.accuracy,
            )
        )
        self._epoch_loss, self._epoch_correct = 0.0, 0
        self._epoch += 1
        self._batch = 0
        # There may be no step after it to tell.
        if spoilt := first_nonfinite(self.program.updating, self._tensors):
            self._warn(spoilt, self._step - 1)

    def _computed(self) -> Computed:
        tensors = _copied(self._tensors)
        before = tensors
        updated = self._done == 0 or self._done > self._first_update
        if self._before is not None and self._shown_step is not None and updated:
            before = tensors | {name: array.copy() for name, array in self._before.tensors.items()}
        done = (
            self._done if self._done or self._shown_step is None else len(self.program.operations)
        )
        return Computed(tensors, before, self._context, done)


def _copied(tensors: Tensors) -> dict[str, Array]:
    return {name: array.copy() for name, array in tensors.items()}
