"""How a run is doing, in plain words: what a teacher would notice, and what one could try.

Each check looks at a snapshot and returns its findings, none where there is nothing to go by yet.
A new gauge is one more function in `CHECKS`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import CLASSES
from tui_nn.training.snapshot import Snapshot


class Verdict(StrEnum):
    """How good a finding is, as the sign that stands before it."""

    OK = "ok"
    WARN = "!"
    BAD = "!!"


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Attributes:
        name: What was looked at.
        verdict: How good it is.
        says: What was found and what it means.
        advice: What to try, or "".
    """

    name: str
    verdict: Verdict
    says: str
    advice: str = ""


Check = Callable[[Snapshot], Iterable[Finding]]

_GUESSING = float(np.log(CLASSES))
_LOW_LOSS = 0.1
_AGAIN = "Restart (r) with a lower rate (-)."


def examine(snapshot: Snapshot) -> list[Finding]:
    """Return all that can be said about a run."""
    return [finding for check in CHECKS for finding in check(snapshot)]


def loss_trend(snapshot: Snapshot) -> Iterable[Finding]:
    """Whether the loss falls: the mean of the newest steps against that of the steps before."""
    name, loss = "loss", snapshot.curves.loss
    bad = np.flatnonzero(~np.isfinite(loss))
    if bad.size:
        yield Finding(
            name,
            Verdict.BAD,
            f"not a finite number since step {bad[0] + 1}: the numbers grew out of range.",
            _AGAIN,
        )
    elif len(loss) >= 20:
        yield _trend(name, loss, max(200, snapshot.position.batches))


def _trend(name: str, loss: NDArray[np.float64], window: int) -> Finding:
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
        return Finding(name, verdict, f"rising, {change}.", "Lower the rate (-).")
    if new < _LOW_LOSS:
        return Finding(name, Verdict.OK, f"low and level at {new:.3g}: learnt.")
    if abs(new - _GUESSING) < 0.1:
        says = f"level at {new:.3g}, as good as guessing."
        advice = "Try another rate (- +), or restart (r)."
    else:
        says, advice = f"standing still at {new:.3g}.", "Try a lower or a higher rate (- +)."
    return Finding(name, Verdict.WARN, says, advice)


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
        says = f"{figures}: hardly better than guessing."
        yield Finding(name, Verdict.WARN, says)
    elif last.validation_loss <= last.train_loss or gap <= 0.04:
        yield Finding(name, Verdict.OK, f"{figures}: fine.")
    elif gap > 0.1:
        says = f"{figures}: it learns train by heart."
        yield Finding(name, Verdict.BAD, says, "Use more data or a smaller network.")
    elif last.epoch - best.epoch >= 3 and last.validation_loss > 1.1 * best.validation_loss:
        says = f"{figures}; validation loss was lowest after epoch {best.epoch}."
        yield Finding(name, Verdict.WARN, says, "It overfits: stopping there is better.")
    else:
        says = f"{figures}: it begins to learn train by heart."
        yield Finding(name, Verdict.WARN, says, "More data would help.")


def gradient_flow(snapshot: Snapshot) -> Iterable[Finding]:
    """Whether the gradient reaches the first layer neither dying out nor growing wild."""
    norms = snapshot.curves.gradient_norm[-50:]
    if not len(norms) or norms.shape[1] < 2:
        return
    name = "gradient flow"
    first, last = float(norms[:, 0].mean()), float(norms[:, -1].mean())
    figures = f"‖∇‖ {first:.2g} in layer 1, {last:.2g} in layer {norms.shape[1]}"
    if not (np.isfinite(first) and np.isfinite(last)):
        yield Finding(name, Verdict.BAD, f"{figures}: not finite.", "Lower the rate (-).")
    elif first == 0:
        says = f"{figures}: none reaches layer 1, whose units are dead."
        yield Finding(name, Verdict.BAD, says, _AGAIN)
    elif first < 1e-2 * last:
        verdict = Verdict.BAD if first < 1e-3 * last else Verdict.WARN
        says = f"{figures}: it vanishes on its way back, so the first layers hardly learn."
        yield Finding(name, verdict, says, "Try relu or fewer layers.")
    elif first > 1e2 * last:
        verdict = Verdict.BAD if first > 1e3 * last else Verdict.WARN
        says = f"{figures}: it explodes on its way back."
        yield Finding(name, verdict, says, "Lower the rate (-) or begin with smaller weights.")
    else:
        yield Finding(name, Verdict.OK, f"{figures}: good.")


