"""A recipe as a person's edits have left it."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import numpy as np

from tui_nn.errors import TuiNNError
from tui_nn.training.recipe.recipe import Recipe, from_table
from tui_nn.training.session.journal import BATCH_SIZE, LEARNING_RATE, Edit

# Where a recipe says what an edit may change.
KEYS: Mapping[str, tuple[str, str]] = {
    LEARNING_RATE: ("training", "learning_rate"),
    BATCH_SIZE: ("training", "batch_size"),
    "momentum": ("training", "momentum"),
    "weight_decay": ("training", "weight_decay"),
    "l1": ("training", "l1"),
    "l2": ("training", "l2"),
    "dropout": ("network", "dropout"),
    "clipping": ("training", "gradient_clipping"),
}


def adjusted(recipe: Recipe, edits: Iterable[Edit]) -> Recipe:
    """Return a recipe with what edits changed of its hyperparameters."""
    table = msgspec.to_builtins(recipe)
    for edit in edits:
        if edit.name in KEYS:
            _put(table, edit.name, edit.value)
    return from_table(table, recipe.name)


def check_edit(edit: Edit, recipe: Recipe) -> None:
    """Make sure that an edit of a run of a recipe can be made.

    Raises:
        TuiNNError: There is no such hyperparameter or parameter, or it cannot have that value.
    """
    shape = recipe.architecture().shapes.get(edit.name)
    if edit.name in KEYS:
        with_value(recipe, edit.name, edit.value)
    elif shape is None or len(edit.index) > len(shape):
        raise TuiNNError(f"there is no parameter {edit.name} with an element {list(edit.index)}")
    elif any(not 0 <= i < size for i, size in zip(edit.index, shape, strict=False)):
        raise TuiNNError(
            f"{edit.name} has the shape {list(shape)}, and no element {list(edit.index)}"
        )
    elif not abs(edit.value) <= float(np.finfo(np.float32).max):
        raise TuiNNError(f"a parameter must be a finite number, not {edit.value}")


def with_value(recipe: Recipe, name: str, value: float) -> Recipe:
    """Return a recipe with one hyperparameter changed, as an edit names it.

    Raises:
        TuiNNError: There is no such hyperparameter, or it cannot have that value.
    """
    if name not in KEYS:
        raise TuiNNError(f"there is no hyperparameter {name}; there are {', '.join(KEYS)}")
    table = msgspec.to_builtins(recipe)
    _put(table, name, value)
    return from_table(table, recipe.name)


def _put(table: dict[str, Any], name: str, value: float) -> None:
    section, key = KEYS[name]
    if name == BATCH_SIZE and float(value).is_integer():
        table[section][key] = int(value) or "full"
    else:
        table[section][key] = value
