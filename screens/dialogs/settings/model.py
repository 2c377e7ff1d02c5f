"""The form of hyperparameters: what was typed, what is wrong with it, and what differs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from screens.dialogs.settings.fields import FIELD_AT, FIELDS, NO, YES, Field
from tui_nn.errors import TuiNNError
from tui_nn.training.recipe.adjustable import KEYS, with_value
from tui_nn.training.recipe.recipe import Recipe, from_table
from tui_nn.training.session.journal import BATCH_SIZE

EDITS: Mapping[str, str] = {f"{section}.{key}": name for name, (section, key) in KEYS.items()}
"""The name of the edit that changes a hyperparameter of a run, by the place in a recipe."""

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


class Effect(StrEnum):
    """When a change takes effect."""

    STEP = "from the next step on"
    EPOCH = "from the next epoch on"
    RESTART = "a restart"


@dataclass(frozen=True)
class Change:
    """A hyperparameter that differs from the run's.

    Attributes:
        field: Which.
        value: What it shall be.
        effect: From when on, if it were applied.
    """

    field: Field
    value: Any
    effect: Effect

    @property
    def edit(self) -> tuple[str, float]:
        """The name and the value with which the session is told."""
        return EDITS[self.field.path], 0 if self.value == "full" else self.value


@dataclass(frozen=True)
class Filled:
    """A form as it is filled in.

    Attributes:
        recipe: What it comes to; None where something is wrong.
        changes: What differs from the run, where nothing is wrong with it.
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
    table = msgspec.to_builtins(recipe)
    return {field.path: text_of(field, _get(table, field.path)) for field in FIELDS}


def text_of(field: Field, value: Any) -> str:
    """Return a value as one would type it."""
    if value is None:
        return field.absent
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, (list, tuple)):
        return ", ".join(text_of(field, each) for each in value)
    if isinstance(value, float) and float(f"{value:g}") == value:
        return f"{value:g}"
    return str(value)


def understood(field: Field, text: str) -> Any:
    """Return what a text stands for, as a recipe file would hold it; None to leave it out.

    What cannot be understood stays a text, which the rules of recipes then refuse.
    """
    text = text.strip().replace("−", "-")
    if field.absent and text in ("", field.absent):
        return None
    if field.choices.keys() == {YES, NO}:
        return {YES: True, NO: False}.get(text, text)
    if field.many or "," in text or text.startswith("["):
        parts = (part.strip() for part in text.removeprefix("[").removesuffix("]").split(","))
        return [_number(part) for part in parts if part]
    return _number(text)


def _number(word: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    return word


# What was filled in


def filled(present: Recipe, texts: Mapping[str, str]) -> Filled:
    """Read a form.

    Args:
        present: The run's recipe, as it now is.
        texts: Each field's, by its place in the recipe.
    """
    before, table = msgspec.to_builtins(present), msgspec.to_builtins(present)
    for path, text in texts.items():
        _put(table, path, understood(FIELD_AT[path], text))
    recipe, faults = _checked(table, before)
    changes = [
        Change(field, value, effect_of(present, field.path, value))
        for field in FIELDS
        if field.path not in faults
        and not _same(value := _get(table, field.path), _get(before, field.path))
    ]
    return Filled(None if faults else recipe, tuple(changes), faults)


def _checked(
    table: dict[str, Any], before: Mapping[str, Any]
) -> tuple[Recipe | None, dict[str, str]]:
    """Have the rules of recipe files find what is wrong; where something is, try without it."""
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


def effect_of(present: Recipe, path: str, value: Any) -> Effect:
    """Return from when on a run would have another value."""
    name = EDITS.get(path)
    if name is None or isinstance(value, list):  # an edit is of one number
        return Effect.RESTART
    try:
        wanted = with_value(present, name, 0 if value == "full" else value)
    except TuiNNError:  # only together with another change that needs one
        return Effect.RESTART
    if optimizer_of(wanted) != optimizer_of(present):
        return Effect.RESTART
    return Effect.EPOCH if name == BATCH_SIZE else Effect.STEP


def optimizer_of(recipe: Recipe) -> str:
    """Which optimiser it is: another one has other tensors, which nobody has filled."""
    return recipe.method(recipe.rates).optimizer


def descended(recipe: Recipe, original: Recipe) -> Recipe:
    """Return a recipe that does not claim to be another one, if it differs from it."""
    if (recipe.data, recipe.network, recipe.training) == (
        original.data,
        original.network,
        original.training,
    ):
        return original
    return msgspec.structs.replace(recipe, title="", source=f"changed from {original.name}")


# Places in a table


def value_of(recipe: Recipe, field: Field) -> Any:
    """Return what a recipe says of a field, in plain types."""
    return _get(msgspec.to_builtins(recipe), field.path)


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
