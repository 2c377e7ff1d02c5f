"""Several data sets as one: ``embedded+own``, or ``mnist+20*own`` with each of one's own 20 times.

The name says all of it, and so stands in a recipe and in a saved run. It is learned from all of
them; validation and test are those of the first one, which so stays comparable.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tui_nn.data.dataset import Dataset, Split
from tui_nn.errors import TuiNNError

MARK = "+"
_MOST = 1000  # times
_PART = re.compile(r"(?:(\d+)\*)?(.+)")


class Ingredient(NamedTuple):
    """One of the sets that are mixed.

    Attributes:
        times: How often each of its samples is in an epoch.
        name: What ``--data`` calls it.
    """

    times: int
    name: str

    def __str__(self) -> str:
        """Return how it is spelt in a mixture."""
        return self.name if self.times == 1 else f"{self.times}*{self.name}"


def ingredients(name: str) -> tuple[Ingredient, ...]:
    """Return what a name says is to be mixed; nothing if it is the name of one set.

    Raises:
        TuiNNError: A set would be in it more often than makes sense.
    """
    parts = name.split(MARK)
    if len(parts) < 2 or not all(parts) or Path(name).exists():
        return ()
    found = []
    for part in parts:
        match = _PART.fullmatch(part)
        assert match is not None
        times = int(match[1] or 1)
        if not 0 < times <= _MOST:
            raise TuiNNError(f"{name}: {times} times; expected 1 to {_MOST:,}")
        found.append(Ingredient(times, match[2]))
    return tuple(found)


def renamed(parts: Sequence[Ingredient], name_of: Callable[[str], str]) -> str:
    """Return the name of a mixture whose sets have other names."""
    return MARK.join(str(Ingredient(part.times, name_of(part.name))) for part in parts)


def mixed(name: str, parts: Sequence[Ingredient], load: Callable[[str], Dataset]) -> Dataset:
    """Return a mixture.

    Raises:
        TuiNNError: A set cannot be loaded, or its samples are of another form than the first's.
    """
    sets = [load(part.name) for part in parts]
    first = sets[0]
    for other in sets[1:]:
        if other.form != first.form:
            raise TuiNNError(
                f"{name}: {first.name} has {first.form.words}, {other.name} {other.form.words}"
            )
    trains = [
        each["train"] for part, each in zip(parts, sets, strict=True) for _ in range(part.times)
    ]
    train = Split(
        np.concatenate([each.images for each in trains]),
        np.concatenate([each.labels for each in trains]),
        first.form,
    )
    warnings = tuple(each for one in sets for each in one.warnings if one is first)
    return Dataset(name, {**first.splits, "train": train}, _said(parts, sets), warnings)


def _said(parts: Sequence[Ingredient], sets: Sequence[Dataset]) -> str:
    counts = [
        f"{len(each['train']):,} of {each.name}"
        + (f", {part.times} times" if part.times > 1 else "")
        for part, each in zip(parts, sets, strict=True)
    ]
    return f"train: {' + '.join(counts)}; validation and test: {sets[0].name} alone"
