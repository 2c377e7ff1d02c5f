"""Decodes plain tables into typed structures; errors say which key, and what is allowed."""

import re
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from tui_nn.errors import TuiNNError

T = TypeVar("T", bound=msgspec.Struct)

_PLACE = re.compile(r"^(?P<problem>.*?)(?: - at `\$\.?(?P<key>[^`]*)`)?$", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<field>[^`]*)`")
_MISSING = re.compile(r"Object missing required field `(?P<field>[^`]*)`")


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
        return msgspec.convert(table, kind, strict=True)
    except msgspec.ValidationError as error:
        raise TuiNNError(f"{where}: {_readable(str(error), kind)}") from None


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


def _allowed_values(kind: type[msgspec.Struct], key: str) -> list[str]:
    path, _, field = re.sub(r"\[.*?\]", "", key).rpartition(".")
    hint = get_type_hints(_struct_at(kind, path)).get(field)
    return list(dict.fromkeys(_literals(hint)))


def _literals(hint: object) -> list[str]:
    if get_origin(hint) is Literal:
        return [str(value) for value in get_args(hint)]
    return [value for part in get_args(hint) for value in _literals(part)]
