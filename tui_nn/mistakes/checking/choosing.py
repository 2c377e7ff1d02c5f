"""Chooses how somebody's arrays are to be read, and says why."""

import math
from collections.abc import Iterator
from itertools import product

import numpy as np
from msgspec import Struct

from tui_nn.errors import TuiNNError
from tui_nn.mistakes.checking.layout import Handed, layouts
from tui_nn.mistakes.checking.reading import FORWARD, Head, Reading, check_given
from tui_nn.mistakes.diagnosis.diagnosis import Diagnosis, diagnose
from tui_nn.mistakes.diagnosis.search import PATIENCE
from tui_nn.nn.activations import ACTIVATIONS
from tui_nn.nn.gradcheck import relative_error
from tui_nn.nn.losses import LOSSES
from tui_nn.nn.outputs import OUTPUTS
from tui_nn.nn.tensor import Array

MOST_FUNCTIONS = 16  # combinations of activations that are tried
MOST = 6  # ways of reading that are diagnosed, where nothing is right in any


class Wishes(Struct, frozen=True):
    """What somebody says of the network; None of what is to be found out.

    Attributes:
        activation: Of the hidden layers: one name, or one for each, separated by commas.
        output: What the last layer's numbers become.
        loss: What is minimised.
        l2: λ₂ of the penalty λ₂/2·‖W‖².
    """

    activation: str | None = None
    output: str | None = None
    loss: str | None = None
    l2: float | None = None


class Choice(Struct, frozen=True, eq=False):
    """How arrays are read, and what is said of them.

    Attributes:
        reading: How.
        diagnosis: What is wrong, read like this.
        said: How they were read, and why, in phrases.
    """

    reading: Reading
    diagnosis: Diagnosis
    said: tuple[str, ...]


def choose(handed: Handed, wishes: Wishes) -> Choice:
    """Return the way of reading that fits best.

    Raises:
        TuiNNError: The arrays cannot be read, or not with these wishes.
    """
    with np.errstate(all="ignore"):
        readings = _worth_a_look(list(_readings(handed, wishes)))
        fewest, _ = smallest = min(each.figures for each in readings)
        readings = [each for each in readings if each.strays == fewest]
        best = [each for each in readings if each.figures == smallest]
        _refuse_unknown_function(best[0], wishes)
        chosen, diagnosis = _likeliest(best)
        return Choice(chosen, diagnosis, tuple(_said(chosen, readings, best, wishes)))


def _worth_a_look(readings: list[Reading]) -> list[Reading]:
    """Return those with one activation in all layers where all is right in one of them; else all.

    There are many ways to mix activations, and few people do.
    """
    uniform = [each for each in readings if len(set(each.activations)) < 2]
    everything = sum(name[0] == "d" for name in readings[0].handed)
    is_found = any(each.figures == (0, -everything) for each in uniform)
    return uniform if is_found else readings


def _readings(handed: Handed, wishes: Wishes) -> Iterator[Reading]:
    depth = check_given(handed)
    l2 = wishes.l2
    if l2 is None:
        l2 = float(handed["l2"].reshape(-1)[0]) if "l2" in handed else 0.0
    if not 0 <= l2 < np.inf:
        raise TuiNNError(f"l2: expected a number of at least 0, found {l2:g}")
    ways = product(
        layouts(handed, depth), _heads(handed, depth, wishes), _functions(handed, depth, wishes)
    )
    for layout, head, activations in ways:
        yield Reading(handed, layout, activations, head, l2)


def _functions(handed: Handed, depth: int, wishes: Wishes) -> list[tuple[str, ...]]:
    """Return the activations that the hidden layers may have, the likeliest first."""
    hidden = depth - 1
    if wishes.activation is None:
        by_layer = [_functions_of(handed, number) for number in range(1, depth)]
        if math.prod(map(len, by_layer)) > MOST_FUNCTIONS:
            # Mostly all layers have the same one.
            return [(name,) * hidden for name in ACTIVATIONS]
        return sorted(product(*by_layer), key=lambda each: len(set(each)))
    names = [each.strip().lower() for each in wishes.activation.split(",")]
    names = names * hidden if len(names) == 1 else names
    for name in names:
        if name not in ACTIVATIONS:
            raise TuiNNError(f"no activation {name}: expected one of {', '.join(ACTIVATIONS)}")
    if len(names) != hidden:
        raise TuiNNError(f"{len(names)} activations, expected one, or {hidden}")
    return [tuple(names)]


def _functions_of(handed: Handed, number: int) -> list[str]:
    """Return the functions that make A of Z in a layer; all, where that is not to be seen."""
    names = list(ACTIVATIONS)
    Z, A = (handed.get(f"{letter}{number}") for letter in "ZA")
    if Z is None or A is None or Z.shape != A.shape:
        return names
    z, found = np.asarray(Z, np.float64), []
    for name in names:
        a = np.empty_like(z)
        ACTIVATIONS[name].function(z, a)
        if relative_error(np.asarray(A, np.float64), a) <= FORWARD:
            found.append(name)
    return found or names


