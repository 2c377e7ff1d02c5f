"""Breaking a recipe on purpose, and mending it again."""

from collections.abc import Sequence
from itertools import count

import msgspec

from tui_nn.errors import TuiNNError
from tui_nn.mistakes.quiz import can_be_disguised, quiz_of
from tui_nn.mistakes.table import MISTAKES
from tui_nn.training.recipe.recipe import Recipe, faults


def broken(recipe: Recipe, mistake: str | None) -> Recipe:
    """Return a recipe with a mistake in place of the one that it has; None: as it should be."""
    training = msgspec.structs.replace(recipe.training, mistake=mistake)
    return msgspec.structs.replace(recipe, training=training)


def refusals(recipe: Recipe) -> dict[str, str]:
    """Return of each mistake why a recipe cannot be trained with it, or ""."""
    return {name: refusal(recipe, name) for name in MISTAKES}


def refusal(recipe: Recipe, mistake: str) -> str:
    """Return why a recipe cannot be trained with a mistake, or ""."""
    fault = next((fault for _, fault in faults(broken(recipe, mistake))), "")
    return fault.removeprefix(f"{mistake}: ")


def posed(recipe: Recipe, seed: int, before: Sequence[str] = ()) -> str:
    """Return the name of the first quiz, by their numbers from a seed on, that suits a recipe.

    Args:
        recipe: What is to be broken.
        seed: The number of the first one that may be.
        before: Quizzes whose mistakes are not asked again, while there are others.

    Raises:
        TuiNNError: No mistake that a quiz is about suits it.
    """
    suited = set(askable(recipe))
    if not suited:
        raise TuiNNError("no mistake can be hidden in this network: try another recipe")
    wanted = suited - {quiz_of(each).truth.name for each in before} or suited
    names = (f"quiz-{number}" for number in count(seed))
    return next(each for each in names if quiz_of(each).truth.name in wanted and each not in before)


def askable(recipe: Recipe) -> list[str]:
    """Return the names of the mistakes that a quiz on a recipe may be about."""
    program = broken(recipe, None).program()
    asked = (each for each in MISTAKES.values() if can_be_disguised(each, program))
    return [each.name for each in asked if not refusal(recipe, each.name)]
