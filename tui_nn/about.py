"""What stands beside the type of a hyperparameter in a recipe: its words, and when it changes."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Protocol

from msgspec import Struct, field

YES, NO = "yes", "no"


class Effect(StrEnum):
    """When a change of a hyperparameter takes effect in a run that has begun."""

    STEP = "from the next step on"
    EPOCH = "from the next epoch on"
    RESTART = "a restart"


class Row(Protocol):
    """A row of a table that a recipe names."""

    @property
    def summary(self) -> str:
        """What it does; "" for what no recipe names."""


class Summaries(Mapping[str, str]):
    """What each row of a table does, by its name, as the table is when it is read."""

    def __init__(self, table: Mapping[str, Row]) -> None:
        self._table = table

    def __getitem__(self, name: str) -> str:
        if summary := self._table[name].summary:
            return summary
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return (name for name, row in self._table.items() if row.summary)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class About(Struct, frozen=True):
    """All that is to be known of a hyperparameter beside its name, its type and its range.

    Attributes:
        meaning: What it is.
        symbol: What formulas call it.
        too_little: What happens then.
        too_much: What happens then.
        usual: Which values are.
        choices: What may be chosen, each with what it does; empty where a value is typed.
        absent: The word for a value that a recipe leaves out, or "".
        effect: When a change takes effect.
        rate: Its name among the ``Rates`` of a step, if the operations read it there.
    """

    meaning: str
    symbol: str = ""
    too_little: str = ""
    too_much: str = ""
    usual: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    absent: str = ""
    effect: Effect = Effect.RESTART
    rate: str = ""
