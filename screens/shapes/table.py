"""Rows and columns of text, and which of the columns fit into a width."""

from typing import Literal

from msgspec import Struct


class Column(Struct, frozen=True):
    """A column.

    Attributes:
        name: What stands over it.
        align: To which side its cells go.
    """

    name: str
    align: Literal["<", ">"] = ">"


class Row(Struct, frozen=True):
    """A row.

    Attributes:
        key: What ``Selected`` calls it.
        cells: A text for each column.
        mark: One character before it, such as ▶ before what is being debugged.
        tone: Of its curve; None for a faint one.
        is_drawn: Whether it has a curve at all.
    """

    key: int
    cells: tuple[str, ...]
    mark: str = " "
    tone: int | None = None
    is_drawn: bool = True


class Contents(Struct, frozen=True):
    """What a table shows.

    Attributes:
        columns: From the left; the first always stays in sight.
        rows: From the top.
        ordered_by: The column that the rows are ordered by.
        descending: Whether its largest value is at the top.
    """

    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    ordered_by: int = 0
    descending: bool = False


def columns_in_sight(widths: list[int], selected: int, room: int, gap: int) -> list[int]:
    """Return which columns are shown: the first, and of the others those up to the selected one.

    A last column that has not all its room is shown as far as it goes.
    """
    first = 1
    while (
        first < selected and widths[0] + sum(w + gap for w in widths[first : selected + 1]) > room
    ):
        first += 1
    seen, at = [0], widths[0]
    for number in range(first, len(widths)):
        if at + gap >= room:
            break
        seen.append(number)
        at += gap + widths[number]
    return seen
