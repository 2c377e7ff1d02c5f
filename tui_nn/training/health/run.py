"""Health of the run as a whole: whether the loss falls, and whether validation follows."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import CLASSES
from tui_nn.training.health.finding import Finding, Verdict
from tui_nn.training.snapshot import Snapshot

_GUESSING = float(np.log(CLASSES))
_LOW_LOSS = 0.1
_ENOUGH = 20  # steps: with fewer, the trend is a matter of luck


def loss_trend(snapshot: Snapshot) -> Iterable[Finding]:
    """Whether the loss falls: the mean of the newest steps against that of the steps before."""
    loss = snapshot.curves.loss
    bad = np.flatnonzero(~np.isfinite(loss))
    if bad.size:
        first = int(bad[0])
        says = f"not a finite number since step {first}: from there on nothing is learnt."
        advice = f"Go to step {max(first - 1, 0)} (g), lower the rate (-) and train on."
        yield Finding("loss", Verdict.BAD, says, advice)
    elif len(loss) >= _ENOUGH:
        yield _trend(loss, max(200, snapshot.position.batches))


def _trend(loss: NDArray[np.float64], window: int) -> Finding:
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
        verdict = Verdict.BAD if new > max(1.5 * old, _GUESSING) else Verdict.WARN
        return Finding(name, verdict, f"rising, {change}: steps overshoot.", "Lower the rate (-).")
    if new < _LOW_LOSS:
        return Finding(name, Verdict.OK, f"low and level at {new:.3g}: learnt.")
    if new < _GUESSING - 0.1:
        says = f"standing still at {new:.3g} over the last {window} steps."
        advice = "Lower the rate (-) for finer steps, or raise it (+) to get away."
        return Finding(name, Verdict.WARN, says, advice)
    better = "no better" if new < _GUESSING + 0.1 else "worse"
    guessing = f"guessing among {CLASSES} digits, which costs ln {CLASSES} = {_GUESSING:.3g}"
    says = f"standing still at {new:.3g}: {better} than {guessing}."
    return Finding(name, Verdict.WARN, says, "Try another rate (- +); with dead units restart (r).")


def validation_gap(snapshot: Snapshot) -> Iterable[Finding]:
    """Whether the network is better on what it was trained on than on what it was not."""
    if not snapshot.epochs:
        return
    name, epochs = "new digits", snapshot.epochs
    last = epochs[-1]
    figures = f"train {last.train_accuracy:.1%}, validation {last.validation_accuracy:.1%}"
    gap = last.train_accuracy - last.validation_accuracy
    best = min(epochs, key=lambda each: each.validation_loss)
    if last.validation_accuracy < 2 / CLASSES:
        yield Finding(name, Verdict.WARN, f"{figures}: hardly better than guessing.")
    elif last.validation_loss <= last.train_loss or gap <= 0.04:
        says = f"{figures}: what it learnt holds for digits that it never saw."
        yield Finding(name, Verdict.OK, says)
    elif gap > 0.1:
        says = f"{figures}, drifting apart: it learns train by heart."
        yield Finding(name, Verdict.BAD, says, "Use more data or a smaller network.")
    elif last.epoch - best.epoch >= 3 and last.validation_loss > 1.1 * best.validation_loss:
        says = f"{figures}; validation loss was lowest after epoch {best.epoch}, and rises since."
        yield Finding(name, Verdict.WARN, says, "It overfits: stopping there is better.")
    else:
        says = f"{figures}, drifting apart: it begins to learn train by heart."
        yield Finding(name, Verdict.WARN, says, "More data would help.")


def has_learnt(snapshot: Snapshot) -> bool:
    """Return whether the loss is so low that small steps are no wonder."""
    loss = snapshot.curves.loss[-50:]
    return bool(len(loss)) and float(loss.mean()) < _LOW_LOSS
