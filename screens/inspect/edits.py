"""The edits of a run in words: where each was made, what it changed, from what to what."""

import math
from collections.abc import Iterable

from msgspec import Struct

from screens.shapes.format import figure
from tui_nn.data.schedule import Schedule
from tui_nn.nn.explain import Index
from tui_nn.training.recipe.adjustable import adjust, adjustable
from tui_nn.training.recipe.keys import value_of
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.recipe.values import format_value
from tui_nn.training.stepping.journal import Edit
from tui_nn.training.stepping.place import Place

NO_EDITS = "This run has no edits: it is as its recipe says."


class EditWords(Struct, frozen=True):
    """An edit in words.

    Attributes:
        place: Where it was made.
        where: The same to read: ``step 120, epoch 2``.
        what: What it changed: ``learning_rate η``, ``W2[3,7]``.
        change: From what to what: ``0.1 → 0.5``.
    """

    place: Place
    where: str
    what: str
    change: str

    @property
    def text(self) -> str:
        """What it changed, and how."""
        return f"{self.what} {self.change}"


def edit_words(recipe: Recipe, schedule: Schedule, edits: Iterable[Edit]) -> list[EditWords]:
    """Return the edits of a run in words.

    Args:
        recipe: With which it began.
        schedule: Which batches make up which epoch.
        edits: All of them, in order.
    """
    known, shapes = adjustable(type(recipe)), recipe.architecture().shapes
    listed = []
    for edit in edits:
        if (found := known.get(edit.name)) is not None:
            before = value_of(recipe, found.path)
            recipe = adjust(recipe, {edit.name: edit.value})
            after = value_of(recipe, found.path)
            symbol = found.about.symbol if found.about else ""
            what = f"{found.path[-1]} {symbol}".strip()
            change = f"{format_value(before, found)} → {format_value(after, found)}"
        else:
            shape = shapes[edit.name]
            what = _element(edit.name, edit.index, len(shape))
            count = math.prod(shape[len(edit.index) :])
            was = f"all {count:,} " if count > 1 else ""
            was = was if edit.before is None else f"{figure(edit.before)} "
            change = f"{was}→ {figure(edit.value)}"
        listed.append(EditWords(edit.place, place_words(edit.place, schedule), what, change))
    return listed


def place_words(place: Place, schedule: Schedule) -> str:
    """Return where a place is: ``step 120, op 3, epoch 2``."""
    operation = "" if place.is_beginning else f", op {place.operation}"
    return f"step {place.step:,}{operation}, epoch {schedule.place(place.step)[0]}"


def _element(name: str, index: Index, axes: int) -> str:
    """Return an element as NumPy writes it; of a row or a whole tensor, with colons."""
    return f"{name}[{','.join([*map(str, index), *[':'] * (axes - len(index))])}]"
