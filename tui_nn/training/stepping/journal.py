"""The changes that a person made to a run, each with the place where it was made."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from msgspec.structs import replace

from tui_nn.data.schedule import Schedule
from tui_nn.errors import TuiNNError
from tui_nn.nn.explain import Index
from tui_nn.nn.operation import Rates
from tui_nn.training.recipe.adjustable import adjust, adjustable
from tui_nn.training.recipe.hyperparameters import BATCH_SIZE, DROPOUT, LEARNING_RATE
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.stepping.place import Place


@dataclass(frozen=True)
class Edit:
    """One change.

    Attributes:
        place: Where it was made; the beginning of a step for a parameter.
        name: What was changed: a hyperparameter, or a parameter such as W1.
        value: The new value.
        index: Which element of the parameter, or which row of it.
        before: The parameter's value before, where it was one; for people to read.
    """

    place: Place
    name: str
    value: float
    index: Index = ()
    before: float | None = field(default=None, compare=False)


class Journal:
    """The edits of a run, in the order in which a replay meets them."""

    def __init__(self, edits: Iterable[Edit] = ()) -> None:
        self._by_step: dict[int, tuple[Edit, ...]] = {}
        for edit in edits:
            self.add(edit)

    def __iter__(self) -> Iterator[Edit]:
        for step in sorted(self._by_step):
            yield from self._by_step[step]

    def add(self, edit: Edit) -> None:
        """Add an edit, after those that were made at the same place."""
        step = edit.place.step
        edits = (*self._by_step.get(step, ()), edit)
        self._by_step[step] = tuple(sorted(edits, key=lambda each: each.place))

    def of_step(self, step: int) -> tuple[Edit, ...]:
        """Return the edits within a step, in order."""
        return self._by_step.get(step, ())

    def until(self, place: Place) -> "Journal":
        """Return a journal of the edits up to a place, those made there included."""
        return Journal(edit for edit in self if edit.place <= place)

    @property
    def last(self) -> Edit | None:
        """The edit that was made last: making one drops those that came after its place."""
        return next(reversed(list(self)), None)

    def without_last(self) -> "Journal":
        """Return a journal of the edits but the last one."""
        return Journal(list(self)[:-1])

    def rates(self, first: Rates, step: int) -> Rates:
        """Return the rates in force in a step, for a run that began with ``first``.

        They change between steps: those changed within one are in force from the next one on.
        """
        for edit in self:
            if edit.place <= Place(step) and hasattr(first, edit.name):
                everywhere = (edit.value,) * len(first.dropout)
                value: Any = everywhere if edit.name == DROPOUT else edit.value
                first = replace(first, **{edit.name: value})
        return first

    def schedule(self, first: Schedule) -> Schedule:
        """Return which samples make up which batch, for a run that began with ``first``.

        Another batch size takes effect with the next epoch that begins.
        """
        for edit in self:
            if edit.name == BATCH_SIZE:
                epoch, batch = first.place(edit.place.step)
                begins = epoch if batch == 0 and edit.place.is_beginning else epoch + 1
                first = first.with_batch_size(begins, int(edit.value))
        return first

    def learning_rate(self, first: float, step: int) -> float:
        """Return the rate in force where a step begins, for a run that began with ``first``.

        It is the one that the schedule multiplies.
        """
        edits = [edit for edit in self.until(Place(step)) if edit.name == LEARNING_RATE]
        return edits[-1].value if edits else first


def apply_edits(recipe: Recipe, edits: Iterable[Edit]) -> Recipe:
    """Return a recipe with the hyperparameters as edits have left them."""
    known = adjustable(type(recipe))
    return adjust(recipe, {each.name: each.value for each in edits if each.name in known})


def check_edit(edit: Edit, recipe: Recipe) -> None:
    """Check that a run of a recipe can have an edit.

    Raises:
        TuiNNError: There is no such hyperparameter or parameter, or it cannot have that value.
    """
    shape = recipe.architecture().shapes.get(edit.name)
    if edit.name in adjustable(type(recipe)):
        adjust(recipe, {edit.name: edit.value})
    elif shape is None or len(edit.index) > len(shape):
        raise TuiNNError(f"there is no parameter {edit.name} with an element {list(edit.index)}")
    elif any(not 0 <= i < size for i, size in zip(edit.index, shape, strict=False)):
        raise TuiNNError(
            f"{edit.name} has the shape {list(shape)}, and no element {list(edit.index)}"
        )
    elif not abs(edit.value) <= float(np.finfo(np.float32).max):
        raise TuiNNError(f"a parameter must be a finite number, not {edit.value}")
