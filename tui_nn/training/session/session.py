"""The debugger: a run, its record, and the ways of moving through it, forwards and backwards."""

import time
from collections.abc import Callable

import msgspec
import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import Dataset, Split
from tui_nn.data.schedule import Schedule
from tui_nn.errors import TuiNNError
from tui_nn.nn.explain import Index
from tui_nn.nn.program import Program
from tui_nn.nn.threads import suitable_threads
from tui_nn.training.analysis.evaluation import Evaluation
from tui_nn.training.recipe.adjustable import adjusted, check_edit, with_value
from tui_nn.training.recipe.recipe import LARGEST, Recipe
from tui_nn.training.session.editor import Editor
from tui_nn.training.session.history import EpochRecord, History
from tui_nn.training.session.journal import LEARNING_RATE, Edit, Journal
from tui_nn.training.session.observer import Observer
from tui_nn.training.session.recorder import Recorder
from tui_nn.training.session.replay import Traveller
from tui_nn.training.session.snapshot import Activity, Position, Probe, Snapshot
from tui_nn.training.session.stepper import CHUNK, Stepper
from tui_nn.training.session.timeline import Timeline
from tui_nn.training.stops.breakpoint_set import Lookout
from tui_nn.training.stops.watches import Watches
from tui_nn.training.storage.checkpoint import Checkpoint

# Overflow is a lesson that the session tells, not a warning on somebody's screen.
_quietly = np.errstate(all="ignore")


def _never() -> bool:
    return False


