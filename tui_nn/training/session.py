"""The debugger: a run, its record, and the ways of moving through it, forwards and backwards."""

import math
from collections.abc import Callable
from dataclasses import replace

import msgspec
import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import Dataset, Split, normalise
from tui_nn.errors import TuiNNError
from tui_nn.nn.explain import Index
from tui_nn.nn.operation import run
from tui_nn.nn.tensors import Array, State, Tensors
from tui_nn.nn.threads import suitable_threads
from tui_nn.training.editing import Editor
from tui_nn.training.evaluation import Evaluation, Evaluator
from tui_nn.training.history import History
from tui_nn.training.journal import LEARNING_RATE, Edit
from tui_nn.training.lookout import Lookout
from tui_nn.training.recipe import Recipe
from tui_nn.training.recorder import Recorder
from tui_nn.training.snapshot import Activity, Computed, Position, Probe, Snapshot
from tui_nn.training.stepper import Stepper
from tui_nn.training.timeline import Timeline
from tui_nn.training.watches import Watches

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
        training = recipe.training
        self.recipe = recipe
        self.source = dataset
        self.dataset = dataset.with_validation(training.seed, recipe.data.validation)
        self._stepper = Stepper(recipe, self.dataset)
        self.program = self._stepper.program
        self.state = self._stepper.state
        self.schedule = self._stepper.schedule
        self._recorder = Recorder(self._stepper, self.dataset)
        self.breakpoints = Lookout(self._stepper, self.dataset)
        self.threads = threads or suitable_threads(self.program.network.sizes, training.batch_size)
        self.reason = ""

        self.history_memory = history_memory
        self._timeline = Timeline(self.state, history_memory) if history_memory else None
        self._probing = self.program.workspace(self.state, 1, self.program.probing)
        self._first_update = len(self.program.differentiating)
        self._editor = Editor(self._stepper, self._recorder, self._timeline)

    # Where it is

    @property
    def position(self) -> Position:
        """The program counter."""
        at, batches = self._stepper, self.schedule.batches
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
    def learning_rate(self) -> float:
        """η of the next step that begins."""
        return self._stepper.learning_rate

    @property
    def journal(self) -> list[Edit]:
        """The edits made so far."""
        return list(self._stepper.journal)

    @property
    def finished(self) -> bool:
        """Whether it is at the end of the recipe's last epoch."""
        end = self.recipe.training.epochs * self.schedule.batches
        return self._stepper.step == end and self._stepper.done == 0

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
            self.go_to(at.step - 1, len(self.program.operations) - 1, is_cancelled)

    def back_batch(self, is_cancelled: Callable[[], bool] = _never) -> None:
        """Go to operation 0 of the batch in hand, or, from there, of the one before."""
        at = self._stepper
        self.go_to(at.step if at.done else max(at.step - 1, 0), 0, is_cancelled)

    def back_epoch(self, is_cancelled: Callable[[], bool] = _never) -> None:
        """Go to the beginning of the epoch in hand, or, from there, of the one before."""
        at, batches = self._stepper, self.schedule.batches
        beginning = at.step - at.batch
        if (at.step, at.done) == (beginning, 0):
            beginning = max(beginning - batches, 0)
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
        if self._timeline is None:
            raise TuiNNError("this run keeps no copies of its parameters to go back with")
        at = self._stepper
        furthest = max((len(self.history), 0), (at.step, at.done))
        there_is = step >= 0 and 0 <= operation < len(self.program.operations)
        if not there_is or (step, operation) > furthest:
            raise TuiNNError(f"the run has been to steps 0 to {len(self.history)}, not to {step}")
        self._settle()
        came_from = at.step, at.done, self._state_at_beginning()
        if self._reach(step, operation, is_cancelled):
            return True
        at.place(came_from[0], came_from[2])
        self._keep()
        at.run_to(came_from[1])
        return False

    # Changing its course

    def set_learning_rate(self, value: float) -> None:
        """Change η from the next update on; amid a step's updates, from the next step on.

        Raises:
            TuiNNError: It is not a positive number that a float32 can hold.
        """
        if not 0 < value <= float(np.finfo(np.float32).max):
            raise TuiNNError(f"a learning rate must be positive and finite, not {value}")
        at = self._stepper
        if at.done > self._first_update:
            self._edit(Edit(at.step + 1, LEARNING_RATE, value))
        else:
            self._edit(Edit(at.step, LEARNING_RATE, value, at.done))

    def set_parameter(self, name: str, index: Index, value: float) -> None:
        """Change one element of a parameter, or one row of it, at the step's beginning.

        Amid a step, the step begins again with the new value.

        Raises:
            TuiNNError: There is no such element, or a float32 cannot hold the value.
        """
        shape = self.program.network.shapes.get(name)
        if shape is None or len(index) > len(shape):
            raise TuiNNError(f"there is no parameter {name} with an element {list(index)}")
        if any(not 0 <= i < size for i, size in zip(index, shape, strict=False)):
            raise TuiNNError(f"{name} has the shape {list(shape)}, and no element {list(index)}")
        if not math.isfinite(value) or abs(value) > float(np.finfo(np.float32).max):
            raise TuiNNError(f"a parameter must be a finite number, not {value}")
        if self._stepper.done:
            self.go_to(self._stepper.step)
        self._edit(Edit(self._stepper.step, name, value, 0, index))

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

    def adopt(self, other: "Session") -> None:
        """Take over another run's breakpoints and watches, as far as they mean anything here."""
        self.breakpoints.adopt(other.breakpoints)
        self.watches.adopt(other.watches)

    # Looking

    @_quietly
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
        context = replace(self._stepper.context, indices=np.zeros(1, np.intp))
        run(self.program.probing, tensors, context)
        kept = _copied(tensors)
        return Probe(image, label, Computed(kept, kept, context, len(self.program.probing)))

    def evaluate(self, split: str) -> Evaluation:
        """Return how good the network is now on a split."""
        return self.evaluate_on(self.dataset[split])

    @_quietly
    def evaluate_on(self, split: Split) -> Evaluation:
        """Return how good the network is now on any samples."""
        return Evaluator(self.program, self.state, split).run()

    def snapshot(self, activity: Activity, probe: Probe | None = None) -> Snapshot:
        """Return what there is to see now, in arrays of its own."""
        at, curves = self._stepper, self.history.curves
        return Snapshot(
            recipe=self.recipe,
            program=self.program,
            dataset=self.dataset,
            position=self.position,
            activity=activity,
            reason=self.reason,
            computed=self._computed(),
            shown_step=at.shown_step,
            batch=self.schedule.indices(at.epoch, at.batch),
            learning_rate=at.learning_rate,
            loss=float(curves.loss[at.step - 1]) if at.step else None,
            accuracy=float(curves.accuracy[at.step - 1]) if at.step else None,
            curves=curves,
            epochs=self.history.epochs,
            branches=self.history.branches,
            can_undo=self.can_undo,
            breakpoints=tuple(self.breakpoints),
            watches=self.watches.look(),
            probe=probe,
        )

    # Inside

    def _another(self, recipe: Recipe, seed: int) -> "Session":
        training = msgspec.structs.replace(
            recipe.training, learning_rate=self.learning_rate, seed=seed
        )
        recipe = msgspec.structs.replace(recipe, training=training)
        another = Session(
            recipe, self.source, threads=self.threads, history_memory=self.history_memory
        )
        another.adopt(self)
        return another

    def _settle(self) -> None:
        """Forget what belongs to the place that is being left."""
        self.reason = ""
        self._recorder.begin()
        self.breakpoints.forget()
        self._editor.settle()

    @_quietly
    def _advance_to(self, target: int) -> None:
        """Run the step's operations up to ``target``, with what belongs between them."""
        at = self._stepper
        self.reason = ""
        self._editor.settle()
        if at.done >= target:
            return
        if at.done == 0:
            self._recorder.begin()
            self._keep()
        self.breakpoints.begin()
        at.run_to(target)
        if target == self._first_update:
            self._recorder.read()
        if target <= self._first_update:
            self.reason = self._recorder.stop_where_nonfinite()
        if target == len(self.program.operations):
            self.reason = self._recorder.complete_step()
            self.reason = self.reason or self.breakpoints.after_step(self.history)
        else:
            self.reason = self.reason or self.breakpoints.before(target)

    def _keep(self) -> None:
        if self._timeline is not None:
            self._timeline.keep(self._stepper.step, self.state)

    def _state_at_beginning(self) -> State:
        """Return a copy of the parameters at the beginning of the step in hand."""
        assert self._timeline is not None
        at = self._stepper
        state = self._timeline.at(at.step) if at.done else self.state
        assert state is not None  # it was kept when the step began
        return state.copy()

    def _reach(self, step: int, operation: int, is_cancelled: Callable[[], bool]) -> bool:
        at, timeline = self._stepper, self._timeline
        assert timeline is not None
        # At operation 0 one still sees the step before: it has to be run again.
        frame = timeline.newest(step if operation else max(step - 1, 0))
        known = frame.step if frame else 0
        if (at.step, at.done) > (step, operation) or at.step < known:
            if frame is None:
                at.place_at_start()
            else:
                at.place(frame.step, frame.state)
        while at.step < step:
            if is_cancelled():
                return False
            if at.done == 0:
                self._keep()
            at.run_to(len(self.program.operations))
            at.complete()
        if operation:
            if at.done == 0:
                self._keep()
            at.run_to(operation)
        return True

    def _edit(self, edit: Edit) -> None:
        self._editor.make(edit)
        self.breakpoints.forget()

    def _computed(self) -> Computed:
        at = self._stepper
        tensors = before = _copied(at.tensors)
        whole = at.done == 0 and at.shown_step is not None
        if self._timeline is not None and (whole or at.done > self._first_update):
            assert at.shown_step is not None
            kept = self._timeline.at(at.shown_step)
            if kept is not None:
                before = tensors | {name: array.copy() for name, array in kept.tensors.items()}
        return Computed(
            tensors, before, at.context, len(self.program.operations) if whole else at.done
        )


def _copied(tensors: Tensors) -> dict[str, Array]:
    return {name: array.copy() for name, array in tensors.items()}
