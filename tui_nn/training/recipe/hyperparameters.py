"""The hyperparameters of a recipe, found in its sections.

A hyperparameter is one field of a section: its type says which values it may have, and its
``About`` everything else.
"""

from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from tui_nn.about import About, Effect

Path = tuple[str, ...]
"""Where a recipe sets something, such as ("training", "learning_rate")."""

LEARNING_RATE, BATCH_SIZE, DROPOUT = "learning_rate", "batch_size", "dropout"
"""Edits that a run treats in its own way."""


class Hyperparameter(Struct, frozen=True):
    """What a recipe sets by one key.

    Attributes:
        path: Where.
        types: The plain types that its value may have.
        about: Its words, and when a change takes effect; None for the name of the data set.
    """

    path: Path
    types: frozenset[type]
    about: About | None

    @property
    def takes_list(self) -> bool:
        """Whether its value may be a list."""
        return bool(self.types & {list, tuple})

    @property
    def edit(self) -> str:
        """What an edit of a run calls it; "" if only a new run can change it."""
        if self.about is None or self.about.effect is Effect.RESTART:
            return ""
        return self.about.rate or self.path[-1]


@cache
def hyperparameters_of(kind: type[msgspec.Struct]) -> tuple[Hyperparameter, ...]:
    """Return all that a kind of recipe sets in its sections, in order."""
    sections = get_type_hints(kind).items()
    return tuple(
        each
        for name, section in sections
        if _is_section(section)
        for each in _walk((name,), section)
    )


def _is_section(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, msgspec.Struct)


def _walk(path: Path, section: type[msgspec.Struct]) -> Iterator[Hyperparameter]:
    plain = get_type_hints(section)
    for name, hint in get_type_hints(section, include_extras=True).items():
        if _is_section(plain[name]):
            yield from _walk((*path, name), plain[name])
        else:
            about = next((each for each in get_args(hint) if isinstance(each, About)), None)
            yield Hyperparameter((*path, name), frozenset(_plain_types(hint)), about)


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
