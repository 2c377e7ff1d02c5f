"""What a sweep tries: ``learning_rate=0.001..1:log``, and the recipes that come of it."""

import itertools
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from msgspec import Struct

from tui_nn.errors import TuiNNError
from tui_nn.randomness import Purpose, generator
from tui_nn.training.recipe.hyperparameters import Hyperparameter, Path
from tui_nn.training.recipe.keys import find, with_values
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.recipe.values import parse_value, split_values

MOST_RUNS = 1000
DIGITS = 3  # significant ones of a number that is drawn, so that it can be read and typed again

_DATA = ("data", "name")
_RANGE = re.compile(r"(?P<low>[^:]*?)\.\.(?P<high>[^:]*)(?::(?P<how>.*))?")


class Variation(Struct, frozen=True):
    """What a sweep tries of a hyperparameter.

    Attributes:
        hyperparameter: Which.
    """

    hyperparameter: Hyperparameter

    @property
    def path(self) -> Path:
        """Where a recipe sets it."""
        return self.hyperparameter.path

    def draw(self, random: np.random.Generator) -> Any:
        """Return one value."""
        raise NotImplementedError


class ValueList(Variation, frozen=True):
    """A few values, each of which is tried.

    Attributes:
        values: As the recipe holds them.
    """

    values: tuple[Any, ...]

    def draw(self, random: np.random.Generator) -> Any:
        """Return one of them."""
        return self.values[int(random.integers(len(self.values)))]


class Range(Variation, frozen=True):
    """Numbers between two ends, drawn at random.

    Attributes:
        low: The smallest.
        high: The largest.
        log: Whether equal ratios, instead of equal differences, are equally likely.
        whole: Whether they are whole numbers.
    """

    low: float
    high: float
    log: bool
    whole: bool

    def draw(self, random: np.random.Generator) -> float:
        """Return one of them."""
        if self.log:
            number = math.exp(random.uniform(math.log(self.low), math.log(self.high)))
        elif self.whole:
            return int(random.integers(int(self.low), int(self.high) + 1))
        else:
            number = random.uniform(self.low, self.high)
        number = round(number) if self.whole else float(f"{number:.{DIGITS}g}")
        kept = min(max(number, self.low), self.high)
        return int(kept) if self.whole else kept


def parse_variation(text: str) -> Variation:
    """Return what a text such as ``l2=0,0.001`` or ``seed=1..100`` tries.

    Raises:
        TuiNNError: It does not say anything that can be tried.
    """
    name, equals, values = text.partition("=")
    if not equals or not values.strip():
        raise TuiNNError(f"{text.strip()}: expected KEY=VALUES, such as learning_rate=0.01,0.1")
    hyperparameter = find(name)
    if hyperparameter.path == _DATA:
        raise TuiNNError("data.name: a sweep stays with one data set")
    if match := _RANGE.fullmatch(values.strip()):
        return _range(hyperparameter, values.strip(), **match.groupdict())
    texts = split_values(values)
    if "" in texts:
        raise TuiNNError(f"{hyperparameter.path[-1]}: a value is missing in {values.strip()}")
    return ValueList(hyperparameter, tuple(parse_value(each, hyperparameter) for each in texts))


def combinations(
    recipe: Recipe, variations: Sequence[Variation], runs: int | None = None
) -> tuple[Recipe, ...]:
    """Return the recipes of a sweep, every one of which is valid.

    Args:
        recipe: What they have in common; its seed decides what is drawn.
        variations: What they do not. Lists alone make every combination there is.
        runs: How many; where that is fewer than there are combinations, they are drawn from
            those. Ranges need it.

    Raises:
        TuiNNError: A key is named twice, a combination cannot be trained, or there are too many.
    """
    paths = [each.path for each in variations]
    if twice := [path for path in paths if paths.count(path) > 1]:
        raise TuiNNError(f"{twice[0][-1]}: is varied twice")
    chosen = tuple(_chosen(recipe.training.seed, variations, runs))
    return tuple(with_values(recipe, dict(zip(paths, values, strict=True))) for values in chosen)


def _range(of: Hyperparameter, text: str, low: str, high: str, how: str | None) -> Range:
    key, types = of.path[-1], of.types
    if not types & {int, float}:
        raise TuiNNError(f"{key}: takes no numbers, and so no range")
    whole = float not in types
    try:
        ends = float(low), float(high)
    except ValueError:
        raise TuiNNError(f"{key}: expected two numbers, such as 0.1..1, found {text}") from None
    if how not in (None, "log"):
        raise TuiNNError(f"{key}: expected nothing or log after the colon, found {how}")
    if not (math.isfinite(ends[0]) and math.isfinite(ends[1]) and ends[0] < ends[1]):
        raise TuiNNError(f"{key}: expected the smaller number first, found {text}")
    if whole and not (ends[0].is_integer() and ends[1].is_integer()):
        raise TuiNNError(f"{key}: expected whole numbers, found {text}")
    if how and ends[0] <= 0:
        raise TuiNNError(f"{key}: a logarithmic range begins above 0, found {text}")
    return Range(of, *ends, log=bool(how), whole=whole)


def _chosen(
    seed: int, variations: Sequence[Variation], runs: int | None
) -> Iterator[tuple[Any, ...]]:
    lists = [each.values for each in variations if isinstance(each, ValueList)]
    if len(lists) < len(variations):
        if runs is None:
            key = next(each.path[-1] for each in variations if isinstance(each, Range))
            raise TuiNNError(f"{key}: say how many runs to draw from a range")
        _limit(runs)
        for number in range(1, runs + 1):
            random = generator(seed, Purpose.SWEEP, number)
            yield tuple(each.draw(random) for each in variations)
        return
    count = math.prod(map(len, lists))
    _limit(count if runs is None else min(runs, count))
    if runs is None or runs >= count:
        yield from itertools.product(*lists)
        return
    # Without laying out all there are, of which there may be millions.
    drawn = generator(seed, Purpose.SWEEP).choice(count, runs, replace=False, shuffle=False)
    for place in sorted(drawn.tolist()):
        indices = np.unravel_index(place, tuple(map(len, lists)))
        yield tuple(values[int(i)] for values, i in zip(lists, indices, strict=True))


def _limit(runs: int) -> None:
    if runs > MOST_RUNS:
        raise TuiNNError(f"that would be {runs:,} runs; a sweep has at most {MOST_RUNS:,}")
