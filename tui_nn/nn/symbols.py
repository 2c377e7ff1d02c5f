"""Tensor names as the standard texts write them."""

import re
from functools import cache

_SYMBOLS = (
    (re.compile(r"^delta(?=\d)"), "δ"),
    (re.compile(r"^d(?=[Wb]\d)"), "∇"),
    (re.compile(r"^dx$"), "∂L/∂x"),
    (re.compile(r"^slope(\d+)$"), r"f'(z\1)"),
)


@cache
def symbol(name: str) -> str:
    """Return how a formula spells a tensor: ``dW2`` is ``∇W2``, ``delta3`` is ``δ3``."""
    for pattern, replacement in _SYMBOLS:
        name = pattern.sub(replacement, name)
    return name
