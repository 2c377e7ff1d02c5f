"""What an explanation writes out is true: each line, worked out as it stands, gives its value."""

import re
from typing import Any

import numpy as np
import pytest

from tests.nn.steps import HEADS, Step, case
from tui_nn.nn.activations import ACTIVATIONS
from tui_nn.nn.explain import Factor, Term
from tui_nn.nn.network import dense_network
from tui_nn.nn.optimizers import OPTIMIZERS

SIGNS = {
    "×": "*", "−": "-", "²": "**2", "≥": ">=", "≤": "<=", "√{}": "sqrt({})", "log {}": "log({})",
    "|{}|": "abs({})", "⁰": "**0",
}  # fmt: skip
NAMES: dict[str, Any] = {
    "sqrt": np.sqrt, "exp": np.exp, "log": np.log, "sign": np.sign, "tanh": np.tanh, "abs": abs,
    "max": max, "float": float, "nan": np.nan, "relu": lambda z: max(z, 0), "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
}  # fmt: skip


def worked_out(term: Term) -> float:
    """The value of a line, from nothing but how it is written and the numbers in it."""
    text = term.pattern or " × ".join("{}" for _ in term.factors)
    text = re.sub(r"^(.*), as (.*)", r"\1 if \2 else nan", text)
    for sign, code in SIGNS.items():
        text = text.replace(sign, code)
    text = re.sub(r"\[(.*?)\]", r"float(\1)", text)
    numbers = [f"({factor.value!r})" for factor in term.factors]
    return float(eval(text.format(*numbers), {"__builtins__": {}}, NAMES))


def is_written_out(term: Term) -> bool:
    return bool(term.pattern) or len(term.factors) > 1


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("everything", [False, True])
def test_every_line_comes_to_its_value(
    head: tuple[str, str], optimizer: str, everything: bool
) -> None:
    for activation, clipping in zip(ACTIVATIONS, (0.01, 100, 0.01, 100), strict=True):
        on: Any = dict.fromkeys(("l1", "l2", "dropout", "weighted", "distorted"), everything)
        network = dense_network((4, 3, 2), (activation,), "he")
        limit = clipping if everything else 0.0
        chosen = case(network, head=head, optimizer=optimizer, chunked=True, clipping=limit, **on)
        step, lines = Step(chosen, rows=2, seed=3), 0
        for operation in chosen.program.operations:
            for name in operation.names_written:
                terms = step.explain(name, (0,) * step.looked[name].ndim)
                for line in filter(is_written_out, (*terms.parts, *terms.steps)):
                    assert worked_out(line) == pytest.approx(line.value, rel=1e-9, abs=1e-12), line
                    lines += 1
        assert lines > len(chosen.program.operations)


def test_a_line_that_lies_is_noticed() -> None:
    two, three = Factor("a", 2.0), Factor("b", 3.0)
    assert worked_out(Term("a·b", 6.0, (two, three))) == 6
    assert worked_out(Term("a − b²", -7.0, (two, three), "{} − {}²")) == -7
    assert worked_out(Term("−|a|/√b", 0.0, (two, three), "−|{}|/√{}")) == -2 / np.sqrt(3)
    assert worked_out(Term("1 if a ≥ b", 0.0, (two, three), "[{} ≥ {}] × 5")) == 0
