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


def with_value(recipe: Recipe, name: str, value: float) -> Recipe:
    """Return a recipe with one hyperparameter changed, as an edit names it.

    Args:
        recipe: The recipe.
        name: Of the edit.
        value: The new value; 0 for a batch of the whole training set.

    Raises:
        TuiNNError: There is no such hyperparameter, or it cannot have that value.
    """
    known = adjustable(type(recipe))
    if name not in known:
        raise TuiNNError(f"there is no hyperparameter {name}; there are {', '.join(known)}")
    is_size = name == BATCH_SIZE and float(value).is_integer()
    return with_values(recipe, {known[name].path: (int(value) or "full") if is_size else value})
