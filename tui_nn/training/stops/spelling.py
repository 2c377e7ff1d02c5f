"""How words and numbers are typed in the sentences of breakpoints and watches."""

import math
import re

from tui_nn.errors import TuiNNError


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
