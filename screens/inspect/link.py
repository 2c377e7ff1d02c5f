"""A place as one line: what is trained, how far it is, and what is looked at.

Whoever opens the program with it sees the same, since a run is its recipe and its seed.
"""

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from screens.inspect.selection import Selection
from tui_nn.errors import TuiNNError
from tui_nn.nn.program import Program
from tui_nn.training.recipe.keys import differing, find, value_of, with_typed
from tui_nn.training.recipe.recipe import Recipe, load_recipe, recipe_names
from tui_nn.training.recipe.values import format_value
from tui_nn.training.session.snapshot import Snapshot
from tui_nn.training.stepping.place import Place

MEAN = "mean"  # of the batch, in place of a row
_SELECTED = re.compile(r"(?P<operation>[^\[\]]*)(?:\[(?P<element>[\d,]+)\])?")
_SAMPLE = re.compile(r"(?P<split>train|validation|test):(?P<sample>\d{1,9})")


class Link(Struct, frozen=True):
    """A place to open.

    Attributes:
        recipe: What is trained.
        place: How far the run is.
        screen: Which screen is shown.
        selection: What is looked at.
    """

    recipe: Recipe
    place: Place
    screen: str
    selection: Selection


def link_line(snapshot: Snapshot, selection: Selection, screen: str) -> str:
    """Return the line that opens exactly this place.

    Raises:
        TuiNNError: The run is made of more than a line can hold.
    """
    recipe = snapshot.recipe
    if any(edit.place <= snapshot.position.place for edit in snapshot.edits):
        raise TuiNNError("this run has edits, which a line cannot hold: save it (ctrl+s)")
    if selection.drawn is not None:
        raise TuiNNError("a line cannot hold your own digit: [ and ] go back to the data")
    if recipe.name not in recipe_names():
        raise TuiNNError(f"{recipe.name} is a recipe of your own: save the run (ctrl+s)")
    shipped = load_recipe(recipe.name)
    words = {"recipe": recipe.name}
    for path in differing((shipped, recipe)):
        words[_key(path)] = format_value(value_of(recipe, path), find(".".join(path)))
    if _with_words(shipped, words) != recipe:
        raise TuiNNError("this run has weights of its own: save it (ctrl+s)")
    place = snapshot.position.place
    words |= {"step": str(place.step), "op": str(place.operation), "screen": screen}
    return shlex.join(f"{key}={value}" for key, value in (words | _spelt(selection)).items())


def read_link(line: str, screens: Sequence[str]) -> Link:
    """Return the place that a line opens.

    Args:
        line: Words such as ``recipe=default seed=2 step=120 op=7 select=dW2[3,7]``, in any order;
            what is left out is as it is when the program opens.
        screens: The names of the screens there are.

    Raises:
        TuiNNError: A word of it cannot be understood, or there is no such place.
    """
    words = _words(line)
    recipe = _with_words(load_recipe(words.pop("recipe", "default")), words)
    program = recipe.program()
    place = Place(_whole(words, "step"), _whole(words, "op"))
    if place.operation >= len(program.operations):
        last = len(program.operations) - 1
        raise TuiNNError(f"op={place.operation}: a step of {recipe.name} has op 0 to op {last}")
    screen = words.get("screen", "forward")
    if screen not in screens:
        raise TuiNNError(f"screen={screen}: there are {', '.join(screens)}")
    return Link(recipe, place, screen, _selection(words, program))


def _with_words(recipe: Recipe, words: Mapping[str, str]) -> Recipe:
    typed = {_ALIASES.get(key, key): text for key, text in words.items() if key not in _OWN}
    return with_typed(recipe, typed)


_ALIASES = {"data": "data.name"}
_PLACE = ("recipe", "step", "op", "screen")
_SELECTION = ("sample", "layer", "neuron", "row", "select")
_OWN = (*_PLACE, *_SELECTION)


def _key(path: tuple[str, ...]) -> str:
    dotted = ".".join(path)
    for alias, whole in _ALIASES.items():
        if dotted == whole:
            return alias
    return path[-1]


def _words(line: str) -> dict[str, str]:
    try:
        parts = shlex.split(line)
    except ValueError as error:
        raise TuiNNError(f"{line}: cannot be read: {error}") from None
    words: dict[str, str] = {}
    for part in parts:
        key, equals, value = part.partition("=")
        if not equals:
            raise TuiNNError(f"{part}: expected KEY=VALUE, such as step=120 or select=dW2[3,7]")
        if key in words:
            raise TuiNNError(f"{key} stands twice")
        words[key] = value
    return words


def _whole(words: Mapping[str, str], key: str, default: int = 0) -> int:
    text = words.get(key, str(default))
    if not re.fullmatch(r"\d{1,9}", text):
        raise TuiNNError(f"{key}={text}: expected a whole number")
    return int(text)


def _spelt(selection: Selection) -> dict[str, str]:
    """Return what is selected, as far as it differs from what is selected when one opens."""
    first, words = Selection(), {}
    spellings: dict[str, Callable[[Selection], str]] = {
        "sample": lambda each: f"{each.split}:{each.sample}",
        "layer": lambda each: str(each.layer),
        "neuron": lambda each: str(each.neuron),
        "row": lambda each: MEAN if each.row is None else str(each.row),
        "select": _spelt_element,
    }
    for key, spell in spellings.items():
        if spell(selection) != spell(first):
            words[key] = spell(selection)
    return words


def _spelt_element(selection: Selection) -> str:
    element = "" if selection.element is None else f"[{','.join(map(str, selection.element))}]"
    return f"{selection.operation or ''}{element}"


def _selection(words: Mapping[str, str], program: Program) -> Selection:
    """Return what some words select.

    Raises:
        TuiNNError: It cannot be understood, or the network has no such operation.
    """
    first = Selection()
    found: dict[str, Any] = {"layer": _whole(words, "layer", first.layer)}
    found["neuron"] = _whole(words, "neuron", first.neuron)
    row = words.get("row", "")
    found["row"] = None if row == MEAN else _whole(words, "row", first.row or 0)
    if (text := words.get("sample")) is not None:
        if (sample := _SAMPLE.fullmatch(text)) is None:
            raise TuiNNError(f"sample={text}: expected train:5, validation:5 or test:5")
        found |= {"split": sample["split"], "sample": int(sample["sample"])}
    if text := words.get("select"):
        if (selected := _SELECTED.fullmatch(text)) is None:
            raise TuiNNError(f"select={text}: expected an operation or an element: dW2[3,7]")
        if selected["element"]:
            found["element"] = tuple(map(int, selected["element"].strip(",").split(",")))
        if selected["operation"]:
            found["operation"] = _operation(selected["operation"], program)
    return replace(first, **found)


def _operation(text: str, program: Program) -> str:
    """Return the name of the operation that writes what was typed."""
    name = program.resolve(text)
    if name not in program.writer:
        written = ", ".join(operation.symbol for operation in program.operations)
        raise TuiNNError(f"select={text}: nothing computes it; there are {written}")
    return name
