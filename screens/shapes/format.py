"""Numbers and shapes as people read them."""

import math

MINUS = "−"


def figure(value: float, digits: int = 3) -> str:
    """Return a number with a few significant digits, its minus sign as wide as its plus."""
    if not math.isfinite(value):
        return str(value)
    return f"{value or 0.0:.{digits}g}".replace("-", MINUS)  # −0.0 is 0


def signed(value: float, digits: int = 3) -> str:
    """Return a number that always shows its sign."""
    return (
        figure(value, digits)
        if value < 0 or not math.isfinite(value)
        else f"+{figure(value, digits)}"
    )


def counted(count: int, what: str) -> str:
    """Return how many there are of something whose plural ends in s."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def grid_shape(count: int) -> tuple[int, int]:
    """Return rows and columns for ``count`` neurons: the squarest that fits exactly."""
    rows = max(rows for rows in range(1, math.isqrt(count) + 1) if count % rows == 0)
    return (1, count) if count <= 10 else (rows, count // rows)
