"""Records what a stepper does: a row a step, a record an epoch, and what is not finite."""

import math
import time

from tui_nn.data.dataset import Dataset
from tui_nn.nn.operation import Operation
from tui_nn.nn.tensor import Arrays
from tui_nn.training.evaluation import Evaluator
from tui_nn.training.stepping.epochs import EpochRecord
from tui_nn.training.stepping.history import History
from tui_nn.training.stepping.monitor import Monitor, Reading, first_nonfinite
from tui_nn.training.stepping.stepper import Stepper
from tui_nn.training.stepping.timeline import Keyframe
from tui_nn.training.stops.watches import Watches


class Recorder:
    """Reads a stepper's tensors after each step, and records figures.

    Attributes:
        history: What was recorded.
        watches: What else is recorded of each step.
        seconds: Spent on moving forwards so far, validation included.
        validation_seconds: Spent on validation so far, which is not training time.
        kept: The state after the epoch that was best, if early stopping was asked for.
    """

    def __init__(self, stepper: Stepper, dataset: Dataset, patience: int = 0) -> None:
        """Begin with an empty record.

        Args:
            stepper: What to record.
            dataset: With a validation split.
            patience: Epochs without a better validation loss that early stopping waits; 0 for
                no early stopping.
        """
        self._patience = patience
        self.kept: Keyframe | None = None
        self.seconds = 0.0
        self.history = History(stepper.program.network.depth)
        self.watches = Watches(stepper, lambda: self.history)
        self.validation_seconds = 0.0
        self._stepper = stepper
        split = dataset["validation"]
        self._validation = Evaluator(
            stepper.program, stepper.state, split, stepper.task, stepper.rates
        )
        self._monitored: Arrays | None = None
        self._monitor: Monitor
        self._reading: Reading | None = None
        self._warned_at: int | None = None

    def resume(self, history: History) -> None:
        """Go on with the record of a saved run."""
        self.history = history
        if history.epochs:
            self.seconds = history.epochs[-1].seconds

    def begin(self) -> None:
        """Forget what was read of another step."""
        self._reading = None

    def read(self, gradients: bool = True) -> Reading:
        """Return the figures of the step; its gradients have to be computed.

        Args:
            gradients: Whether the gradients are read too, unless the step was read before.
        """
        if self._reading is None:
            at = self._stepper
            if self._monitored is not at.tensors:
                self._monitored = at.tensors
                self._monitor = Monitor(at.program, at.tensors, at.task)
            self._reading = self._monitor.read(gradients)
        return self._reading

    def stop_where_nonfinite(self) -> str:
        """Move the program counter behind the first operation that wrote what is not finite.

        Returns:
            Which operation that was and in which step; "" if there is none, or if it was
            reported of this step before.
        """
        at = self._stepper
        if self._warned_at == at.step or (self._reading is not None and self._reading.finite):
            return ""
        # Parameters that an update spoilt show only when the step after it has begun.
        if spoilt := first_nonfinite(at.program.updating, at.tensors):
            at.move_counter(1)
            return self._warn(spoilt, at.step - 1)
        if spoilt := first_nonfinite(at.program.operations[: at.done], at.tensors):
            at.move_counter(at.program.operations.index(spoilt) + 1)
            return self._warn(spoilt, at.step)
        return ""

    @property
    def best(self) -> EpochRecord | None:
        """The epoch with the lowest validation loss, if early stopping was asked for."""
        return self.history.epochs.lowest if self._patience else None

    def is_stale(self, epoch: int) -> bool:
        """Return whether early stopping ends the run after an epoch."""
        if not self._patience:
            return False
        best = self.history.epochs[:epoch].lowest
        return epoch - (best.epoch if best else 0) == self._patience

    def complete_step(self, began: float) -> str:
        """Record the step, unless it is a replayed one, and go on to the next.

        Args:
            began: When the last move of it began, as ``time.perf_counter`` tells it.

        Returns:
            What the last update of an epoch made not finite, or "".
        """
        at = self._stepper
        if at.step == len(self.history):
            reading = self.read()
            size = at.context.samples or len(at.context.indices)
            self.history.add_step(
                reading.loss,
                (at.correct_before + reading.correct) / size,
                at.context.learning_rate,
                size,
                reading.gradient_norms,
            )
        self.watches.record()
        at.complete()
        if at.batch == 0 and self._newest_epoch < at.epoch - 1:
            return self._complete_epoch(began)
        return ""

    @property
    def _newest_epoch(self) -> int:
        """Not how many there are: with other samples, a run goes on in a later epoch than that."""
        epochs = self.history.epochs
        return epochs[-1].epoch if epochs else 0

    def _complete_epoch(self, began: float) -> str:
        at = self._stepper
        started = time.perf_counter()
        before = self.validation_seconds
        validation = self._validation.run()
        self.validation_seconds += time.perf_counter() - started
        loss, accuracy = self.history.mean(at.schedule.first_step(at.epoch - 1), at.step)
        self.history.add_epoch(
            EpochRecord(
                epoch=at.epoch - 1,
                step=at.step,
                train_loss=loss,
                train_accuracy=accuracy,
                validation_loss=validation.loss,
                validation_accuracy=validation.accuracy,
                validation_recall=tuple(
                    None if math.isnan(share) else share for share in validation.recall.tolist()
                ),
                inactive_units=validation.inactive,
                seconds=self.seconds + (started - began) - before,
            )
        )
        best = self.best
        if best is not None and best.epoch == at.epoch - 1:
            self.kept = Keyframe(at.step, at.state.copy())
        # There may be no step after it in which it would show.
        spoilt = first_nonfinite(at.program.updating, at.tensors)
        return self._warn(spoilt, at.step - 1) if spoilt else ""

    def _warn(self, spoilt: Operation, step: int) -> str:
        self._warned_at = self._stepper.step
        return f"non-finite: {spoilt.symbol}, step {step}"
