"""Finds the mistakes that lead to somebody's gradients, from the last layer back to the first.

A layer's ∇W and ∇b say which δ somebody had there, so that each layer is a search of its own: over
the ways in which its lines, and those that δ comes from, may have been written.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from hashlib import blake2b
from typing import TypeVar

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from tui_nn.mistakes.diagnosis.closeness import Closeness
from tui_nn.mistakes.diagnosis.guess import Guess, Suspect
from tui_nn.mistakes.diagnosis.lines import Lines, Version
from tui_nn.mistakes.diagnosis.problem import Problem
from tui_nn.nn import derived
from tui_nn.nn.tensor import Array

WIDTH = 24  # guesses that are followed at the same time
WORSE = 1.5  # mistakes more than the best guess has
SMALLEST_RATE = 1e-9
PATIENCE = 6.0  # seconds of a processor, about as long as somebody waits

Suspects = tuple[Suspect, ...]
T = TypeVar("T")


class Search(Struct, frozen=True, eq=False, dict=True):
    """A search for what somebody did.

    Attributes:
        problem: Whose gradients they are.
        given: Somebody's, by name; what was not handed in is left out.
        closeness: When two are the same.
        patience: Seconds of a processor after which only what is likely is tried.
        untried: Layers of which not everything was tried.
    """

    problem: Problem
    given: Mapping[str, Array]
    closeness: Closeness
    patience: float = PATIENCE
    untried: set[int] = field(default_factory=set)
    _begun: float = field(default_factory=time.process_time)
    # Many guesses lead to the same δ, and what it says of a layer's gradients is always the same.
    _known: dict[tuple[str, bytes], list[Suspects]] = field(default_factory=dict)

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.problem)

    def guesses(self) -> list[Guess]:
        """Return the best guesses at the whole backward pass, the likeliest first."""
        depth = self.problem.depth
        guesses = self._first_guesses()
        for layer in range(depth - 1, 0, -1):
            if self._is_late:
                guesses = guesses[:1]
            guesses = best(each for guess in guesses for each in self._further(guess, layer))
        return guesses

    def _first_guesses(self) -> list[Guess]:
        """Return the guesses at the last layer: with no mistake at the output, one, or two."""
        depth, found = self.problem.depth, list[Guess]()
        for count in (0, 1, 2):
            starts = self._in_time(self._lines.outputs(count), depth)
            found += [each for start in starts for each in self._judged(start, depth)]
            if any(not each.unexplained and len(each.names) <= count for each in found):
                return best(found)
        if any(not each.unexplained for each in found):
            return best(found)
        right = next(self._lines.outputs(0))
        return best([*found, *self._multiplied(right)])

    def _multiplied(self, right: Guess) -> Iterator[Guess]:
        """Yield the guess that everything is too large by some factor."""
        name = self._name("W")
        if name not in self.given:
            return
        (_, expected), *_ = self._lines.weights(self.problem.depth, right.delta)
        factor = _fit(self.given[name], expected)
        if factor:
            suspect = Suspect("", self.problem.depth, factor=factor)
            scaled = Guess(factor * right.delta, (suspect,))
            yield from self._judged(scaled, self.problem.depth)

    def _further(self, guess: Guess, layer: int) -> Iterator[Guess]:
        """Yield what a guess may lead to in the layer before."""
        versions = self._lines.hidden(layer, guess.delta)
        right = next(versions)
        judged = list(self._judged_all(guess, [right], layer))
        if any(each.cost == guess.cost for each in judged):
            yield from judged  # nothing is wrong here that was not wrong before
            return
        yield from judged
        yield from self._judged_all(guess, versions, layer)
        yield from self._judged_all(guess, self._early(guess, layer), layer)

    def _judged_all(self, guess: Guess, versions: Iterable[Version], layer: int) -> Iterator[Guess]:
        for suspects, delta in self._in_time(versions, layer):
            yield from self._judged(replace(guess.suspecting(*suspects), delta=delta), layer)

    def _in_time(self, tries: Iterable[T], layer: int) -> Iterator[T]:
        """Yield the first of what may be tried, and the others while there is time."""
        for number, each in enumerate(tries):
            if number and self._is_late:
                self.untried.add(layer)
                return
            yield each

    @property
    def _is_late(self) -> bool:
        return time.process_time() > self._begun + self.patience

    def _early(self, guess: Guess, layer: int) -> Iterator[Version]:
        """Yield δ as it is where W was updated before, at the rate that fits best."""
        above, own = self._name("W", layer + 1), self._name("W", layer)
        if above not in self.given or own not in self.given:
            return
        for (suspects, delta), moved in self._lines.early(layer, guess.delta, self.given[above]):
            at_0, at_1 = (self._lines.weights(layer, at) for at in (delta, delta + moved))
            for (_, expected), (_, further) in zip(at_0, at_1, strict=True):
                rate = _fit(self.given[own] - expected, further - expected)
                if rate > SMALLEST_RATE:
                    early = Suspect("weights-updated-too-early", layer, rate=rate)
                    yield (*suspects, early), delta + rate * moved

    def _judged(self, guess: Guess, layer: int) -> Iterator[Guess]:
        """Yield a guess with what it says of a layer's own gradients."""
        delta = guess.delta
        all_wrong_biases = self._explained("b", layer, delta, self._lines.biases(layer, delta))
        weights = self._lines.weights(layer, delta)
        for wrong_weights in self._explained("W", layer, delta, weights):
            for wrong_biases in all_wrong_biases:
                suspects = [each for each in (*wrong_weights, *wrong_biases) if each.name != "?"]
                unexplained = [
                    each.array for each in (*wrong_weights, *wrong_biases) if each.name == "?"
                ]
                yield guess.suspecting(*suspects, unexplained=tuple(unexplained))

    def _explained(
        self, letter: str, layer: int, delta: Array, versions: Iterator[Version]
    ) -> list[Suspects]:
        """Return what may be wrong with a gradient: nothing, or each of some mistakes."""
        name = self._name(letter, layer)
        if name not in self.given:
            return [()]
        key = name, blake2b(delta.tobytes()).digest()
        if key not in self._known:
            close = self._close(name, layer, versions)
            self._known[key] = close or [(Suspect("?", layer, name),)]
        return self._known[key]

    def _close(self, name: str, layer: int, versions: Iterator[Version]) -> list[Suspects]:
        """Return the versions that a gradient is: the right one alone, or each that it may be."""
        found: list[Suspects] = []
        for suspects, expected in self._in_time(versions, layer):
            if self.closeness.is_close(name, self.given[name], expected):
                if not suspects:
                    return [()]
                found.append(suspects)
        return found

    def _name(self, letter: str, layer: int | None = None) -> str:
        """Return the name of the gradient of a layer's W or b."""
        program = self.problem.program
        layer = layer or self.problem.depth
        parameters = [each for each in program.network.parameters if each.layer == layer]
        return derived.gradient(parameters["Wb".index(letter)]).name


def best(guesses: Iterable[Guess]) -> list[Guess]:
    """Return the likeliest guesses, the best first; each set of mistakes once."""
    found = sorted(guesses, key=lambda each: each.cost)
    once: dict[tuple[object, ...], Guess] = {}
    for guess in found:
        once.setdefault((frozenset(guess.suspects), guess.unexplained), guess)
    kept = list(once.values())
    return [each for each in kept if _is_near(each, kept[0])][:WIDTH]


def _is_near(guess: Guess, other: Guess) -> bool:
    return guess.cost[0] == other.cost[0] and guess.cost[1] <= other.cost[1] + WORSE


def _fit(given: Array, expected: Array) -> float:
    """Return the factor that brings one array nearest to another; 0 where there is none."""
    size = float(np.vdot(expected, expected))
    factor = float(np.vdot(given, expected)) / size if size else 0.0
    return factor if np.isfinite(factor) else 0.0
