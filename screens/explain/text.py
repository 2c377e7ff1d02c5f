"""A number taken apart as plain text: for scripts, for documentation, and to be read aloud."""

from collections.abc import Iterator
from functools import partial

from msgspec import Struct

from screens.explain.model import explain
from screens.inspect.choices import choice_of, likeliest
from screens.inspect.subject import Scene, Target
from screens.inspect.terms import term_label, working
from screens.shapes.format import signed
from tui_nn.nn.explain import Term

_LISTED = 10  # terms of a number, unless all are wanted
_INDENT = "  "


class Written(Struct, frozen=True):
    """How much is written.

    Attributes:
        depth: How many numbers deep: 1 is the number alone, 2 also what its largest terms are
            made of, and so on.
        terms: How many terms of each number, largest first.
    """

    depth: int = 1
    terms: int = _LISTED


def explanation_text(scene: Scene, target: Target, written: Written) -> str:
    """Return a number's explanation, the numbers that it is made of indented below it."""
    return "\n".join(_lines(scene, target, written, written.depth))


def _lines(scene: Scene, target: Target, written: Written, depth: int) -> Iterator[str]:
    found = explain(scene, target)
    yield f"{found.title}: {found.meaning}" if found.meaning else found.title
    yield from (_INDENT + line for line in found.working)
    parts = _parts(scene, target)
    listed = parts[: written.terms]
    if len(parts) > 1:
        for part in listed:
            yield f"{_INDENT}{_label(scene, target, part)}: {working(part)}"
        if left := len(parts) - len(listed):
            together = sum(part.value for part in parts[written.terms :])
            yield f"{_INDENT}{left} smaller: {signed(together)}"
    if found.together:
        yield _INDENT + found.together
    if depth > 1:
        for following in _following(scene, target, listed):
            yield from (_INDENT + line for line in _lines(scene, following, written, depth - 1))


def explanation_fields(scene: Scene, target: Target, written: Written) -> dict[str, object]:
    """Return a number's explanation as an object of JSON.

    Returns:
        ``number``, ``value``, ``meaning``, ``formula`` (its lines), ``terms`` (each with its
        ``term``, ``value`` and ``factors``, largest first), ``rounding``; and ``made_of``, the
        same of the numbers that it is made of, as deep as was asked for.
    """
    return _fields(scene, target, written, written.depth)


def _fields(scene: Scene, target: Target, written: Written, depth: int) -> dict[str, object]:
    found, parts = explain(scene, target), _parts(scene, target)
    fields: dict[str, object] = {
        "number": scene.symbol(target),
        "value": scene.value(target),
        "meaning": found.meaning,
        "formula": list(found.working),
        "terms": [
            {
                "term": _label(scene, target, part),
                "value": part.value,
                "factors": {factor.label: factor.value for factor in part.factors},
            }
            for part in parts
        ],
        "rounding": scene.terms(target).residual if scene.is_computed(target) else 0.0,
    }
    if depth > 1:
        listed = parts[: written.terms]
        fields["made_of"] = [
            _fields(scene, each, written, depth - 1) for each in _following(scene, target, listed)
        ]
    return fields


def _parts(scene: Scene, target: Target) -> tuple[Term, ...]:
    """Return every term of a number, the largest first; none of one that is given."""
    return scene.terms(target).largest_first() if scene.is_computed(target) else ()


def _label(scene: Scene, target: Target, part: Term) -> str:
    row_words = partial(scene.row_words, target.source)
    return term_label(target.name, part, scene.computed(target.source).program, row_words)


def _following(scene: Scene, target: Target, parts: tuple[Term, ...]) -> list[Target]:
    """Return of each term the number that opening it explains, each once, but no constant."""
    found: dict[Target, None] = {}
    for part in parts:
        choices = [choice_of(scene, target, factor) for factor in part.factors]
        first = likeliest(choices)
        if first is not None and (following := choices[first].target) is not None:
            found[following] = None
    return list(found)
