"""A sweep as it is typed."""

from collections.abc import Sequence
from typing import NamedTuple

from tui_nn.errors import TuiNNError
from tui_nn.training.recipe.hyperparameters import Path
from tui_nn.training.recipe.keys import value_of, with_values
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.recipe.values import format_value
from tui_nn.training.runs.variation import combinations, parse_variation

EXAMPLES = ("learning_rate=0.001..1:log", "layers=784-16-10,784-64-10", "optimizer=sgd,adam")
_EPOCHS = ("training", "epochs")
_SHOWN = 5


class Plan(NamedTuple):
    """What was typed.

    Attributes:
        recipes: What it would train; empty where it cannot be done.
        says: What that is, or why it cannot be done.
    """

    recipes: tuple[Recipe, ...]
    says: str


def read_plan(recipe: Recipe, varied: Sequence[str], runs: str, epochs: str) -> Plan:
    """Return the sweep that was typed.

    Args:
        recipe: What the runs have in common.
        varied: As ``tui-nn sweep --vary`` takes them; empty ones count for nothing.
        runs: How many, or "" for every combination.
        epochs: Of each run, or "" for the recipe's.
    """
    texts = [text for text in varied if text.strip()]
    if not texts:
        return Plan((), f"type what to vary, such as {EXAMPLES[0]}")
    try:
        wanted: dict[Path, int] = {}
        if (number := _whole("epochs", epochs)) is not None:
            wanted[_EPOCHS] = number
        variations = [parse_variation(text) for text in texts]
        recipes = combinations(with_values(recipe, wanted), variations, _whole("runs", runs))
    except TuiNNError as error:
        return Plan((), str(error))
    words = [f"{len(recipes)} run{'' if len(recipes) == 1 else 's'}, {_epochs(recipes)}"]
    for each in variations:
        values = list(dict.fromkeys(format_value(value_of(one, each.path)) for one in recipes))
        more = " …" if len(values) > _SHOWN else ""
        words.append(f"{each.path[-1]} {' '.join(values[:_SHOWN])}{more}")
    return Plan(recipes, " · ".join(words))


def _epochs(recipes: Sequence[Recipe]) -> str:
    numbers = sorted({each.training.epochs for each in recipes})
    if len(numbers) > 1:
        return f"{numbers[0]} to {numbers[-1]} epochs"
    return f"{numbers[0]} epoch{'' if numbers[0] == 1 else 's'} each"


def _whole(name: str, text: str) -> int | None:
    """Return a number that was typed, or None if none was."""
    if not text.strip():
        return None
    if not text.strip().isdecimal() or not int(text):
        raise TuiNNError(f"{name}: expected a whole number from 1, found {text.strip()}")
    return int(text)
