"""Numbers and shapes as people read them, and the one way to fit them into a width.

Where a number does not fit, its factors go first, then its digits; what is cut ends in "…".
"""

import math
import re
from collections.abc import Sequence

MINUS = "−"
LARGE = 1e5  # from here on, decimals only take room
_EXPONENT = re.compile(r"e(?:\+|(-))0*(?=\d)")  # e+14 is e14, e-05 is e-5
_LONG = 6  # digits before the decimal point


def figure(value: float, digits: int = 3) -> str:
    """Return a number with a few significant digits, its minus sign as wide as its plus."""
    return _spell(f"{value or 0.0:.{digits}g}")  # −0.0 is 0


def signed(value: float, digits: int = 3) -> str:
    """Return a number that always shows its sign; 0 has none."""
    return f"+{figure(value, digits)}" if value > 0 else figure(value, digits)


def fixed(value: float, decimals: int) -> str:
    """Return a number with so many decimals; a large one, which they would widen, with 3 digits."""
    large = not math.isfinite(value) or abs(value) >= LARGE
    return figure(value) if large else _spell(f"{value or 0.0:.{decimals}f}")


def aligned(values: Sequence[float], digits: int = 5) -> list[str]:
    """Return numbers of one width whose decimal points stand below each other."""
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    power = math.floor(math.log10(largest)) if largest else 0
    form = f".{max(digits - 1 - power, 0)}f" if -digits <= power < _LONG else f".{digits - 1}e"
    texts = [_spell(format(value or 0.0, form)) for value in values]
    width = max(map(len, texts), default=0)
    return [text.rjust(width) for text in texts]


def fit_number(value: float, width: int, digits: int = 3, *, sign: bool = False) -> str:
    """Return a number in at most so many columns, with as many of its digits as fit."""
    write = signed if sign else figure
    return fit([write(value, count) for count in range(digits, 0, -1)], width)


def fit(forms: Sequence[str], width: int) -> str:
    """Return the first of some ways to write the same that fits, else the last one, cut."""
    return next((text for text in forms if len(text) <= width), cut(forms[-1], width))


def cut(text: str, width: int, more: str = "…") -> str:
    """Return a text in at most so many columns; where some of it is left out, it says so."""
    if len(text) <= width:
        return text
    return (text[: max(width - len(more), 0)] + more)[: max(width, 0)]


def _spell(text: str) -> str:
    if "e" in text:
        text = _EXPONENT.sub(lambda found: "e" + (found[1] or ""), text)
    return text.replace("-", MINUS)


def counted(count: int, what: str) -> str:
    """Return how many there are of something whose plural ends in s."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def grid_shape(count: int) -> tuple[int, int]:
    """Return rows and columns for ``count`` neurons: the squarest that fits exactly."""
    rows = max(rows for rows in range(1, math.isqrt(count) + 1) if count % rows == 0)
    return (1, count) if count <= 10 else (rows, count // rows)
