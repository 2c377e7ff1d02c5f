"""Units of a layer that are all the same: the gradient moves them alike, so they stay the same."""

from collections.abc import Iterable

import numpy as np

from tui_nn.training.analysis.health.finding import Finding, Verdict
from tui_nn.training.session.snapshot import Snapshot


def equal_units(snapshot: Snapshot) -> Iterable[Finding]:
    """Hidden layers in which every unit has the same weights."""
    program = snapshot.program
    for layer in range(1, program.network.depth):
        weights = snapshot.computed.tensors[program.weights_of(layer).name]
        if weights.ndim < 2 or weights.shape[-1] < 2:
            continue
        if bool((weights == weights[..., :1]).all()):
            says = (
                f"all {weights.shape[-1]} units are equal: the same weights, so the same gradient, "
                "and they stay equal. The layer works like a single unit."
            )
            if not np.any(weights):
                says = f"all weights are 0. {says[0].upper()}{says[1:]}"
            advice = "Restart with random weights: initializer he or glorot (p)."
            yield Finding(f"layer {layer} symmetry", Verdict.BAD, says, advice)
