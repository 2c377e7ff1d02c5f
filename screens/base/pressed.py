"""The keys that were pressed, as people write them."""

from collections.abc import Sequence
from itertools import groupby

from textual.events import Key

_SHOWN = 6  # keys
_NAMES = {"up": "↑", "down": "↓", "left": "←", "right": "→"}


def key_name(event: Key) -> str:
    """Return a key as people write it."""
    if event.is_printable and event.character and not event.character.isspace():
        return event.character
    return _NAMES.get(event.key, event.key.replace("_", " "))


def key_words(pressed: Sequence[str]) -> list[str]:
    """Return the last keys, each with how often it was pressed in a row."""
    runs = [(name, len(list(same))) for name, same in groupby(pressed)]
    return [name if times == 1 else f"{name} ×{times}" for name, times in runs][-_SHOWN:]
