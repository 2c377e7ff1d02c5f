"""Health of the layers: do their units live, does the gradient reach them, how far do they move."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_nn.nn.tensor import Role
from tui_nn.training.analysis.health.finding import Finding, Verdict, rough
from tui_nn.training.analysis.health.run import has_learnt
from tui_nn.training.evaluation import active_units
from tui_nn.training.session.snapshot import Snapshot

_AGAIN = "Go back (B, E, g) or restart (r), and lower the rate (-)."
_RANDOM = "Restart with random weights: initializer he or glorot (p)."
_FEW = 16  # samples: in a batch of fewer, a unit that lives may well say 0 to all


def unit_states(snapshot: Snapshot) -> Iterable[Finding]:
    """Units of hidden layers that are stuck where their slope is about 0."""
    program = snapshot.program
    for layer in range(1, program.network.depth):
        tensor = program.find(Role.ACTIVATION, layer)
        if tensor is None or snapshot.shown_step is None or not snapshot.has(tensor.name):
            continue
        values = snapshot.computed.tensors[tensor.name]
        activation = program.network.activation(layer)
        if activation.dies:
            yield _inactive_units(snapshot, layer, values, activation.name)
        elif activation.saturation:
            yield _saturation(layer, activation.saturation(values))


def _batch_words(snapshot: Snapshot) -> str:
    """Return which samples of the batch there are to look at."""
    context = snapshot.computed.context
    rows = len(context.indices)
    if context.samples:
        return f"the last {rows:,} of this batch's {context.samples:,}"
    return f"this batch of {rows}"


def _inactive_units(
    snapshot: Snapshot, layer: int, values: NDArray[Any], activation: str
) -> Finding:
    """Judge by all of validation, where an epoch is over; a layer that is dead now by the batch."""
    kind, units = "maps" if values.ndim > 2 else "units", values.shape[1]
    name, rows = f"layer {layer} {kind}", len(values)
    on_batch = int(np.count_nonzero(~active_units(values)))
    says = f"{on_batch} of {units} {kind} inactive on {_batch_words(snapshot)}"
    counts = snapshot.epochs[-1].inactive_units if snapshot.epochs else ()
    if on_batch == units and rows < _FEW and units not in counts[layer - 1 : layer]:
        says = f"{says}: in this step no gradient comes through. On other samples they may live."
        return Finding(name, Verdict.WARN, says)
    if on_batch == units:
        says = (
            f"the layer is dead: {says}. The slope of {activation} is 0 there, so no gradient "
            "comes through and it cannot learn its way back."
        )
        weights = snapshot.computed.tensors[snapshot.program.weights_of(layer).name]
        return Finding(name, Verdict.BAD, says, _AGAIN if weights.any() else _RANDOM)
    if layer <= len(counts):
        inactive, epoch = counts[layer - 1], snapshot.epochs[-1].epoch
        says = f"{inactive} of {units} {kind} inactive on all of validation after epoch {epoch}"
        return _judge_inactive(name, inactive, units, says, activation)
    if rows < _FEW:
        return Finding(name, Verdict.OK, f"{says}: too few samples to call them dead.")
    return _judge_inactive(name, on_batch, units, says, activation)


def _judge_inactive(name: str, inactive: int, units: int, says: str, activation: str) -> Finding:
    if inactive > units / 2:
        says = f"{says}: the slope of {activation} is 0 there, so they do not learn."
        return Finding(name, Verdict.BAD, says, _AGAIN)
    if inactive > units / 4:
        return Finding(name, Verdict.WARN, f"{says}: many.", "Lower the rate (-).")
    return Finding(name, Verdict.OK, f"{says}.")


def _saturation(layer: int, closeness: NDArray[Any]) -> Finding:
    """Judge outputs by their distance from the middle, 1 being the flat end of the curve."""
    share = float((closeness > 0.98).mean())
    name = f"layer {layer} units"
    says = f"{share:.0%} of the outputs are at the flat ends of the curve"
    if share > 0.2:
        verdict = Verdict.BAD if share > 0.5 else Verdict.WARN
        says = f"{says}: saturated, hardly any gradient comes through."
        return Finding(name, verdict, says, "Begin with smaller weights, or try relu.")
    return Finding(name, Verdict.OK, f"{says}.")


def gradient_flow(snapshot: Snapshot) -> Iterable[Finding]:
    """Whether the gradient reaches the first layer neither dying out nor growing wild."""
    norms = snapshot.curves.last_norms(50)
    if not len(norms) or norms.shape[1] < 2:
        return
    name, means = "gradient flow", norms.mean(axis=0)
    first, last = float(means[0]), float(means[-1])
    figures = f"‖∇‖ by layer {', '.join(f'{mean:.2g}' for mean in means)}"
    if not np.isfinite(means).all():
        yield Finding(name, Verdict.BAD, f"{figures}: not finite.", _AGAIN)
    elif not norms[-1].all():
        yield _no_gradient(
            name, " and ".join(f"layer {n + 1}" for n in np.flatnonzero(norms[-1] == 0)), snapshot
        )
    elif _is_adaptive(snapshot) and not 1e-2 * last <= first <= 1e2 * last:
        says = f"{figures}: every weight's steps are as long as its own gradients make them."
        yield Finding(name, Verdict.OK, says)
    elif first < 1e-2 * last:
        verdict = Verdict.BAD if first < 1e-3 * last else Verdict.WARN
        says = f"{figures}: it vanishes on its way back, so the first layers hardly learn."
        yield Finding(name, verdict, says, "Try relu or fewer layers.")
    elif first > 1e2 * last:
        verdict = Verdict.BAD if first > 1e3 * last else Verdict.WARN
        says = f"{figures}: it explodes on its way back, so the first layers jump about."
        yield Finding(name, verdict, says, "Lower the rate (-) or begin with smaller weights.")
    else:
        yield Finding(name, Verdict.OK, f"{figures}: none vanishes, none explodes.")


def _no_gradient(name: str, where: str, snapshot: Snapshot) -> Finding:
    """Say why nothing comes back to some layers: weights of 0, few samples, or a dead layer."""
    says = f"no gradient reaches {where}"
    zero = [
        each for each in _weights_on_the_way(snapshot) if not snapshot.computed.tensors[each].any()
    ]
    if zero:
        says = f"{says}: {' and '.join(zero)} let nothing through while all their weights are 0."
        return Finding(name, Verdict.BAD, says, _RANDOM)
    if len(snapshot.batch) < _FEW:
        return Finding(
            name, Verdict.WARN, f"{says} in this step: a layer on its way says 0 to all of it."
        )
    return Finding(name, Verdict.BAD, f"{says}: a layer on its way is dead.", _AGAIN)


def _weights_on_the_way(snapshot: Snapshot) -> Iterable[str]:
    program = snapshot.program
    return (program.weights_of(layer).name for layer in range(2, program.network.depth + 1))


def _is_adaptive(snapshot: Snapshot) -> bool:
    return snapshot.program.optimizer.adaptive


def update_ratios(snapshot: Snapshot) -> Iterable[Finding]:
    """How far one step moves each parameter: about 10⁻³ of its size is usual, more at the start.

    Biases begin at 0, so that their ratio says little: it is told, not judged.
    """
    healthy, unmoved = [], []
    for name, parameter in snapshot.program.parameters.items():
        gradient = snapshot.program.gradient_of(name)
        if snapshot.shown_step is None or not snapshot.has(gradient.name):
            continue
        ratio = snapshot.computed.update_ratio(name)
        if ratio is None:
            continue
        if ratio == 0:
            unmoved.append(name)
        elif _is_usual(ratio, snapshot) or (parameter.role is Role.BIAS and np.isfinite(ratio)):
            healthy.append(f"{name} {rough(ratio)}")
        else:
            yield _unusual_ratio(f"step of {name}", ratio)
    if unmoved:
        yield _no_gradient("step size", ", ".join(unmoved), snapshot)
    elif healthy:
        says = f"‖Δ‖ of one step over ‖W‖: {', '.join(healthy)}; about 1e-3 is usual for a W."
        yield Finding("step size", Verdict.OK, says)


def _is_usual(ratio: float, snapshot: Snapshot) -> bool:
    if ratio < 1e-4:
        return has_learnt(snapshot) or _is_meant_to_be_short(snapshot)
    return ratio <= 5e-2


def _is_meant_to_be_short(snapshot: Snapshot) -> bool:
    """Return whether the schedule has the learning rate far below its highest."""
    return snapshot.learning_rate < 0.1 * snapshot.recipe_now.training.learning_rate


def _unusual_ratio(name: str, ratio: float) -> Finding:
    figures = f"‖ΔW‖/‖W‖ = {rough(ratio)}"
    if not np.isfinite(ratio):
        return Finding(name, Verdict.BAD, f"{figures}.", _AGAIN)
    if ratio < 1e-4:
        return Finding(name, Verdict.WARN, f"{figures}: it hardly moves.", "Raise the rate (+).")
    if ratio > 0.5:
        says = f"{figures}: one step replaces what was learnt."
        return Finding(name, Verdict.BAD, says, "Lower the rate (-).")
    return Finding(name, Verdict.WARN, f"{figures}: long steps.", "Lower the rate (-).")
