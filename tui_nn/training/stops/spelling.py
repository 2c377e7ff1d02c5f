"""How names and numbers are typed in the sentences of breakpoints and watches."""

import math
import re

from tui_nn.errors import TuiNNError

_SPELLINGS = (  # of a tensor's name: with its symbol, or as a keyboard without Greek has it
    (re.compile(r"^(‖∇‖|∇)$"), "size"),
    (re.compile(r"^c·∇"), "clipped"),
    (re.compile(r"^Σ²∇"), "squares"),
    (re.compile(r"^Σ∇"), "sum"),
    (re.compile(r"^ΣL$"), "sumL"),
    (re.compile(r"^Δ"), "change"),
    (re.compile(r"^∇"), "d"),
    (re.compile(r"^(δ|d)(?=\d)"), "delta"),
    (re.compile(r"^f'\(z(\d+)\)$"), r"slope\1"),
    (re.compile(r"^(|d|m|v|clipped|squares|sum|change)w(?=\d)"), r"\1W"),
)
_CLIP = {"c": "clip"}  # as a whole; c[0,3] is what an output costs


def read_name(text: str) -> str:
    """Return the name of a tensor, which may be typed with its symbol."""
    for spelling, name in _SPELLINGS:
        text = spelling.sub(name, text)
    return text


def read_operation(text: str) -> str:
    """Return the name of an operation or of a tensor."""
    return _CLIP.get(text) or read_name(text)


def read_only_word(words: list[str], question: str) -> str:
    """Return the only word that there is.

    Raises:
        TuiNNError: There are none or several; the message is the question.
    """
    if len(words) != 1:
        raise TuiNNError(question)
    return words[0]


def read_whole(text: str) -> int:
    """Return a whole number.

    Raises:
        TuiNNError: It is none.
    """
    if not re.fullmatch(r"\d{1,12}", text):
        raise TuiNNError(f"expected a whole number, not {text}")
    return int(text)


def read_number(text: str) -> float:
    """Return a number, or a share that is typed as a percentage.

    Raises:
        TuiNNError: It is none.
    """
    try:
        number = float(text.removesuffix("%").replace("−", "-"))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise TuiNNError(f"expected a number, not {text}")
    return number / 100 if text.endswith("%") else number
