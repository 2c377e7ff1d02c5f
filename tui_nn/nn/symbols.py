"""Tensor names as the standard texts write them."""

import re
from functools import cache

_SYMBOLS = (
    (re.compile(r"^delta(?=\d)"), "δ"),
    (re.compile(r"^d(?=[Wb]\d)"), "∇"),
    (re.compile(r"^dx$"), "∂L/∂x"),
    (re.compile(r"^slope(\d+)$"), r"f'(z\1)"),
    (re.compile(r"^clipped(?=[Wb]\d)"), "c·∇"),
    (re.compile(r"^clip$"), "c"),
    (re.compile(r"^size$"), "‖∇‖"),
    (re.compile(r"^squares(?=[Wb]\d)"), "Σ²∇"),
    (re.compile(r"^sum(?=[Wb]\d)"), "Σ∇"),
    (re.compile(r"^sumL$"), "ΣL"),
    (re.compile(r"^change(?=[Wb]\d)"), "Δ"),
)


@cache
def symbol(name: str) -> str:
    """Return how a formula spells a tensor: ``dW2`` is ``∇W2``, ``delta3`` is ``δ3``."""
    for pattern, replacement in _SYMBOLS:
        name = pattern.sub(replacement, name)
    return name
