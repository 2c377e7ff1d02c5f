"""The cheapest way to move the cursor."""

from functools import lru_cache


@lru_cache(1 << 14)
def move(from_x: int | None, from_y: int | None, x: int, y: int) -> str:
    """Return the shortest sequence that takes the cursor to a cell.

    Args:
        from_x: Its column now; None where that is not known, as behind the last column, where
            terminals differ.
        from_y: Its row now; None where that is not known.
        x: The column to go to, from 0.
        y: The row.
    """
    ways = [f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H" if y else "\x1b[H"]  # CUP
    if from_y == y:
        ways += _along(from_x, x)
    elif from_y is not None and from_y < y:
        # Both may be translated on their way: a line feed alone would be of no known column.
        ways += ["\r\n" * (y - from_y) + way for way in _along(0, x)]
        if from_x == x:
            ways.append(f"\x1b[{_count(y - from_y)}B")  # CUD
    return min(ways, key=len)


def _along(from_x: int | None, x: int) -> list[str]:
    """Ways within a row."""
    if from_x == x:
        return [""]
    ways = [f"\x1b[{x + 1}G" if x else "\r"]  # CHA, CR
    if from_x is not None and from_x < x:
        ways.append(f"\x1b[{_count(x - from_x)}C")  # CUF
    elif from_x is not None:
        ways += [f"\x1b[{_count(from_x - x)}D", "\b" * (from_x - x)]  # CUB, BS
    return ways


def _count(cells: int) -> str:
    return "" if cells == 1 else str(cells)
