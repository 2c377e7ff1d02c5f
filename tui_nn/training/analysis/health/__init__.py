"""How a run is doing, in plain words: what a teacher would notice, and what one could try.

Each check looks at a snapshot and returns its findings, none where there is nothing to go by yet.
A new gauge is one more function in `CHECKS`; what explains the others comes first.
"""

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from tui_nn.training.analysis.health.finding import SEVERITY, Finding, Verdict
from tui_nn.training.analysis.health.layers import gradient_flow, unit_states, update_ratios
from tui_nn.training.analysis.health.nonfinite import stop_at_nonfinite
from tui_nn.training.analysis.health.run import (
    early_stopping,
    loss_trend,
    recalls,
    stopped_early,
)
from tui_nn.training.analysis.health.symmetry import equal_units
from tui_nn.training.analysis.health.validation import validation_gap
from tui_nn.training.session.snapshot import Snapshot

__all__ = ["CHECKS", "Finding", "Verdict", "examine", "stopped_early"]

CHECKS: tuple[Callable[[Snapshot], Iterable[Finding]], ...] = (
    stop_at_nonfinite,
    early_stopping,
    loss_trend,
    validation_gap,
    recalls,
    equal_units,
    unit_states,
    gradient_flow,
    update_ratios,
)


def examine(snapshot: Snapshot) -> list[Finding]:
    """Return all findings about a run at its current place, the worst first."""
    seen = _until_now(snapshot)
    findings: list[Finding] = []
    for finding in (each for check in CHECKS for each in check(seen)):
        said = any(finding.advice == before.advice for before in findings)
        findings.append(replace(finding, advice="") if said else finding)
    return sorted(findings, key=lambda finding: -SEVERITY[finding.verdict])


def _until_now(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot without what was recorded after the current place."""
    step, curves = snapshot.position.step, snapshot.curves
    if step >= len(curves):
        return snapshot
    return replace(snapshot, curves=curves.until(step), epochs=snapshot.epochs.until(step))
