"""The debugger: a run, its record, and the ways of moving through it, forwards and backwards."""

import time
from collections.abc import Callable
from dataclasses import replace

import msgspec
import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import Dataset, Split
from tui_nn.data.schedule import Schedule
from tui_nn.errors import TuiNNError
from tui_nn.nn.explain import Index
from tui_nn.nn.program import Program
from tui_nn.nn.threads import suitable_threads
from tui_nn.training.evaluation import Evaluation
from tui_nn.training.recipe.adjustable import adjust
from tui_nn.training.recipe.hyperparameters import LEARNING_RATE
from tui_nn.training.recipe.ranges import LARGEST
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.recipe.wanted_data import fitted
from tui_nn.training.session.editor import Editor
from tui_nn.training.session.observer import Observer
from tui_nn.training.session.recorder import Recorder
from tui_nn.training.session.snapshot import Activity, Probe, Snapshot
from tui_nn.training.stepping.epochs import EpochRecord
from tui_nn.training.stepping.history import History
from tui_nn.training.stepping.journal import Edit, Journal, apply_edits, check_edit
from tui_nn.training.stepping.monitor import SPARSE
from tui_nn.training.stepping.place import Place, Position
from tui_nn.training.stepping.replay import Replayer
from tui_nn.training.stepping.stepper import CHUNK, Stepper
from tui_nn.training.stepping.timeline import Keyframe, Timeline
from tui_nn.training.stops.breakpoint_set import BreakpointSet
from tui_nn.training.stops.watches import Watches
from tui_nn.training.storage.checkpoint import Checkpoint

