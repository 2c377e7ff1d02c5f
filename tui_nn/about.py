"""What stands beside the type of a hyperparameter in a recipe: its words, and when it changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

YES, NO = "yes", "no"


class Effect(StrEnum):
    """When a change of a hyperparameter takes effect in a run that has begun."""

    STEP = "from the next step on"
    EPOCH = "from the next epoch on"
    RESTART = "a restart"


@dataclass(frozen=True)
class About:
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
