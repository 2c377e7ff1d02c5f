"""Writes down what a stepper does: a row a step, a record an epoch, and what is not finite."""

import time

from tui_nn.data.dataset import Dataset
from tui_nn.nn.operation import Operation
from tui_nn.training.evaluation import Evaluator
from tui_nn.training.history import EpochRecord, History
from tui_nn.training.monitor import Monitor, Reading, first_nonfinite
from tui_nn.training.stepper import Stepper
from tui_nn.training.watches import Watches


class Recorder:
    """Looks at a stepper's tensors as it passes.

    Attributes:
        history: What was written down.
        watches: What else is written down of each step.
        validation_seconds: Spent on validation so far, for whoever times the training alone.
    """

    def __init__(self, stepper: Stepper, dataset: Dataset) -> None:
        self.history = History(stepper.program.network.layers)
        self.watches = Watches(stepper, lambda: self.history)
        self.validation_seconds = 0.0
        self._stepper = stepper
        self._validation = Evaluator(stepper.program, stepper.state, dataset["validation"])
        self._monitors: dict[int, Monitor] = {}
        self._reading: Reading | None = None
        self._warned_at: int | None = None

    def begin(self) -> None:
        """Forget what was read of another step."""
        self._reading = None

    def read(self) -> Reading:
        """Return what the step came to; its gradients have to be computed."""
        if self._reading is None:
            at = self._stepper
            rows = len(at.context.indices)
            if rows not in self._monitors:
                self._monitors[rows] = Monitor(at.program, at.tensors)
            self._reading = self._monitors[rows].read()
        return self._reading

    def stop_where_nonfinite(self) -> str:
        """Put the program counter behind the first operation that wrote what is not finite.

        Returns:
            Which operation that was and in which step; "" if there is none, or if it was said
            of this step before.
        """
        at = self._stepper
        if self._warned_at == at.step or (self._reading is not None and self._reading.finite):
            return ""
        # Parameters that an update spoilt show only when the step after it has begun.
        if spoilt := first_nonfinite(at.program.updating, at.tensors):
            at.done = 1
            return self._warn(spoilt, at.step - 1)
        if spoilt := first_nonfinite(at.program.operations[: at.done], at.tensors):
            at.done = at.program.operations.index(spoilt) + 1
            return self._warn(spoilt, at.step)
        return ""

    def complete_step(self) -> str:
        """Write the step down unless it is a recorded one walked again, and go on to the next.

        Returns:
            What the last update of an epoch made not finite, or "".
        """
        at = self._stepper
        if at.step == len(self.history):
            reading, size = self.read(), len(at.context.indices)
            self.history.add_step(
                reading.loss,
                reading.correct / size,
                at.context.learning_rate,
                size,
                reading.gradient_norms,
            )
        at.complete()
        self.watches.record()
        if at.batch == 0 and len(self.history.epochs) < at.epoch - 1:
            return self._complete_epoch()
        return ""

    def _complete_epoch(self) -> str:
        at = self._stepper
        started = time.perf_counter()
        validation = self._validation.run()
        self.validation_seconds += time.perf_counter() - started
        loss, accuracy = self.history.mean(at.step - at.schedule.batches, at.step)
        self.history.add_epoch(
            EpochRecord(
                epoch=at.epoch - 1,
                step=at.step,
                train_loss=loss,
                train_accuracy=accuracy,
                validation_loss=validation.loss,
                validation_accuracy=validation.accuracy,
            )
        )
        # There may be no step after it to tell.
        spoilt = first_nonfinite(at.program.updating, at.tensors)
        return self._warn(spoilt, at.step - 1) if spoilt else ""

    def _warn(self, spoilt: Operation, step: int) -> str:
        self._warned_at = self._stepper.step
        return f"non-finite: {spoilt.symbol}, step {step}"