# Overflow is for the session to report, not a warning on the screen.
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
            TuiNNError: The data are not what the recipe is for, or cannot be split as it says.
        """
        seed, wanted = recipe.training.seed, recipe.data
        self.recipe = recipe
        dataset = self.source = fitted(recipe, dataset)
        divided = (
            dataset.divided(seed, wanted.split)
            if wanted.split
            else dataset.with_validation(seed, wanted.validation)
        )
        self.dataset = recipe.altered(divided)
        self._stepper = Stepper(recipe, self.dataset)
        self.state = self._stepper.state
        self.breakpoints = BreakpointSet(self._stepper, self.dataset)
        rows = min(self.schedule.batch_size(1), CHUNK)
        self.threads = threads or suitable_threads(self.program.network.largest_product, rows)
        self.reason = ""

        self.history_memory = history_memory
        self._timeline = Timeline(self.state, history_memory) if history_memory else None
        self._recorder = Recorder(self._stepper, self.dataset, recipe.training.early_stopping)
        self._replayer = Replayer(self._stepper, self._timeline)
        self._observer = Observer(self._stepper, self.dataset, self._timeline)
        self._editor = Editor(self._stepper, self._recorder, self._timeline, self._replayer)

    @classmethod
    def resumed(
        cls,
        saved: Checkpoint,
        dataset: Dataset,
        *,
        threads: int | None = None,
        history_memory: int = 0,
    ) -> "Session":
        """Return a session that goes on with a saved run.

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
        session._recorder.resume(saved.history)
        session._stepper.restore(Keyframe(saved.step, saved.state), Journal(saved.edits))
        session.breakpoints.restore(saved.breakpoints)
        session.watches.restore(saved.watches)
        with np.errstate(all="ignore"):
            session._replayer.run_to(saved.place.operation)
        return session

    # Where it is

    @property
    def program(self) -> Program:
        """The operations of the current step."""
        return self._stepper.program

    @property
    def schedule(self) -> Schedule:
        """Which samples make up which batch."""
        return self._stepper.schedule

    @property
    def position(self) -> Position:
        """The program counter."""
        at = self._stepper
        return Position(at.place, at.epoch, at.batch + 1, at.batches)

    @property
    def history(self) -> History:
        """What was recorded so far, also of steps after the current place."""
        return self._recorder.history

    @property
    def watches(self) -> Watches:
        """The numbers that are watched."""
        return self._recorder.watches

    @property
    def validation_seconds(self) -> float:
        """Seconds spent on validation so far, which are not training time."""
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
        return apply_edits(self.recipe, at.journal.until(at.place))

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

    @_quietly
    def step_operation(self) -> None:
        """Do the next operation; after the step's last one, stop at the next step's beginning."""
        self._advance_to(self._stepper.done + 1)

    @_quietly
    def step_batch(self, *, sparse: bool = False, unseen: bool = False) -> None:
        """Finish the current batch, and stop at the beginning of the next one.

        At a breakpoint, or where a number is not finite, it stops earlier, and ``reason`` says
        why; called again, it goes on.

        Args:
            sparse: For full speed: the gradients' norms are recorded of some steps only, unless a
                breakpoint needs them all.
            unseen: Nobody will look at this step before another is made, unless the run stops
                with it: the parameters from before its update need not be kept.
        """
        at, stops = self._stepper, self.breakpoints
        sparse = sparse and at.step % SPARSE > 0 and not stops.need_norms
        unseen = unseen and at.batch + 1 < at.batches and not stops.can_stop
        for target in stops.stops:
            self._advance_to(target, sparse, unseen)
            if self.reason:
                return

    @property
    def is_kept(self) -> bool:
        """Whether the step that is shown can be taken apart; one that was ``unseen`` cannot."""
        return self._replayer.shows_kept

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
            self.go_to(Place(at.step, at.done - 1), is_cancelled)
        elif at.step:
            last = len(at.program_of(at.step - 1).operations) - 1
            self.go_to(Place(at.step - 1, last), is_cancelled)

    def back_batch(self, is_cancelled: Callable[[], bool] = _never) -> None:
        """Go to operation 0 of the current batch, or, from there, of the one before."""
        at = self._stepper
        self.go_to(Place(at.step if at.done else max(at.step - 1, 0)), is_cancelled)

    def back_epoch(self, is_cancelled: Callable[[], bool] = _never) -> None:
        """Go to the beginning of the current epoch, or, from there, of the one before."""
        at = self._stepper
        beginning = Place(self.schedule.first_step(at.epoch))
        if at.place == beginning:
            beginning = Place(self.schedule.first_step(max(at.epoch - 1, 1)))
        self.go_to(beginning, is_cancelled)

    @_quietly
    def go_to(self, place: Place, is_cancelled: Callable[[], bool] = _never) -> bool:
        """Go to any place of the run so far; this changes nothing.

        Args:
            place: Where.
            is_cancelled: Asked once a step; if it says yes, everything stays where it was.

        Returns:
            Whether it was reached.

        Raises:
            TuiNNError: The run has not been there, or keeps no copies to go back with.
        """
        at, steps = self._stepper, len(self.history)
        if min(place.step, place.operation) < 0 or place > max(Place(steps), at.place):
            raise TuiNNError(f"the run has been to steps 0 to {steps}, not to {place.step}")
        if place.operation >= (operations := len(at.program_of(place.step).operations)):
            raise TuiNNError(
                f"step {place.step} has {operations} operations, and no {place.operation}"
            )
        if not self._replayer.can_go_back:
            raise TuiNNError("this run keeps no copies of its parameters to go back with")
        self.reason = ""
        self._recorder.begin()
        self.breakpoints.forget()
        self._editor.settle()
        return self._replayer.go_to(place, is_cancelled)

    # Changing its course

    def set_learning_rate(self, value: float) -> None:
        """Change η from the next update on; among a step's updates, from the next step on.

        Raises:
            TuiNNError: It is not a positive number that a float32 can hold.
        """
        at = self._stepper
        # The edit is of the rate that the schedule multiplies, so that it goes on from there.
        base = value / at.rate_factor
        if not 0 < base <= LARGEST:
            raise TuiNNError(f"a learning rate must be positive and finite, not {value}")
        self._edit(Edit(at.place, LEARNING_RATE, base))

    def set_hyperparameter(self, name: str, value: float) -> None:
        """Change a rate from the next step on, or the size of batch from the next epoch on.

        A learning rate is the recipe's here, which its schedule multiplies; that of
        ``set_learning_rate`` is the one in force.

        Args:
            name: One of ``adjustable()``.
            value: The new value; 0 for a batch of the whole training set.

        Raises:
            TuiNNError: It cannot have that value.
        """
        at, wanted = self._stepper, adjust(self.recipe_now, {name: value})
        optimizer = wanted.method(wanted.rates).optimizer
        if optimizer != self.program.method.optimizer:
            raise TuiNNError(f"{name}: turning it on or off needs a restart")
        self._edit(Edit(at.place, name, value))

    def set_parameter(self, name: str, index: Index, value: float) -> None:
        """Change one element of a parameter, or one row of it, at the step's beginning.

        Within a step, the step begins again with the new value.

        Raises:
            TuiNNError: There is no such element, or a float32 cannot hold the value.
        """
        place = self._stepper.place
        edit = Edit(place.beginning, name, value, index)
        check_edit(edit, self.recipe)
        if not place.is_beginning:
            self.go_to(place.beginning)
        values = self.state.tensors[name][index]
        before = float(values) if values.ndim == 0 else None
        self._edit(replace(edit, before=before))

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to undo."""
        can_travel = self._replayer.can_go_back and self._stepper.journal.last is not None
        return self._editor.is_fresh or can_travel

    @_quietly
    def undo(self, is_cancelled: Callable[[], bool] = _never) -> Edit | None:
        """Undo the last edit.

        If nothing has moved since, it is as if it had not been made. Else this goes to its place
        first, and the steps that were made with it become a branch.

        Args:
            is_cancelled: Asked once a step on the way; if it says yes, everything stays as it was.

        Returns:
            The edit, or None if it was cancelled.

        Raises:
            TuiNNError: There is none, or this run keeps no copies to go back to it with.
        """
        edit = self._stepper.journal.last
        if edit is None:
            raise TuiNNError("nothing to undo: this run has no edits")
        if self._editor.is_fresh:
            self._editor.undo()
            self.breakpoints.forget()
            return edit
        # An edit within a step may lie further than the run has been since.
        furthest = max(Place(len(self.history)), self._stepper.place)
        if not self.go_to(min(edit.place, furthest), is_cancelled):
            return None
        self._editor.take_back()
        return edit

    def restarted(self) -> "Session":
        """Return a new run from the same initial weights, with the rates as they now are."""
        return self._another(self.recipe_now, self.threads)

    def reseeded(self, seed: int) -> "Session":
        """Return a new run on the same data with another seed.

        The seed decides which samples are held out, the order of the rest and the initial
        weights. Where the source has a validation split of its own, as many samples are taken
        from train instead, since a source's split does not depend on the seed.
        """
        recipe = self.recipe_now
        data = recipe.data
        if not data.split:
            held_out = data.validation or len(self.dataset["validation"])
            data = msgspec.structs.replace(data, validation=held_out)
        training = msgspec.structs.replace(recipe.training, seed=seed)
        reseeded = msgspec.structs.replace(recipe, data=data, training=training)
        return self._another(reseeded, self.threads)

    def with_recipe(self, recipe: Recipe) -> "Session":
        """Return a new run of another recipe, on the same data without loading it again."""
        return self._another(recipe, threads=None)

    def return_to_best(self) -> None:
        """Go to the end of the epoch whose weights early stopping kept, if it kept any."""
        at, best, kept = self._stepper, self.best, self._recorder.kept
        if best is None or best.step >= at.step:
            return
        if kept is not None and kept.step == best.step:
            at.restore(kept)
        else:  # a branch has replaced what was kept, or the run was resumed after it
            self.go_to(Place(best.step))

    def adopt(self, other: "Session") -> None:
        """Add another run's breakpoints and watches, as far as they mean something here."""
        self.breakpoints.adopt(other.breakpoints)
        self.watches.restore(other.watches)

    # Looking

    @_quietly
    def probe(self, image: NDArray[np.uint8], label: int | None) -> Probe:
        """Take one image through the program at batch 1, without its update.

        Args:
            image: A sample, as its data set has it.
            label: The true digit; without one there is neither a loss nor a gradient worth reading.
        """
        return self._observer.probe(image, label)

    def evaluate(self, split: str) -> Evaluation:
        """Evaluate the network, as it is now, on a split."""
        return self.evaluate_on(self.dataset[split])

    @_quietly
    def evaluate_on(self, split: Split) -> Evaluation:
        """Evaluate the network, as it is now, on any samples."""
        return self._observer.evaluate(split)

    def checkpoint(self) -> Checkpoint:
        """Return all that is needed to go on with this run from here."""
        at = self._stepper
        return Checkpoint(
            recipe=self.recipe,
            state=self._replayer.copy_beginning(),
            place=at.place,
            threads=self.threads,
            breakpoints=tuple(self.breakpoints),
            watches=tuple(self.watches),
            edits=tuple(self.journal),
            history=self.history.until(at.step),
        )

    def snapshot(self, activity: Activity, probe: Probe | None = None, number: int = 1) -> Snapshot:
        """Return a snapshot of everything that a screen may draw, in arrays of its own."""
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
            edits=tuple(self.journal),
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

    def _advance_to(self, target: int, sparse: bool = False, unseen: bool = False) -> None:
        """Run the step's operations up to ``target``, with what belongs between them."""
        at, recorder, started = self._stepper, self._recorder, time.perf_counter()
        reason, program, done = "", at.program, at.done
        self._editor.settle()
        if done >= target:
            self.reason = ""
            return
        if done == 0:
            recorder.begin()
            self._replayer.keep(sparsely=unseen)
        self.breakpoints.begin()
        at.run_to(target)
        first_update = len(program.differentiating)
        if target == first_update:
            recorder.read(gradients=not sparse)
        if target <= first_update:
            reason = recorder.stop_where_nonfinite()
        if target == len(program.operations):
            reason = recorder.complete_step(started) or self.breakpoints.after_step(
                recorder.history
            )
        else:
            reason = reason or self.breakpoints.before(target)
        self.reason = reason
        recorder.seconds += time.perf_counter() - started

    def _edit(self, edit: Edit) -> None:
        self._editor.make(edit)
        self.breakpoints.forget()
