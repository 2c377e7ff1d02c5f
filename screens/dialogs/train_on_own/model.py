"""The ways in which one can train on one's own digits."""

from typing import NamedTuple

from tui_nn.data.mixture import MARK, Ingredient, ingredients
from tui_nn.data.own import OWN, is_own

OFTEN = 20
NONE_KEPT = "No digits of your own are kept yet: draw one, then d."


class Way(NamedTuple):
    """A data set with one's own digits in it.

    Attributes:
        name: What ``--data`` calls it.
        words: What it is.
        effect: What to expect.
    """

    name: str
    words: str
    effect: str


def ways(trained_on: str, count: int) -> list[Way]:
    """Return the ways to train on one's own digits.

    Args:
        trained_on: The data of the present run.
        count: How many digits are kept.
    """
    others = others_of(trained_on)
    digits = "your digit" if count == 1 else f"your {count:,} digits"
    alone = Way(OWN, f"{digits} alone", "It soon knows them by heart, and nothing else.")
    return [
        Way(
            f"{others}{MARK}{OFTEN}*{OWN}",
            f"{others} and {digits}, each {OFTEN} times an epoch",
            "It keeps to digits in general, and learns your hand.",
        ),
        Way(
            f"{others}{MARK}{OWN}",
            f"{others} and {digits}",
            "Few digits among many: they hardly change what it learns.",
        ),
        alone,
    ]


def others_of(name: str) -> str:
    """Return the data of a run without one's own digits; the embedded ones if that leaves none."""
    parts = ingredients(name) or (Ingredient(1, name),)
    kept = [str(part) for part in parts if not is_own(part.name)]
    return MARK.join(kept) or "embedded"