def update_ratio(snapshot: Snapshot, name: str) -> float | None:
    """Return how far one step moves a parameter, as a share of its size.

    Args:
        snapshot: Whose batch in hand is looked at.
        name: Of the parameter, such as ``W1``.

    Returns:
        η‖∇W‖/‖W‖, or None where the gradient is not computed yet or the parameter is all 0.
    """
    computed = snapshot.computed
    size = _norm(computed.before[name])
    if not _is_computed(snapshot, f"d{name}") or not size:
        return None
    return computed.context.learning_rate * _norm(computed.tensors[f"d{name}"]) / size


def update_ratios(snapshot: Snapshot) -> Iterable[Finding]:
    """How far one step moves each W: about 10⁻³ of its size is usual, more at the start."""
    healthy = []
    for layer in range(1, snapshot.program.network.layers + 1):
        ratio = update_ratio(snapshot, f"W{layer}")
        if ratio is None:
            continue
        if 1e-4 <= ratio <= 5e-2 or (ratio < 1e-4 and _has_learnt(snapshot)):
            healthy.append(f"W{layer} {ratio:.0e}")
        else:
            yield _unhealthy_ratio(f"step of W{layer}", ratio)
    if healthy:
        says = f"η‖∇W‖/‖W‖ {', '.join(healthy)}; about 1e-3 is usual."
        yield Finding("step size", Verdict.OK, says)


def _unhealthy_ratio(name: str, ratio: float) -> Finding:
    figures = f"η‖∇W‖/‖W‖ = {ratio:.0e}"
    if not np.isfinite(ratio):
        return Finding(name, Verdict.BAD, f"{figures}.", _AGAIN)
    if ratio == 0:
        return Finding(name, Verdict.BAD, "no gradient: it does not learn.", _AGAIN)
    if ratio < 1e-4:
        return Finding(name, Verdict.WARN, f"{figures}: it hardly moves.", "Raise the rate (+).")
    verdict = Verdict.BAD if ratio > 0.5 else Verdict.WARN
    return Finding(name, verdict, f"{figures}: long steps.", "Lower the rate (-).")


def unit_states(snapshot: Snapshot) -> Iterable[Finding]:
    """Units of hidden layers that are stuck where their slope is about 0."""
    network = snapshot.program.network
    for layer in range(1, network.layers):
        if not _is_computed(snapshot, f"a{layer}"):
            continue
        values = snapshot.computed.tensors[f"a{layer}"]
        kind = network.activations[layer - 1]
        if kind == "relu":
            yield _dead_units(layer, values)
        elif kind in ("tanh", "sigmoid"):
            yield _saturation(layer, np.abs(values) if kind == "tanh" else np.abs(2 * values - 1))


def _dead_units(layer: int, values: NDArray[Any]) -> Finding:
    rows, units = values.shape
    dead = int((~values.any(axis=0)).sum())
    name = f"layer {layer} units"
    says = f"{dead} of {units} say 0 to the whole batch of {rows}"
    if dead > units / 2:
        return Finding(name, Verdict.BAD, f"{says}: dead, they do not learn.", _AGAIN)
    if dead > units / 4:
        return Finding(name, Verdict.WARN, f"{says}: many.", "Lower the rate (-).")
    return Finding(name, Verdict.OK, f"{says}.")


def _saturation(layer: int, closeness: NDArray[Any]) -> Finding:
    """Judge outputs by their distance from the middle, 1 being the flat end of the curve."""
    share = float((closeness > 0.98).mean())
    name = f"layer {layer} units"
    says = f"{share:.0%} of the outputs are at the flat ends of the curve"
    if share > 0.2:
        verdict = Verdict.BAD if share > 0.5 else Verdict.WARN
        return Finding(name, verdict, f"{says}, where hardly any gradient passes.", "Try relu.")
    return Finding(name, Verdict.OK, f"{says}.")


def _is_computed(snapshot: Snapshot, name: str) -> bool:
    """Whether a tensor belongs to the step shown, not to the one before."""
    done = snapshot.program.operations[: snapshot.computed.done]
    return snapshot.shown_step is not None and any(name in each.writes for each in done)


def _has_learnt(snapshot: Snapshot) -> bool:
    loss = snapshot.curves.loss[-50:]
    return bool(len(loss)) and float(loss.mean()) < _LOW_LOSS


def _norm(values: NDArray[Any]) -> float:
    # Float64: the square of a large float32 is out of range before the norm is.
    flat = values.reshape(-1).astype(np.float64)
    return float(np.sqrt(np.dot(flat, flat)))


CHECKS: tuple[Check, ...] = (
    loss_trend,
    validation_gap,
    gradient_flow,
    update_ratios,
    unit_states,
)
