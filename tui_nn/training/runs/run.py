"""Runs to compare: the recipe of each, its results, and what it takes to go on with it."""

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from tui_nn.data.dataset import Dataset
from tui_nn.data.schedule import Schedule
from tui_nn.training.recipe.adjustable import adjustable
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Snapshot
from tui_nn.training.stepping.epochs import EpochRecord, Epochs
from tui_nn.training.stepping.history import Curves, History
from tui_nn.training.stepping.journal import apply_edits
from tui_nn.training.stepping.place import Place
from tui_nn.training.storage.checkpoint import Checkpoint

FINISHED, CANCELLED, STOPPED = "finished", "cancelled", "stopped: "

_NONFINITE = "non-finite"  # how such a reason of a session begins


class Run(Struct, frozen=True, eq=False):
    """A run to compare; its numbers never change.

    Attributes:
        number: Its name, from 1.
        recipe: The recipe, with the hyperparameters of its last step.
        began: The recipe, with those of its first step.
        curves: Every step.
        epochs: Every epoch that is over.
        passes: How many times it has seen the training set, such as 2.4.
        seconds: Spent on training alone.
        status: "running", "paused", "finished", "cancelled", or "stopped: " and why.
        kept: The epoch whose weights it ended with, or None before the end of the first.
        test_accuracy: Share of the test samples classified correctly; None if not measured.
        test_loss: Mean over the test samples, likewise.
        tested_at: After which step that was, where it has gone on since.
        edits: How many changes a person made to it.
        checkpoint: What it takes to go on with it; None while it goes on.
        source: The data set that it was trained on, as it was loaded.
    """

    number: int
    recipe: Recipe
    began: Recipe
    curves: Curves
    epochs: Epochs
    passes: float
    seconds: float
    status: str
    kept: EpochRecord | None
    test_accuracy: float | None = None
    test_loss: float | None = None
    tested_at: int | None = None
    edits: int = 0
    checkpoint: Checkpoint | None = None
    source: Dataset | None = None

    @property
    def steps(self) -> int:
        """Completed updates."""
        return len(self.curves.loss)

    @property
    def train_loss(self) -> float | None:
        """Mean over the last epoch, measured while it was trained."""
        return self.kept.train_loss if self.kept else None

    @property
    def validation_accuracy(self) -> float | None:
        """Of the weights that it ended with; None where outputs are to be numbers."""
        return self.kept.validation_accuracy if self.kept and self._is_judged else None

    @property
    def best_validation_accuracy(self) -> float | None:
        """After its best epoch."""
        if not self._is_judged:
            return None
        return max(self.epochs.column("validation_accuracy").tolist(), default=None)

    @property
    def _is_judged(self) -> bool:
        """Whether an answer is right or wrong."""
        return not self.recipe.task.is_numeric

    def resume(self, before: Session) -> Session:
        """Return a session that goes on with this run, with the breakpoints of another one.

        Raises:
            TuiNNError: The data cannot be split as the recipe says.
        """
        assert self.checkpoint is not None
        assert self.source is not None
        session = Session.resumed(
            self.checkpoint, self.source, history_memory=before.history_memory
        )
        session.adopt(before)
        return session


def finish_run(session: Session, number: int, status: str = "") -> Run:
    """Convert a session to a finished `Run`.

    A session that went back first goes to the end of what it recorded; if early stopping kept
    earlier weights, it returns to them.

    Args:
        session: The session, which is not used afterwards.
        number: The number of the run.
        status: How it ended, where the session does not know.
    """
    reason = session.reason
    if session.position.step < len(session.history):
        session.go_to(Place(len(session.history)))
    run, finished = describe_session(session, number), session.finished
    steps = len(session.history)
    is_spoilt = reason.startswith(_NONFINITE) or not np.isfinite(session.state.flat).all()
    if is_spoilt:
        status = STOPPED + (reason or "its weights are not finite")
    elif finished:
        status = FINISHED
        session.return_to_best()
    # The predictions of a network that overflowed mean nothing.
    test = None if is_spoilt else session.evaluate("test")
    checkpoint = _drop_unused_edits(session.checkpoint(), steps)
    return replace(
        run,
        recipe=apply_edits(session.recipe, (e for e in session.journal if e.place.step < steps)),
        began=apply_edits(session.recipe, (e for e in session.journal if e.place == Place(0))),
        status=status or Activity.PAUSED.value,
        kept=(session.best if finished else None) or run.kept,
        test_accuracy=test.accuracy if test and not test.task.is_numeric else None,
        test_loss=test.loss if test else None,
        edits=len(checkpoint.edits),
        checkpoint=checkpoint,
        source=session.source,
    )


def _drop_unused_edits(saved: Checkpoint, steps: int) -> Checkpoint:
    """Return a checkpoint without changes of hyperparameters after the last step.

    A person who sets a rate and then restarts means the new run.
    """
    edits = tuple(
        each
        for each in saved.edits
        if each.place.step < steps or each.name not in adjustable(type(saved.recipe))
    )
    return replace(saved, edits=edits)


def describe_session(session: Session, number: int) -> Run:
    """Convert a session that is training to a `Run`, as it is now."""
    run = _describe(session, session.history, number, Activity.RUNNING.value)
    return replace(run, edits=len(session.journal))


def describe_snapshot(snapshot: Snapshot, continued: Run | None = None) -> Run:
    """Convert a snapshot to a `Run`, as it was then.

    Args:
        snapshot: The snapshot.
        continued: The run that it goes on with, whose test figures stay.
    """
    is_spoilt = snapshot.reason.startswith(_NONFINITE)
    status = STOPPED + snapshot.reason if is_spoilt else snapshot.activity.value
    run = _describe(snapshot, snapshot, snapshot.number, status)
    run = replace(run, edits=len(snapshot.edits))
    if continued is None or continued.number != run.number or continued.checkpoint is None:
        return run
    before = continued.checkpoint
    has_gone_on = (run.steps, run.edits) != (before.step, len(before.edits))
    return replace(
        run,
        test_accuracy=continued.test_accuracy,
        test_loss=continued.test_loss,
        tested_at=before.step if has_gone_on else None,
    )


def _describe(of: Session | Snapshot, record: History | Snapshot, number: int, status: str) -> Run:
    return Run(
        number=number,
        recipe=of.recipe_now,
        began=of.recipe_now,
        curves=record.curves,
        epochs=record.epochs,
        passes=_passes(of.schedule, len(record.curves.loss)),
        seconds=of.seconds,
        status=status,
        kept=record.epochs[-1] if record.epochs else None,
    )


def _passes(schedule: Schedule, steps: int) -> float:
    epoch, batch = schedule.place(steps)
    return epoch - 1 + batch / schedule.batches(epoch)


def by_validation(run: Run) -> tuple[bool, float]:
    """Return the key that sorts the best run on validation first, and those without one last."""
    return run.validation_accuracy is None, -(run.validation_accuracy or 0.0)
