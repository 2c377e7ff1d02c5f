"""A table of what was measured, with what is wanted."""

from typing import NamedTuple


class Row(NamedTuple):
    """A figure.

    Attributes:
        what: What was measured.
        where: On which screen, or "".
        found: The figure, in the unit of what is wanted.
        unit: That unit: × is of the bare app's.
        wanted: What is to be reached.
        note: The figure in another unit, or "".
        more: Whether more is better; else less is.
    """

    what: str
    where: str
    found: float
    unit: str
    wanted: float
    note: str = ""
    more: bool = False

    @property
    def is_reached(self) -> bool:
        """Whether it is as good as is wanted."""
        return self.found >= self.wanted if self.more else self.found <= self.wanted


def line(row: Row) -> str:
    """Return a row as a line, with a word where it falls short."""
    return (
        f"{row.what:44} {row.where:9} {_figure(row.found):>8} {row.unit:4} {row.note:>10}  "
        f"{'≥' if row.more else '≤'} {row.wanted:,g}{'' if row.is_reached else '  falls short'}"
    )


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
