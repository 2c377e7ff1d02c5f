"""The learning rates that ``+`` and ``-`` go through."""

import math

_LADDER = (1.0, 2.0, 5.0)
_LOWEST, _HIGHEST = 1e-9, 1e37


def next_rate(rate: float, direction: int) -> float:
    """Return the next of …, 0.1, 0.2, 0.5, 1, … above (+1) or below (-1) a rate."""
    exponent = math.floor(math.log10(rate))
    rungs = [
        float(f"{step:g}e{power}")
        for power in range(exponent - 1, exponent + 3)
        for step in _LADDER
    ]
    if direction > 0:
        found = next(rung for rung in rungs if rung > rate * (1 + 1e-9))
    else:
        found = next(rung for rung in reversed(rungs) if rung < rate * (1 - 1e-9))
    return min(max(found, _LOWEST), _HIGHEST)