def _heads(handed: Handed, depth: int, wishes: Wishes) -> list[Head]:
    """Return what the last layer may do, the likeliest first."""
    for wish, table, what in ((wishes.output, OUTPUTS, "output"), (wishes.loss, LOSSES, "loss")):
        if wish is not None and wish not in table:
            raise TuiNNError(f"no {what} {wish}: expected one of {', '.join(table)}")
    b, W = handed.get(f"b{depth}"), handed[f"W{depth}"]
    is_single = 1 in W.shape or W.ndim == 1
    if b is not None:
        is_single = b.size == 1
    y = handed["y"]
    is_many = y.ndim == 2 and min(y.shape) > 1 and not _is_one_hot(y)
    heads = [
        Head(output.name, loss.name)
        for loss in LOSSES.values()
        for output in OUTPUTS.values()
        if output.name in loss.heads
        and (wishes.output or output.name) == output.name
        and (wishes.loss or loss.name) == loss.name
        and (output.single or not is_single)
        and not (output.name == "softmax" and is_many and not wishes.output)
    ]
    if not heads:
        wished = " with ".join(filter(None, (wishes.output, wishes.loss)))
        raise TuiNNError(
            f"{wished} cannot be checked{' with a single output' * is_single}: expected softmax "
            "with cross-entropy (several outputs), or sigmoid with cross-entropy or quadratic"
        )
    return heads


def _is_one_hot(y: Array) -> bool:
    """Return whether the wanted outputs of each sample add up to 1."""
    return any(bool(np.allclose(y.sum(axis=axis), 1, atol=1e-3)) for axis in (0, 1))


def _refuse_unknown_function(reading: Reading, wishes: Wishes) -> None:
    """Refuse where A1 is none of the functions, of which no gradient can be judged.

    Raises:
        TuiNNError: It is none of them, and none was named.
    """
    if wishes.activation is not None:
        return
    for number in range(1, reading.depth):
        z, a = (reading.forward.get(f"{letter}{number}") for letter in "ZA")
        if a is not None and a > FORWARD and (z is None or z <= FORWARD):
            raise TuiNNError(
                f"A{number} is none of {', '.join(ACTIVATIONS)} of Z{number}: "
                "--activation says which it should be"
            )
        if a is not None and a > FORWARD:
            return


def _likeliest(readings: list[Reading]) -> tuple[Reading, Diagnosis]:
    """Return the reading in which the fewest mistakes explain the most."""
    tried = readings[:MOST]
    found = []
    for each in tried:
        patience = PATIENCE / len(tried)
        diagnosis = diagnose(each.problem, each.given, each.dtype, patience=patience)
        found.append((each, diagnosis))
        if _cost(diagnosis) <= _BEST:
            break
    return min(found, key=lambda each: _cost(each[1]))


_BEST = (0, False, 1)  # one mistake explains everything


def _cost(diagnosis: Diagnosis) -> tuple[int, int, int]:
    count = len(diagnosis.explanations[0]) if diagnosis.explanations else 0
    return len(diagnosis.unexplained), diagnosis.factor is not None, count


def _said(
    chosen: Reading, readings: list[Reading], best: list[Reading], wishes: Wishes
) -> Iterator[str]:
    """Yield how arrays were read, and why."""

    def reason(what: str, wish: str | None, shown_by: str, option: str) -> str:
        if wish:
            return f" ({option})"
        own = getattr(chosen, what)
        if not any(getattr(each, what) != own for each in readings):
            return f" (as {shown_by} shows)" if shown_by in chosen.handed else ""
        also = dict.fromkeys(str(getattr(each, what)) for each in best)
        if len(also) > 1:
            return f" (assumed, as nothing tells: {option})"
        everything = chosen.right == len(chosen.given)
        return f" ({'all is right only' if everything else 'more is right'} with it)"

    yield str(chosen.layout) + (
        " (assumed: it cannot be told, the other way round fits as well)"
        if len({each.layout for each in best}) > 1
        else ""
    )
    if chosen.activations:
        names = ", ".join(dict.fromkeys(chosen.activations))
        yield names + reason("activations", wishes.activation, "A1", "--activation")
    named = wishes.output if wishes.loss else None
    yield str(chosen.head) + reason("head", named, f"A{chosen.depth}", "--output, --loss")
    if chosen.l2:
        yield f"with λ/2·‖W‖², λ = {chosen.l2:g}"
    yield f"{chosen.dtype.name}, so equal means up to {chosen.closeness.tolerance:g}"
