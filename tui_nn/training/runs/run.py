"""Runs to compare: what each was made with, what it came to, and all to take it up again."""

from dataclasses import dataclass, replace

import numpy as np

from tui_nn.data.dataset import Dataset
from tui_nn.data.schedule import Schedule
from tui_nn.training.recipe.adjustable import adjustable
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Snapshot
from tui_nn.training.stepping.history import Curves, EpochRecord
from tui_nn.training.stepping.journal import apply_edits
from tui_nn.training.stepping.place import Place
from tui_nn.training.storage.checkpoint import Checkpoint

FINISHED, CANCELLED, STOPPED = "finished", "cancelled", "stopped: "

_NONFINITE = "non-finite"  # how the session's reason begins


@dataclass(frozen=True, eq=False)
class Run:
    """A run as it is to be compared; its numbers never change.

    Attributes:
        number: What it is called by, from 1.
        recipe: What was trained, and how, with the hyperparameters of its last step.
        began: The same with those of its first step.
        curves: Every step.
        epochs: Every epoch that is over.
        passes: How many times it has seen all of train, such as 2.4.
        seconds: Spent on training alone.
        status: "running", "paused", "finished", "cancelled", or "stopped: " and why.
        kept: The epoch whose weights it was left with, or None if none is over.
        test_accuracy: Share of the test samples that was right; None where it was not measured.
        test_loss: Mean over the test samples, likewise.
        checkpoint: What it takes to go on with it; None while it goes on.
        source: The data set that it was trained on, as it was loaded.
    """

    number: int
    recipe: Recipe
    began: Recipe
    curves: Curves
    epochs: tuple[EpochRecord, ...]
    passes: float
    seconds: float
    status: str
    kept: EpochRecord | None
    test_accuracy: float | None = None
    test_loss: float | None = None
    checkpoint: Checkpoint | None = None
    source: Dataset | None = None

    @property
    def steps(self) -> int:
        """Completed updates."""
        return len(self.curves.loss)

    @property
    def train_loss(self) -> float | None:
        """Mean over the last epoch, as it was trained on."""
        return self.kept.train_loss if self.kept else None

    @property
    def validation_accuracy(self) -> float | None:
        """Of the weights that it was left with."""
        return self.kept.validation_accuracy if self.kept else None

    @property
    def best_validation_accuracy(self) -> float | None:
        """After the epoch that was best in it."""
        return max((each.validation_accuracy for each in self.epochs), default=None)

    def resumed(self, before: Session) -> Session:
        """Return a session that goes on with this run, with another one's breakpoints and memory.

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
    """Return a session that is being left as a run.

    If it stands in its past, it first goes on to where it has been; if early stopping kept
    earlier weights, it returns to them.

    Args:
        session: Nobody will go on with it.
        number: What to call the run.
        status: How it ended, where the session does not know.
    """
    reason = session.reason
    if session.position.step < len(session.history):
        session.go_to(Place(len(session.history)))
    run, finished, steps = describe_session(session, number), session.finished, len(session.history)
    is_spoilt = reason.startswith(_NONFINITE) or not np.isfinite(session.state.flat).all()
    if is_spoilt:
        status = STOPPED + (reason or "its weights are not finite")
    elif finished:
        status = FINISHED
        session.return_to_best()
    # What a network that overflowed says of the test digits is no figure of anything.
    test = None if is_spoilt else session.evaluate("test")
    return replace(
        run,
        recipe=apply_edits(session.recipe, (e for e in session.journal if e.place.step < steps)),
        began=apply_edits(session.recipe, (e for e in session.journal if e.place == Place(0))),
        status=status or Activity.PAUSED.value,
        kept=(session.best if finished else None) or run.kept,
        test_accuracy=test.accuracy if test else None,
        test_loss=test.loss if test else None,
        checkpoint=_without_what_no_step_saw(session.checkpoint(), steps),
        source=session.source,
    )


def _without_what_no_step_saw(saved: Checkpoint, steps: int) -> Checkpoint:
    """Return a checkpoint without hyperparameters that were changed for what then took its place.

    Whoever sets a rate and restarts means the next run with it.
    """
    edits = tuple(
        each
        for each in saved.edits
        if each.place.step < steps or each.name not in adjustable(type(saved.recipe))
    )
    return replace(saved, edits=edits)


def describe_session(session: Session, number: int) -> Run:
    """Return a session that is being trained as a run."""
    history = session.history
    return Run(
        number=number,
        recipe=session.recipe_now,
        began=session.recipe_now,
        curves=history.curves,
        epochs=history.epochs,
        passes=_passes(session.schedule, len(history)),
        seconds=session.seconds,
        status=Activity.RUNNING.value,
        kept=history.epochs[-1] if history.epochs else None,
    )


def describe_snapshot(snapshot: Snapshot) -> Run:
    """Return the run that a snapshot is of, as it was then."""
    is_spoilt = snapshot.reason.startswith(_NONFINITE)
    return Run(
        number=snapshot.number,
        recipe=snapshot.recipe_now,
        began=snapshot.recipe_now,
        curves=snapshot.curves,
        epochs=snapshot.epochs,
        passes=_passes(snapshot.schedule, len(snapshot.curves.loss)),
        seconds=snapshot.seconds,
        status=STOPPED + snapshot.reason if is_spoilt else snapshot.activity.value,
        kept=snapshot.epochs[-1] if snapshot.epochs else None,
    )


def _passes(schedule: Schedule, steps: int) -> float:
    epoch, batch = schedule.place(steps)
    return epoch - 1 + batch / schedule.batches(epoch)


def by_validation(run: Run) -> tuple[bool, float]:
    """Return the key that sorts the best run on validation first, and those without one last."""
    return run.validation_accuracy is None, -(run.validation_accuracy or 0.0)
