"""What the help says: a screen's own words, and its keys by what they are about."""

from collections.abc import Iterable
from typing import Literal, NamedTuple, get_args

Group = Literal["this screen", "moving", "everywhere"]


class KeyHelp(NamedTuple):
    """A line of the help.

    Attributes:
        keys: The keys, as people write them.
        does: What they do.
    """

    keys: str
    does: str


def paragraphs(docstring: str) -> list[str]:
    """Return a docstring as paragraphs, each without line breaks."""
    return [" ".join(paragraph.split()) for paragraph in docstring.split("\n\n")]


def group_keys(keys: Iterable[tuple[Group, str, str]]) -> dict[Group, list[KeyHelp]]:
    """Return keys by group, those that do the same on one line.

    Args:
        keys: The group, the key and what it does of each; what does nothing is left out.
    """
    groups: dict[Group, dict[str, list[str]]] = {name: {} for name in get_args(Group)}
    for group, key, does in keys:
        if does:
            groups[group].setdefault(does, []).append(key)
    return {
        name: [KeyHelp(" ".join(keys), does) for does, keys in lines.items()]
        for name, lines in groups.items()
        if lines
    }
