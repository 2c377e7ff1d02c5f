"""Health of the run as a whole: whether the loss falls, and whether validation follows."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from tui_nn.training.analysis.health.finding import Finding, Verdict
from tui_nn.training.analysis.health.guessing import Guess, guess
from tui_nn.training.session.snapshot import Activity, Snapshot
from tui_nn.training.stepping.epochs import EpochRecord

_ENOUGH = 20  # steps: with fewer, the trend is a matter of luck
_PIECE = 1 << 15  # steps that are looked at at a time


def loss_trend(snapshot: Snapshot) -> Iterable[Finding]:
    """Whether the loss falls: the mean of the newest steps against that of the steps before."""
    loss = snapshot.curves.loss
    first = _first_nonfinite(loss)
    if first is not None:
        says = f"not a finite number since step {first}: from there on nothing is learnt."
        advice = f"Go to step {max(first - 1, 0)} (g), lower the rate (-) and train on."
        yield Finding("loss", Verdict.BAD, says, advice)
    elif len(loss) >= _ENOUGH:
        yield _trend(loss, max(200, snapshot.position.batches), guess(snapshot))


def _first_nonfinite(loss: NDArray[np.float64]) -> int | None:
    """Return the first step whose loss is not finite; of a long run, no array is made."""
    for begin in range(0, len(loss), _PIECE):
        bad = np.flatnonzero(~np.isfinite(loss[begin : begin + _PIECE]))
        if bad.size:
            return begin + int(bad[0])
    return None


def _trend(loss: NDArray[np.float64], window: int, guessing: Guess) -> Finding:
    name = "loss"
    window = min(len(loss) // 2, window)
    before, newest = loss[-2 * window : -window], loss[-window:]
    old, new = float(before.mean()), float(newest.mean())
    # Three standard errors of the difference: less than that is the batches' noise.
    noise = 3 * float(np.sqrt((before.var() + newest.var()) / window))
    change = f"{old:.3g} → {new:.3g} over the last {window} steps"
    if new < old - noise:
        return Finding(name, Verdict.OK, f"falling, {change}.")
    if new > old + noise:
        verdict = Verdict.BAD if new > max(1.5 * old, guessing.loss) else Verdict.WARN
        return Finding(name, verdict, f"rising, {change}: steps overshoot.", "Lower the rate (-).")
    if new < guessing.low:
        return Finding(name, Verdict.OK, f"low and stable at {new:.3g}: converged.")
    if new < guessing.loss - guessing.low:
        says = f"standing still at {new:.3g} over the last {window} steps."
        advice = "Lower the rate (-) for finer steps, or raise it (+) to get away."
        return Finding(name, Verdict.WARN, says, advice)
    better = "no better" if new < guessing.loss + guessing.low else "worse"
    says = f"standing still at {new:.3g}: {better} than {guessing.words}."
    return Finding(name, Verdict.WARN, says, "Try another rate (- +); with dead units restart (r).")


def recalls(snapshot: Snapshot) -> Iterable[Finding]:
    """Whether each class is found: where one is rare, the accuracy does not tell."""
    if not snapshot.epochs or not (recall := snapshot.epochs[-1].validation_recall):
        return
    task = snapshot.recipe.task
    if task.target is not None:
        yield from _recall_of_target(snapshot, recall)
    elif missing := [task.names[each] for each, share in enumerate(recall) if share == 0]:
        one, many = task.form.nouns
        says = f"of validation's {many} it finds not a single {' or '.join(missing)} (recall 0)."
        yield Finding(f"every {'class' if task.form.plain else one}", Verdict.WARN, says)


def _recall_of_target(snapshot: Snapshot, recall: tuple[float | None, ...]) -> Iterable[Finding]:
    task, accuracy = snapshot.recipe.task, snapshot.epochs[-1].validation_accuracy
    target, nouns = task.yes, task.form.nouns[1]
    (specificity, sensitivity), data = recall, snapshot.recipe.data
    if specificity is None or sensitivity is None:
        return
    name, others = (
        f"finding {target}s",
        float((task.classes(snapshot.dataset["validation"].labels) == 0).mean()),
    )
    balanced = data.class_weighting or data.oversampling
    advice = "" if balanced else "Let the rare class count more (p): class weighting, oversampling."
    if not sensitivity and specificity == 1:
        says = (
            f"it never says {target} (recall 0). That is right for {others:.1%} of the {nouns}, "
            f"which are none, so that its accuracy of {accuracy:.1%} looks good."
        )
        yield Finding(name, Verdict.BAD, says, advice)
    elif sensitivity < 0.5:
        says = (
            f"it finds {sensitivity:.1%} of them (recall). The accuracy of {accuracy:.1%} hides "
            f"that: {others:.1%} of the {nouns} are none."
        )
        yield Finding(name, Verdict.WARN, says, advice)
    elif specificity < 0.5:
        says = f"it takes {1 - specificity:.1%} of the other {nouns} for a {target}."
        yield Finding(name, Verdict.WARN, says)
    else:
        says = (
            f"it finds {sensitivity:.1%} of them (recall), and takes {1 - specificity:.1%} of the "
            f"other {nouns} for one."
        )
        yield Finding(name, Verdict.OK, says)


def stopped_early(snapshot: Snapshot) -> EpochRecord | None:
    """Return the best epoch of a run that early stopping ended, else None."""
    training, over = snapshot.recipe.training, snapshot.position.epoch - 1
    if snapshot.activity is not Activity.FINISHED or over >= training.epochs:
        return None
    return snapshot.epochs.lowest


def early_stopping(snapshot: Snapshot) -> Iterable[Finding]:
    """Why a run is finished before its recipe's last epoch."""
    if best := stopped_early(snapshot):
        patience = snapshot.recipe.training.early_stopping
        epochs = "epoch" if patience == 1 else f"{patience} epochs"
        says = (
            f"finished: for {epochs} the loss on validation has not become lower than after epoch "
            f"{best.epoch}, when it was {best.validation_loss:.4g}, with "
            f"{best.validation_accuracy:.1%} right."
        )
        advice = f"Those weights are the ones to keep: g, step {best.step}, goes there."
        yield Finding("early stopping", Verdict.OK, says, advice)


def has_learnt(snapshot: Snapshot) -> bool:
    """Return whether the loss is so low that small steps are no wonder."""
    loss = snapshot.curves.loss[-50:]
    return bool(len(loss)) and float(loss.mean()) < guess(snapshot).low
