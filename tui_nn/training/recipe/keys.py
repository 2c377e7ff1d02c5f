"""The keys of a recipe: found by name, read, and changed."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

import msgspec

from tui_nn.errors import TuiNNError
from tui_nn.training.recipe.hyperparameters import Hyperparameter, Path, hyperparameters_of
from tui_nn.training.recipe.recipe import Recipe, from_table
from tui_nn.training.recipe.values import format_value, parse_value


def find(name: str, kind: type[Recipe] = Recipe) -> Hyperparameter:
    """Return a hyperparameter, named with or without its section.

    Raises:
        TuiNNError: There is none, or more than one; the message lists them.
    """
    parts, known = tuple(name.strip().split(".")), hyperparameters_of(kind)
    found = [each for each in known if each.path[-len(parts) :] == parts]
    if len(found) == 1:
        return found[0]
    if found:
        raise TuiNNError(f"{name}: could be {' or '.join('.'.join(each.path) for each in found)}")
    keys = [each.path[-1] for each in known]
    close = get_close_matches(parts[-1], keys, 1)
    meant = f", perhaps {close[0]}" if close else ""
    raise TuiNNError(f"{name}: no such key{meant}; there are {', '.join(keys)}")


def value_of(recipe: Recipe, path: Path) -> Any:
    """Return what a recipe sets, in plain lists and numbers."""
    value = recipe
    for name in path:
        value = getattr(value, name)
    return msgspec.to_builtins(value)


def with_values(recipe: Recipe, values: Mapping[Path, Any]) -> Recipe:
    """Return a recipe with some values changed.

    Raises:
        TuiNNError: It could not be trained; the error says with which values.
    """
    table = msgspec.to_builtins(recipe)
    for path, value in values.items():
        section = table
        for name in path[:-1]:
            section = section[name]
        section[path[-1]] = value
    where = ", ".join(f"{path[-1]}={format_value(value)}" for path, value in values.items())
    return from_table(table, where or recipe.name, type(recipe))


def with_typed(recipe: Recipe, typed: Mapping[str, str]) -> Recipe:
    """Return a recipe with some values changed, as people type them.

    Args:
        recipe: The recipe.
        typed: Values by their keys, which are named with or without their section.

    Raises:
        TuiNNError: There is no such key, or it cannot have that value.
    """
    found = [(find(key), text) for key, text in typed.items()]
    values = {each.path: parse_value(text, each) for each, text in found}
    return with_values(recipe, values) if values else recipe


def differing(recipes: Iterable[Recipe]) -> tuple[Path, ...]:
    """Return the keys whose values are not the same in all of some recipes."""
    every = list(recipes)
    return tuple(
        each.path
        for each in hyperparameters_of(Recipe)
        if len({format_value(value_of(recipe, each.path)) for recipe in every}) > 1
    )
