"""The findings about a run as lines of the health panel, what is wrong first."""

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from tui_nn.training.analysis.health import Finding, Verdict


class HealthLine(NamedTuple):
    """A line of the health panel.

    Attributes:
        sign: ``ok``, ``!`` or ``!!``; blank on lines that go on.
        name: What was looked at; blank on lines that go on.
        words: What was found.
    """

    sign: str
    name: str
    words: str


def health_lines(findings: Sequence[Finding], width: int) -> list[HealthLine]:
    """Return findings as lines, broken where they are longer than the width."""
    if not findings:
        words = "nothing to go by yet: press space to train, n for one operation"
        return [HealthLine("", "", line) for line in textwrap.wrap(words, max(width, 20))]
    names = max(len(finding.name) for finding in findings)
    lines = []
    for finding in findings:
        words = f"{finding.says} {finding.advice}".strip()
        wrapped = textwrap.wrap(words, max(width - names - 4, 20))
        lines.append(HealthLine(f"{finding.verdict:2}", finding.name.ljust(names), wrapped[0]))
        lines += [HealthLine("  ", " " * names, line) for line in wrapped[1:]]
    return lines


def health_summary(findings: Sequence[Finding]) -> str:
    """Return the first of the worst findings in words, and how many are good."""
    if not findings:
        return "health: nothing to go by yet"
    well = sum(finding.verdict is Verdict.OK for finding in findings)
    worst = findings[0]  # the worst stand first
    if worst.verdict is Verdict.OK:
        return f"health: {well} of {len(findings)} ok · {worst.name}: {worst.says}"
    return f"{worst.verdict} {worst.name}: {worst.says}"
