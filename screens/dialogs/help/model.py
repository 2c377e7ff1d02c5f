"""What the help window says: the keys that work on a screen, grouped by what they are about."""

import inspect
from collections.abc import Iterable
from typing import NamedTuple

from textual.app import App
from textual.binding import ActiveBinding, Binding
from textual.dom import DOMNode
from textual.keys import format_key
from textual.screen import Screen


class KeyHelp(NamedTuple):
    """A line of the help.

    Attributes:
        keys: The keys, as people write them.
        does: What they do.
    """

    keys: str
    does: str


GROUPS = ("this screen", "moving", "everywhere")


def about(screen: DOMNode) -> list[str]:
    """Return what a screen shows, a paragraph each: its class says it."""
    text = inspect.getdoc(type(screen)) or ""
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]


def key_help(bindings: Iterable[ActiveBinding]) -> dict[str, list[KeyHelp]]:
    """Return every key that has something to say for itself, by group.

    Args:
        bindings: Those that are active, from the focused widget outwards.
    """
    groups: dict[str, dict[str, list[str]]] = {name: {} for name in GROUPS}
    for node, binding, enabled, tooltip in bindings:
        if does := enabled and (tooltip or binding.tooltip):
            keys = groups[_group(node, binding)].setdefault(does, [])
            keys.append(key_name(binding.key))
    return {
        name: [KeyHelp(" ".join(keys), does) for does, keys in lines.items()]
        for name, lines in groups.items()
        if lines
    }


def key_name(key: str) -> str:
    """Return a key as it is printed on a keyboard, or as people write it."""
    name = "enter" if key == "enter" else format_key(key)
    return f"ctrl+{name[1:]}" if name.startswith("^") and len(name) > 1 else name


def _group(node: DOMNode, binding: Binding) -> str:
    if binding.action.startswith("app.focus"):
        return "moving"
    if isinstance(node, App):
        return "everywhere"
    return "this screen" if isinstance(node, Screen) else "moving"
