"""What a recipe sets, key by key: found by name, read from text, and written as it is typed."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec

from tui_nn.errors import TuiNNError
from tui_nn.training.recipe.recipe import (
    DataSection,
    NetworkSection,
    Recipe,
    TrainingSection,
    from_table,
)

Path = tuple[str, ...]
"""Where a recipe says something, such as ("training", "learning_rate")."""

_SECTIONS: Mapping[str, type[msgspec.Struct]] = {
    "training": TrainingSection,
    "network": NetworkSection,
    "data": DataSection,
}
_WORDS = {"true": True, "false": False}


@cache
def paths() -> Mapping[Path, frozenset[type]]:
    """Return everything that a recipe sets, with the plain types that it may have."""
    return {
        (name, *path): types
        for name, section in _SECTIONS.items()
        for path, types in _leaves(section)
    }


def find(name: str) -> Path:
    """Return where a key is that was written with or without its section.

    Raises:
        TuiNNError: There is none, or more than one; it says which there are.
    """
    parts = tuple(name.strip().split("."))
    found = [path for path in paths() if path[-len(parts) :] == parts]
    if len(found) == 1:
        return found[0]
    if found:
        raise TuiNNError(f"{name}: could be {' or '.join(map('.'.join, found))}")
    known = [path[-1] for path in paths()]
    close = get_close_matches(parts[-1], known, 1)
    meant = f", perhaps {close[0]}" if close else ""
    raise TuiNNError(f"{name}: no such key{meant}; there are {', '.join(known)}")


def value_of(recipe: Recipe, path: Path) -> Any:
    """Return what a recipe sets, in plain lists and numbers."""
    value = recipe
    for name in path:
        value = getattr(value, name)
    return msgspec.to_builtins(value)


def with_values(recipe: Recipe, values: Mapping[Path, Any]) -> Recipe:
    """Return a recipe that sets some things otherwise.

    Raises:
        TuiNNError: It could not be trained; the error says with which values.
    """
    table = msgspec.to_builtins(recipe)
    for path, value in values.items():
        section = table
        for name in path[:-1]:
            section = section[name]
        section[path[-1]] = value
    where = ", ".join(f"{path[-1]}={spelt(value)}" for path, value in values.items())
    return from_table(table, where or recipe.name)


def differing(recipes: Iterable[Recipe]) -> tuple[Path, ...]:
    """Return what some recipes do not all set alike."""
    every = list(recipes)
    return tuple(
        path for path in paths() if len({spelt(value_of(recipe, path)) for recipe in every}) > 1
    )


def spelt(value: Any) -> str:
    """Return a value as one types it: ``0.1``, ``relu``, ``784-16-10``."""
    if isinstance(value, list | tuple):
        return "-".join(map(spelt, value))
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def read(text: str, path: Path) -> Any:
    """Return the value that a text is for a key; whether it may have it is not looked at."""
    text = text.strip()
    parts = text.split("-")
    if paths()[path] & {list, tuple} and len(parts) > 1 and not isinstance(_plain(text), float):
        return [_plain(part) for part in parts]
    return _plain(text)


def is_whole(path: Path) -> bool:
    """Return whether numbers of a key are whole.

    Raises:
        TuiNNError: It takes no numbers.
    """
    types = paths()[path]
    if not types & {int, float}:
        raise TuiNNError(f"{path[-1]}: takes no numbers, and so no range")
    return float not in types


def _plain(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            pass
    return text


def _leaves(section: type[msgspec.Struct]) -> Iterator[tuple[Path, frozenset[type]]]:
    for name, hint in get_type_hints(section, include_extras=False).items():
        if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
            yield from (((name, *path), types) for path, types in _leaves(hint))
        else:
            yield (name,), frozenset(_plain_types(hint))


def _plain_types(hint: Any) -> Iterator[type]:
    """Yield the types that a value may have, not those of what is in it."""
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        for each in get_args(hint):
            yield from _plain_types(each)
    elif origin is Annotated:
        yield from _plain_types(get_args(hint)[0])
    elif isinstance(origin or hint, type):
        yield origin or hint
    else:  # Literal
        yield str
