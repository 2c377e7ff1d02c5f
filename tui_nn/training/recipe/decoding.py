"""Decodes plain tables into typed structures; errors say which key, and what is allowed."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from tui_nn.errors import TuiNNError

T = TypeVar("T", bound=msgspec.Struct)
Names = Callable[[], Sequence[str]]

_PLACE = re.compile(r"^(?P<problem>.*?)(?: - at `\$\.?(?P<key>[^`]*)`)?$", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<field>[^`]*)`")
_NAMES = "names"
_MISSING = re.compile(r"Object missing required field `(?P<field>[^`]*)`")


def one_of(names: Names) -> msgspec.Meta:
    """Return what marks a text as one of the names in a table.

    Args:
        names: Returns those that there are when a value is decoded.
    """
    return msgspec.Meta(extra={_NAMES: names})


def allowed_names(kind: type[msgspec.Struct], field: str) -> Sequence[str]:
    """Return the names that a field of a structure may have; none where it is not a name."""
    return _listed(_tables(kind)[field])


@cache
def _tables(kind: type[msgspec.Struct]) -> Mapping[str, Names | None]:
    """Return what lists the names that each field may have; annotations are slow to read."""
    hints = get_type_hints(kind, include_extras=True)
    return {field: _table(hint) for field, hint in hints.items()}


def decode(table: Mapping[str, Any], kind: type[T], where: str) -> T:
    """Return ``table`` as a ``kind``.

    Args:
        table: What was read from a file.
        kind: The structure that it must be.
        where: What errors call the file.

    Raises:
        TuiNNError: A key is unknown, missing, of a wrong type or of an impossible value.
    """
    try:
        decoded = msgspec.convert(table, kind, strict=True)
    except msgspec.ValidationError as error:
        raise TuiNNError(f"{where}: {_readable(str(error), kind)}") from None
    for fault in _unknown_names(decoded, ""):
        raise TuiNNError(f"{where}: {fault}")
    return decoded


def _readable(message: str, kind: type[msgspec.Struct]) -> str:
    match = _PLACE.match(message)
    problem, key = (match["problem"], match["key"] or "") if match else (message, "")
    if unknown := _UNKNOWN.match(problem):
        allowed = ", ".join(get_type_hints(_struct_at(kind, key)))
        return f"{_join(key, unknown['field'])}: unknown key; allowed are {allowed}"
    if missing := _MISSING.match(problem):
        return f"{_join(key, missing['field'])}: missing"
    problem = problem[:1].lower() + problem[1:].replace("`", "")
    # In TOML an object is a table, and there is no null.
    problem = problem.replace("object", "table").replace(" | null", "")
    problem = problem.replace("enum value", "name")
    allowed = ", ".join(_allowed_values(kind, key))
    return f"{key}: {problem}" + (f"; allowed are {allowed}" if allowed else "")


def _join(key: str, field: str) -> str:
    return f"{key}.{field}" if key else field


def _struct_at(kind: type[msgspec.Struct], key: str) -> type[msgspec.Struct]:
    for part in filter(None, key.split(".")):
        kind = get_type_hints(kind)[part]
    return kind


def _unknown_names(value: msgspec.Struct, key: str) -> Iterator[str]:
    """Yield what is wrong with the names in a structure."""
    for field in value.__struct_fields__:
        held, place = getattr(value, field), _join(key, field)
        if isinstance(held, msgspec.Struct):
            yield from _unknown_names(held, place)
        elif held is not None and (names := allowed_names(type(value), field)):
            several = isinstance(held, list)
            for number, name in enumerate(held if several else [held]):
                if name not in names:
                    at = f"{place}[{number}]" if several else place
                    yield f"{at}: invalid name '{name}'; allowed are {', '.join(names)}"


def _allowed_values(kind: type[msgspec.Struct], key: str) -> Sequence[str]:
    path, _, field = re.sub(r"\[.*?\]", "", key).rpartition(".")
    hint = get_type_hints(_struct_at(kind, path), include_extras=True).get(field)
    return list(dict.fromkeys(_literals(hint))) or _listed(_table(hint))


def _literals(hint: object) -> list[str]:
    if get_origin(hint) is Literal:
        return [str(value) for value in get_args(hint)]
    return [value for part in get_args(hint) for value in _literals(part)]


def _table(hint: object) -> Names | None:
    """Return what lists the names that an annotation allows, at any depth of it."""
    if isinstance(hint, msgspec.Meta) and _NAMES in (hint.extra or {}):
        assert hint.extra is not None
        table: Names = hint.extra[_NAMES]
        return table
    parts = (*get_args(hint), *getattr(hint, "__metadata__", ()))
    return next(filter(None, map(_table, parts)), None)


def _listed(table: Names | None) -> Sequence[str]:
    return table() if table else []
