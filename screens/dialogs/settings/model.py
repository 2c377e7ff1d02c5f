"""The form of hyperparameters: what was typed, what is wrong with it, and what differs."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from screens.dialogs.settings.fields import FIELD_AT, FIELDS, Field
from tui_nn.about import Effect
from tui_nn.errors import TuiNNError
from tui_nn.training.recipe.adjustable import adjust
from tui_nn.training.recipe.keys import value_of
from tui_nn.training.recipe.recipe import Recipe, from_table
from tui_nn.training.recipe.values import format_value, parse_value

_FAULT = re.compile(r"recipe: (?P<path>[\w.]+)(?:\[\d+\])?: (?P<fault>.*)", re.DOTALL)
_GOT = re.compile(r", got [^;]*")  # the person sees what was typed
_PLAIN = {
    r"\bfloat\b": "a number",
    r"\bint\b": "a whole number",
    r"\bbool\b": "yes or no",
    r"\barray\b": "a list",
    r"\bstr\b": "a word",
    r" \| ": " or ",
    r" >= ": " of at least ",
    r" <= ": " of at most ",
    r" > ": " above ",
    r" < ": " below ",
    r"\.0\b": "",
    r".*; allowed are full$": "expected a whole number, or full",
}


class Change(Struct, frozen=True):
    """A hyperparameter that differs from the run's.

    Attributes:
        field: Which.
        value: The new value.
        effect: From when on, if it were applied.
    """

    field: Field
    value: Any
    effect: Effect

    @property
    def edit(self) -> tuple[str, float]:
        """The name and the value with which the session is told."""
        return self.field.hyperparameter.edit, 0 if self.value == "full" else self.value


class Filled(Struct, frozen=True):
    """A form as it is filled in.

    Attributes:
        recipe: What it comes to; None where something is wrong.
        changes: What differs from the run, as far as it is valid.
        faults: What is wrong, by place in the recipe.
    """

    recipe: Recipe | None
    changes: tuple[Change, ...]
    faults: Mapping[str, str]

    @property
    def now(self) -> tuple[Change, ...]:
        """The changes that need no restart."""
        return tuple(each for each in self.changes if each.effect is not Effect.RESTART)


# From a recipe to texts and back


def texts_of(recipe: Recipe) -> dict[str, str]:
    """Return each field's text, by its place in the recipe."""
    return {field.path: text_of(recipe, field) for field in FIELDS}


def text_of(recipe: Recipe, field: Field) -> str:
    """Return the value that a recipe has for a field, as it is typed."""
    return format_value(value_of(recipe, field.hyperparameter.path), field.hyperparameter)


# What was filled in


def filled(present: Recipe, texts: Mapping[str, str]) -> Filled:
    """Read a form.

    Args:
        present: The run's recipe, as it now is.
        texts: Each field's, by its place in the recipe.
    """
    before, table = msgspec.to_builtins(present), msgspec.to_builtins(present)
    for path, text in texts.items():
        _put(table, path, parse_value(text, FIELD_AT[path].hyperparameter))
    recipe, faults = _checked(table, before)
    changes = [
        Change(field, value, effect_of(present, field, value))
        for field in FIELDS
        if field.path not in faults
        and not _same(value := _get(table, field.path), _get(before, field.path))
    ]
    return Filled(None if faults else recipe, tuple(changes), faults)


def _checked(
    table: dict[str, Any], before: Mapping[str, Any]
) -> tuple[Recipe | None, dict[str, str]]:
    """Check a table by the rules of recipe files; where a value is wrong, check without it."""
    faults: dict[str, str] = {}
    while True:
        try:
            return from_table(table, "recipe"), faults
        except TuiNNError as error:
            path, fault = _taken_apart(error)
            if path in faults:  # even without it: it is for another field to give way
                return None, faults
            faults[path] = fault
            _put(table, path, _get(before, path))


def _taken_apart(error: TuiNNError) -> tuple[str, str]:
    """Return the place in the recipe that an error names, and the rest without Python's types."""
    found = _FAULT.match(str(error))
    assert found is not None, f"an error of recipes that names no key: {error}"
    fault = _GOT.sub("", found["fault"])
    for pattern, words in _PLAIN.items():
        fault = re.sub(pattern, words, fault)
    return found["path"], fault


def effect_of(present: Recipe, field: Field, value: Any) -> Effect:
    """Return when a run would have another value."""
    name = field.hyperparameter.edit
    if not name or isinstance(value, list):  # an edit is of one number
        return Effect.RESTART
    try:
        wanted = adjust(present, {name: 0 if value == "full" else value})
    except TuiNNError:  # only together with another change that needs one
        return Effect.RESTART
    if optimizer_of(wanted) != optimizer_of(present):
        return Effect.RESTART
    return field.about.effect


def optimizer_of(recipe: Recipe) -> str:
    """Which optimiser it is: another one has other tensors, which nobody has filled."""
    return recipe.method(recipe.rates).optimizer


def descended(recipe: Recipe, original: Recipe) -> Recipe:
    """Return a recipe without the title and source of another one, if it differs from it."""
    if (recipe.data, recipe.network, recipe.training) == (
        original.data,
        original.network,
        original.training,
    ):
        return original
    return msgspec.structs.replace(recipe, title="", source=f"changed from {original.name}")


# Places in a table


def _get(table: Mapping[str, Any], path: str) -> Any:
    for key in path.split("."):
        table = table.get(key)  # type: ignore[assignment]
    return table


def _put(table: dict[str, Any], path: str, value: Any) -> None:
    *sections, last = path.split(".")
    for key in sections:
        table = table[key]
    table[last] = value


def _same(value: Any, other: Any) -> bool:
    as_lists = [list(each) if isinstance(each, tuple) else each for each in (value, other)]
    return bool(as_lists[0] == as_lists[1])
