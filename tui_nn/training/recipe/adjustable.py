"""The hyperparameters that may change while a run goes on, by the names of their edits."""

from collections.abc import Mapping
from functools import cache

from tui_nn.errors import TuiNNError
from tui_nn.training.recipe.hyperparameters import BATCH_SIZE, Hyperparameter, hyperparameters_of
from tui_nn.training.recipe.keys import with_values
from tui_nn.training.recipe.recipe import Recipe


@cache
def adjustable(kind: type[Recipe] = Recipe) -> Mapping[str, Hyperparameter]:
    """Return every hyperparameter of which a run may have edits, by their name."""
    return {each.edit: each for each in hyperparameters_of(kind) if each.edit}


def adjust(recipe: Recipe, changes: Mapping[str, float]) -> Recipe:
    """Return a recipe with some hyperparameters changed.

    Args:
        recipe: The recipe.
        changes: New values by the names of edits; 0 for a batch of the whole training set.

    Raises:
        TuiNNError: There is no such hyperparameter, or it cannot have that value.
    """
    known, values = adjustable(type(recipe)), {}
    for name, value in changes.items():
        if name not in known:
            raise TuiNNError(f"there is no hyperparameter {name}; there are {', '.join(known)}")
        is_size = name == BATCH_SIZE and float(value).is_integer()
        values[known[name].path] = (int(value) or "full") if is_size else value
    return with_values(recipe, values) if values else recipe
