"""The one way in which values of hyperparameters are typed and shown, in every place."""

from collections.abc import Mapping
from typing import Any

from tui_nn.about import NO, YES
from tui_nn.training.recipe.hyperparameters import Hyperparameter

_NONE, _GIVEN = "none", "given"
_WORDS = {"true": True, YES: True, "false": False, NO: False}


def format_value(value: Any, hyperparameter: Hyperparameter | None = None) -> str:
    """Return a value as it is typed: ``0.1``, ``relu``, ``784-16-10``, ``yes``.

    Args:
        value: As a recipe holds it.
        hyperparameter: Whose value it is, if that may have a word for a value that is left out.
    """
    if value is None:
        about = hyperparameter and hyperparameter.about
        return (about and about.absent) or _NONE
    if isinstance(value, Mapping):
        return _GIVEN
    if isinstance(value, list | tuple):
        return "-".join(map(format_value, value))
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, float) and float(f"{value:g}") == value:
        return f"{value:g}"
    return str(value)


def parse_value(text: str, hyperparameter: Hyperparameter) -> Any:
    """Return the value that a text stands for, as a recipe holds it; None to leave it out.

    A list may be typed as ``784-16-10``, ``784, 16, 10`` or ``[784, 16, 10]``. Whether the
    hyperparameter may have the value is for the recipe's own rules: what cannot be understood
    stays a text, which they refuse.
    """
    text = text.strip().replace("−", "-")
    if type(None) in hyperparameter.types and text in _words_for_none(hyperparameter):
        return None
    if bool in hyperparameter.types:
        return _WORDS.get(text, text)
    value = _plain(text)
    if not hyperparameter.takes_list or not isinstance(value, str):
        return [value] if _is_always_list(hyperparameter) and text else value
    if text.startswith("[") or "," in text:
        parts = text.removeprefix("[").removesuffix("]").split(",")
    else:
        parts = text.split("-") if text not in _choices(hyperparameter) else [text]
    if len(parts) == 1 and not text.startswith("[") and not _is_always_list(hyperparameter):
        return value
    return [_plain(part.strip()) for part in parts if part.strip()]


def split_values(text: str) -> list[str]:
    """Return the values in a list such as ``784-16-10, [784, 32, 10]``, each as it was typed."""
    values, depth = [""], 0
    for letter in text:
        depth += (letter == "[") - (letter == "]")
        if letter == "," and depth <= 0:
            values.append("")
        else:
            values[-1] += letter
    return [value.strip() for value in values]


def _words_for_none(hyperparameter: Hyperparameter) -> set[str]:
    return {"", _NONE, format_value(None, hyperparameter)}


def _choices(hyperparameter: Hyperparameter) -> set[str]:
    return set(hyperparameter.about.choices) if hyperparameter.about else set()


def _is_always_list(hyperparameter: Hyperparameter) -> bool:
    return hyperparameter.takes_list and not hyperparameter.types & {int, float, str}


def _plain(text: str) -> int | float | str:
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            pass
    return text