class Session:
    """A run of a recipe on a data set, stepped by operation, batch or epoch.

    It belongs to one thread at a time, and knows no terminal. From a place that it has been to
    before, going on walks the recorded path, to the same bits; the first edit makes a branch.
    """

    def __init__(
        self,
        recipe: Recipe,
        dataset: Dataset,
        *,
        threads: int | None = None,
        history_memory: int = 0,
    ) -> None:
        """Begin at step 0.

        Args:
            recipe: What to train, and how.
            dataset: On what; without a validation split, one is taken from train.
            threads: BLAS threads to pin; None for what suits the network's size.
            history_memory: Bytes for copies of the parameters, so that one can go back, and
                take a step apart that is over; 0 for a run that only goes forwards.

        Raises:
            TuiNNError: The data cannot be split as the recipe says.
        """
        seed, wanted = recipe.training.seed, recipe.data
        self.recipe = recipe
        self.source = dataset
        self.dataset = (
            dataset.divided(seed, wanted.split)
            if wanted.split
            else dataset.with_validation(seed, wanted.validation)
        )
        self._stepper = Stepper(recipe, self.dataset)
        self.state = self._stepper.state
        self.breakpoints = Lookout(self._stepper, self.dataset)
        rows = min(self.schedule.batch_size(1), CHUNK)
        self.threads = threads or suitable_threads(self.program.network.sizes, rows)
        self.reason = ""

        self.history_memory = history_memory
        self._timeline = Timeline(self.state, history_memory) if history_memory else None
        self._recorder = Recorder(self._stepper, self.dataset, recipe.training.early_stopping)
        self._traveller = Traveller(self._stepper, self._timeline)
        self._observer = Observer(self._stepper, self.dataset, self._timeline)
        self._editor = Editor(self._stepper, self._recorder, self._timeline)

    @classmethod
    def resumed(
        cls,
        saved: Checkpoint,
        dataset: Dataset,
        *,
        threads: int | None = None,
        history_memory: int = 0,
    ) -> "Session":
        """Take a saved run up where it was left.

        Args:
            saved: The run.
            dataset: What it was trained on.
            threads: As for a new one; None for as many as it had.
            history_memory: As for a new one.

        Raises:
            TuiNNError: The data cannot be split as the recipe says.
        """
        session = cls(
            saved.recipe, dataset, threads=threads or saved.threads, history_memory=history_memory
        )
        at = session._stepper
        at.journal = Journal(saved.edits)
        session._recorder.resume(saved.history)
        at.place(saved.step, saved.state)
        session.breakpoints.restore(saved.breakpoints)
        session.watches.restore(saved.watches)
        with np.errstate(all="ignore"):
            session._traveller.run_to(saved.operation)
        return session

    # Where it is

    @property
    def program(self) -> Program:
        """The operations of the step in hand."""
        return self._stepper.program

    @property
    def schedule(self) -> Schedule:
        """Which samples make up which batch."""
        return self._stepper.schedule

    @property
    def position(self) -> Position:
        """The program counter."""
        at = self._stepper
        batches = at.schedule.batches(at.epoch)
        return Position(at.step, at.epoch, at.batch + 1, batches, at.done)

    @property
    def history(self) -> History:
        """What was written down so far, whether or not it lies ahead of where one stands."""
        return self._recorder.history

    @property
    def watches(self) -> Watches:
        """The numbers that are watched."""
        return self._recorder.watches

    @property
    def validation_seconds(self) -> float:
        """Seconds spent on validation so far, for whoever times the training alone."""
        return self._recorder.validation_seconds

    @property
    def seconds(self) -> float:
        """Spent on training alone so far."""
        return self._recorder.seconds - self._recorder.validation_seconds

    @property
    def learning_rate(self) -> float:
        """η of the next step that begins."""
        return self._stepper.learning_rate

    @property
    def recipe_now(self) -> Recipe:
        """The recipe with its hyperparameters as they now are."""
        at = self._stepper
        return adjusted(self.recipe, at.journal.until(at.step, at.done))

    @property
    def journal(self) -> list[Edit]:
        """The edits made so far."""
        return list(self._stepper.journal)

    @property
    def finished(self) -> bool:
        """Whether it is at the end of the last epoch, the recipe's or early stopping's."""
        at = self._stepper
        if at.done or at.batch or not at.step:
            return False
        over = at.epoch - 1
        return over == self.recipe.training.epochs or self._recorder.is_stale(over)

    @property
    def best(self) -> EpochRecord | None:
        """The epoch whose weights early stopping keeps; None if it keeps none."""
        return self._recorder.best

    # Forwards

    def step_operation(self) -> None:
        """Do the next operation; after the step's last one, stand at the next step's first."""
        self._advance_to(self._stepper.done + 1)

    def step_batch(self) -> None:
        """Finish the batch in hand, and stand at the next one's first operation.

        At a breakpoint, or where something turns out not to be finite, it stops instead, and
        ``reason`` says so; called again, it goes on.
        """
        for target in self.breakpoints.stops:
            self._advance_to(target)
            if self.reason:
                return

    def step_epoch(self) -> None:
        """Go on to the end of the epoch, validation included."""
        epoch = self._stepper.epoch
        while self._stepper.epoch == epoch:
            self.step_batch()
            if self.reason:
                return

    # Backwards, and to anywhere

    def back_operation(self, is_cancelled: Callable[[], bool] = _never) -> None:
        """Undo one operation; at operation 0, the last one of the step before."""
        at = self._stepper
        if at.done:
            self.go_to(at.step, at.done - 1, is_cancelled)
        elif at.step:
            last = len(at.program_of(at.step - 1).operations) - 1
            self.go_to(at.step - 1, last, is_cancelled)

    def back_batch(self, is_cancelled: Callable[[], bool] = _never) -> None:
        """Go to operation 0 of the batch in hand, or, from there, of the one before."""
        at = self._stepper
        self.go_to(at.step if at.done else max(at.step - 1, 0), 0, is_cancelled)

    def back_epoch(self, is_cancelled: Callable[[], bool] = _never) -> None:
        """Go to the beginning of the epoch in hand, or, from there, of the one before."""
        at = self._stepper
        beginning = self.schedule.first_step(at.epoch)
        if (at.step, at.done) == (beginning, 0):
            beginning = self.schedule.first_step(max(at.epoch - 1, 1))
        self.go_to(beginning, 0, is_cancelled)

    @_quietly
    def go_to(
        self, step: int, operation: int = 0, is_cancelled: Callable[[], bool] = _never
    ) -> bool:
        """Go to any place of the run so far; this changes nothing.

        Args:
            step: Completed updates there.
            operation: How many of that step's operations are done there.
            is_cancelled: Asked once a step; if it says yes, everything stays where it was.

        Returns:
            Whether it was reached.

        Raises:
            TuiNNError: The run has not been there, or keeps no copies to go back with.
        """
        at, steps = self._stepper, len(self.history)
        if min(step, operation) < 0 or (step, operation) > max((steps, 0), (at.step, at.done)):
            raise TuiNNError(f"the run has been to steps 0 to {steps}, not to {step}")
        if operation >= (operations := len(at.program_of(step).operations)):
            raise TuiNNError(f"step {step} has {operations} operations, and no {operation}")
        if not self._traveller.can_travel:
            raise TuiNNError("this run keeps no copies of its parameters to go back with")
        self.reason = ""
        self._recorder.begin()
        self.breakpoints.forget()
        self._editor.settle()
        return self._traveller.go(step, operation, is_cancelled)

    # Changing its course

    def set_learning_rate(self, value: float) -> None:
        """Change η from the next update on; amid a step's updates, from the next step on.

        Raises:
            TuiNNError: It is not a positive number that a float32 can hold.
        """
        at = self._stepper
        # The edit is of the rate that the schedule multiplies, so that it goes on from there.
        base = value / at.rate_factor
        if not 0 < base <= LARGEST:
            raise TuiNNError(f"a learning rate must be positive and finite, not {value}")
        self._edit(Edit(at.step, LEARNING_RATE, base, at.done))

    def set_hyperparameter(self, name: str, value: float) -> None:
        """Change a rate from the next step on, or the size of batch from the next epoch on.

        A learning rate is the recipe's here, which its schedule multiplies; that of
        ``set_learning_rate`` is the one in force.

        Args:
            name: One of ``adjusted.KEYS``.
            value: What it shall be; 0 for a batch of all of train.

        Raises:
            TuiNNError: It cannot have that value.
        """
        at, wanted = self._stepper, with_value(self.recipe_now, name, value)
        optimizer = wanted.method(wanted.rates).optimizer
        if optimizer != self.program.method.optimizer:
            raise TuiNNError(f"{name}: from nothing to something, or back, takes a restart")
        self._edit(Edit(at.step, name, value, at.done))

    def set_parameter(self, name: str, index: Index, value: float) -> None:
        """Change one element of a parameter, or one row of it, at the step's beginning.

        Amid a step, the step begins again with the new value.

        Raises:
            TuiNNError: There is no such element, or a float32 cannot hold the value.
        """
        edit = Edit(self._stepper.step, name, value, 0, index)
        check_edit(edit, self.recipe)
        if self._stepper.done:
            self.go_to(self._stepper.step)
        self._edit(edit)

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return self._editor.can_undo

    def undo(self) -> None:
        """Take the last edit back, with what it overtook.

        Raises:
            TuiNNError: None was made since the last move.
        """
        self._editor.undo()
        self.breakpoints.forget()

    def restarted(self) -> "Session":
        """Return a new run from the same initial weights, with the rates as they now are."""
        return self._another(self.recipe_now, self.threads)

    def reseeded(self, seed: int) -> "Session":
        """Return a new run on the same data with another seed.

        Which samples are held out, the order of the rest and the initial weights are drawn anew.
        Where the source has a validation split of its own, as many are now taken from train
        instead, since its own one is not drawn; the recipe says so.
        """
        recipe = self.recipe_now
        data = recipe.data
        if not data.split:
            held_out = data.validation or len(self.dataset["validation"])
            data = msgspec.structs.replace(data, validation=held_out)
        training = msgspec.structs.replace(recipe.training, seed=seed)
        reseeded = msgspec.structs.replace(recipe, data=data, training=training)
        return self._another(reseeded, self.threads)

    def remade(self, recipe: Recipe) -> "Session":
        """Return a new run of another recipe, on the same data without loading it again."""
        return self._another(recipe, threads=None)

    def return_to_best(self) -> None:
        """Stand at the end of the epoch whose weights early stopping kept, if it kept any."""
        at, best, kept = self._stepper, self.best, self._recorder.kept
        if best is None or best.step >= at.step:
            return
        if kept is not None and kept.step == best.step:
            at.place(kept.step, kept.state)
        else:  # a branch has replaced what was kept, or the run was taken up again after it
            self.go_to(best.step)

    def adopt(self, other: "Session") -> None:
        """Take over another run's breakpoints and watches, as far as they mean anything here."""
        self.breakpoints.adopt(other.breakpoints)
        self.watches.restore(other.watches)

    # Looking

    @_quietly
    def probe(self, image: NDArray[np.uint8], label: int | None) -> Probe:
        """Take one image through the program at batch 1, without its update.

        Args:
            image: uint8 [28, 28].
            label: The true digit; without one there is neither a loss nor a gradient worth reading.
        """
        return self._observer.probe(image, label)

    def evaluate(self, split: str) -> Evaluation:
        """Return how good the network is now on a split."""
        return self.evaluate_on(self.dataset[split])

    @_quietly
    def evaluate_on(self, split: Split) -> Evaluation:
        """Return how good the network is now on any samples."""
        return self._observer.evaluate(split)

    def checkpoint(self) -> Checkpoint:
        """Return all that is needed to take this run up again, where it is now."""
        at = self._stepper
        return Checkpoint(
            recipe=self.recipe,
            state=self._traveller.beginning(),
            step=at.step,
            threads=self.threads,
            breakpoints=tuple(self.breakpoints),
            watches=tuple(self.watches),
            operation=at.done,
            edits=tuple(self.journal),
            history=self.history.until(at.step),
        )

    def snapshot(self, activity: Activity, probe: Probe | None = None, number: int = 1) -> Snapshot:
        """Return what there is to see now, in arrays of its own."""
        at, curves = self._stepper, self.history.curves
        return Snapshot(
            number=number,
            recipe=self.recipe,
            recipe_now=self.recipe_now,
            program=self.program,
            dataset=self.dataset,
            position=self.position,
            activity=activity,
            reason=self.reason,
            computed=self._observer.computed(),
            shown_step=at.shown_step,
            batch=self.schedule.indices(at.epoch, at.batch),
            schedule=at.schedule,
            learning_rate=at.learning_rate,
            rates=at.rates,
            loss=float(curves.loss[at.step - 1]) if at.step else None,
            accuracy=float(curves.accuracy[at.step - 1]) if at.step else None,
            curves=curves,
            epochs=self.history.epochs,
            seconds=self.seconds,
            branches=self.history.branches,
            can_undo=self.can_undo,
            breakpoints=tuple(self.breakpoints),
            watches=self.watches.look(),
            probe=probe,
        )

    # Inside

    def _another(self, recipe: Recipe, threads: int | None) -> "Session":
        another = Session(recipe, self.source, threads=threads, history_memory=self.history_memory)
        another.adopt(self)
        return another

    @_quietly
    def _advance_to(self, target: int) -> None:
        """Run the step's operations up to ``target``, with what belongs between them."""
        at, started = self._stepper, time.perf_counter()
        self.reason = ""
        self._editor.settle()
        if at.done >= target:
            return
        if at.done == 0:
            self._recorder.begin()
            self._traveller.keep()
        self.breakpoints.begin()
        at.run_to(target)
        first_update, last = len(self.program.differentiating), len(self.program.operations)
        if target == first_update:
            self._recorder.read()
        if target <= first_update:
            self.reason = self._recorder.stop_where_nonfinite()
        if target == last:
            self.reason = self._recorder.complete_step(started)
            self.reason = self.reason or self.breakpoints.after_step(self.history)
        else:
            self.reason = self.reason or self.breakpoints.before(target)
        self._recorder.seconds += time.perf_counter() - started

    def _edit(self, edit: Edit) -> None:
        self._editor.make(edit)
        self.breakpoints.forget()
