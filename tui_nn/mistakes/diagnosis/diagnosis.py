"""What is wrong with somebody's gradients, array by array, and which mistakes explain it."""

from collections.abc import Mapping
from enum import StrEnum

import numpy as np
from msgspec import Struct

from tui_nn.mistakes.diagnosis.closeness import Closeness
from tui_nn.mistakes.diagnosis.guess import Guess, Suspect
from tui_nn.mistakes.diagnosis.problem import Problem
from tui_nn.mistakes.diagnosis.search import PATIENCE, Search
from tui_nn.mistakes.mistake import Mistake
from tui_nn.mistakes.table import MISTAKES
from tui_nn.nn.gradcheck import relative_error
from tui_nn.nn.tensor import Array


class Verdict(StrEnum):
    """What is said of an array."""

    RIGHT = "right"
    WRONG = "wrong"
    MISSING = "missing"


class Judgement(Struct, frozen=True):
    """What is said of an array.

    Attributes:
        verdict: Whether it is right.
        relative_error: ‖g − ĝ‖/(‖g‖ + ‖ĝ‖); None of what is missing or not finite.
    """

    verdict: Verdict
    relative_error: float | None = None


class Finding(Struct, frozen=True):
    """A mistake that was found.

    Attributes:
        mistake: Which.
        explains: The wrong arrays that are as they would be with it.
        layers: The layers whose lines are wrong.
        rate: η, where it had to be solved for.
    """

    mistake: Mistake
    explains: tuple[str, ...]
    layers: tuple[int, ...]
    rate: float | None = None


class Diagnosis(Struct, frozen=True, eq=False):
    """What is wrong with somebody's gradients.

    Attributes:
        arrays: Of each gradient, in the order of the backward pass.
        explanations: Sets of mistakes that all lead to the same, the likeliest first.
        factor: By how much everything is too large, where no mistake says it; else None.
        unexplained: Wrong arrays that nothing explains.
        untried: Layers of which not every pair of mistakes was tried, for want of time.
    """

    arrays: Mapping[str, Judgement]
    explanations: tuple[tuple[Finding, ...], ...] = ()
    factor: float | None = None
    unexplained: tuple[str, ...] = ()
    untried: tuple[int, ...] = ()

    @property
    def right(self) -> bool:
        """Whether everything is there and right."""
        return all(each.verdict is Verdict.RIGHT for each in self.arrays.values())

    @property
    def first_wrong(self) -> str | None:
        """The first wrong array in the order of the backward pass."""
        wrong = (name for name, each in self.arrays.items() if each.verdict is Verdict.WRONG)
        return next(wrong, None)

    @property
    def mistakes(self) -> tuple[Finding, ...]:
        """Every mistake that may have been made, once, the likeliest first."""
        found: dict[str, Finding] = {}
        for explanation in self.explanations:
            for each in explanation:
                found.setdefault(each.mistake.name, each)
        return tuple(found.values())

    @property
    def ambiguity(self) -> str:
        """What cannot be told apart on these data, in a sentence; "" if nothing."""
        if len(self.explanations) < 2:
            return ""
        either = ", or ".join(
            " with ".join(each.mistake.name for each in explanation)
            for explanation in self.explanations
        )
        return f"either {either}: {_differing(self.mistakes)}"


def diagnose(
    problem: Problem,
    given: Mapping[str, Array],
    dtype: np.dtype[np.floating],
    *,
    patience: float = PATIENCE,
) -> Diagnosis:
    """Judge somebody's gradients.

    Args:
        problem: The network and the batch.
        given: The gradients by name, ``dW1``, ``db1`` …, in the shapes of the parameters; what is
            missing is left out.
        dtype: The type in which they were computed, from which the tolerance follows.
        patience: Seconds of a processor after which only what is likely is tried.
    """
    closeness = Closeness(problem, dtype)
    arrays = {name: _judged(name, problem, given, closeness) for name in problem.names}
    wrong = tuple(name for name, each in arrays.items() if each.verdict is Verdict.WRONG)
    if not wrong:
        return Diagnosis(arrays)
    search = Search(problem, given, closeness, patience)
    guesses = search.guesses()
    likeliest = guesses[0]
    explained = [found for each in _as_good(guesses) if (found := _findings(each, problem, wrong))]
    factors = [each.factor for each in likeliest.suspects if each.factor is not None]
    return Diagnosis(
        arrays,
        tuple(explained),
        factor=factors[0] if factors else None,
        unexplained=tuple(name for name in likeliest.unexplained if name in wrong),
        untried=tuple(sorted(search.untried, reverse=True)),
    )


def _judged(
    name: str, problem: Problem, given: Mapping[str, Array], closeness: Closeness
) -> Judgement:
    if name not in given:
        return Judgement(Verdict.MISSING)
    array, right = given[name], problem.gradients[name]
    error = None
    if array.shape == right.shape and np.isfinite(array).all():
        error = relative_error(array, right)
    is_right = closeness.is_close(name, array, right)
    return Judgement(Verdict.RIGHT if is_right else Verdict.WRONG, error)


def _as_good(guesses: list[Guess]) -> list[Guess]:
    """Return the guesses that take no more mistakes than the best one, and other ones."""
    first, once = guesses[0], dict[frozenset[str], Guess]()
    for each in guesses:
        if len(each.names) == len(first.names):
            once.setdefault(frozenset(each.names), each)
    return list(once.values())


def _findings(guess: Guess, problem: Problem, wrong: tuple[str, ...]) -> tuple[Finding, ...]:
    """Return the mistakes of a guess with what each of them explains."""
    found = []
    for name in filter(None, guess.names):
        suspects = [each for each in guess.suspects if each.name == name]
        explains = tuple(
            array
            for array in wrong
            if array not in guess.unexplained
            and any(_spoils(each, array, problem) for each in suspects)
        )
        if explains:
            layers = tuple(sorted({each.layer for each in suspects}, reverse=True))
            rates = [each.rate for each in suspects if each.rate is not None]
            found.append(Finding(MISTAKES[name], explains, layers, rates[0] if rates else None))
    return tuple(found)


def _spoils(suspect: Suspect, array: str, problem: Problem) -> bool:
    return suspect.spoils(array, problem.program.tensor(array).layer or 0)


_BETWEEN = {
    frozenset({"activation-slope-missing", "relu-slope-always-one"}): (
        "with relu they are the same; with tanh or sigmoid there is only the first"
    ),
    frozenset({"bias-gradient-over-everything", "bias-gradient-averaged"}): (
        "on a batch with an error that is not the same for all units they would differ"
    ),
}


def _differing(findings: tuple[Finding, ...]) -> str:
    names = {each.mistake.name for each in findings}
    for pair, words in _BETWEEN.items():
        if pair <= names:
            return words
    return "on a batch with more samples, all of them different, they would differ"
