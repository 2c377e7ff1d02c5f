"""Breakpoints and watches as people type them: ``loss below 0.3``, ``before dW2``, ``W2[3,1]``.

How each of them describes itself is understood as the same again. Tensors go by their name or
their symbol in the program.
"""

import math
import re
from collections.abc import Callable

from tui_nn.errors import TuiNNError
from tui_nn.nn.program import Program
from tui_nn.training.stops.breakpoints import (
    AtEpoch,
    AtOperation,
    AtStep,
    Breakpoint,
    Metric,
    SplitName,
    WhenGradientNorm,
    WhenMetric,
    WhenSample,
)
from tui_nn.training.stops.watches import Watch, WatchElement, WatchMetric, WatchNorm

_NOISE = ("stop", "at", "when", "watch")
_SIDES = {"<": "below", ">": "above"}
_ELEMENT = re.compile(r"([^\[]+)\[([\d,]*)\]?")
_NORM = re.compile(r"[‖|]([^‖|]+|‖∇‖)[‖|]")


def understood(sentence: str, program: Program) -> Breakpoint | Watch:
    """Return what a sentence means.

    Args:
        sentence: What was typed.
        program: The tensors that it may name.

    Raises:
        TuiNNError: It means nothing, or is not complete; the error says what is missing.
    """
    spaced = re.sub("[<>]", lambda sign: f" {_SIDES[sign[0]]} ", sentence)
    words = spaced.split()
    while words and words[0].lower() in _NOISE:
        del words[0]
    if not words:
        raise TuiNNError("type what to stop at, or which number to watch")
    reader = _READERS.get(words[0].lower())
    if reader:
        return reader(words[1:])
    naming = _NAMING.get(words[0].lower())
    return naming(words[1:], program) if naming else _tensor(words, program)


def _operation(words: list[str], program: Program) -> Breakpoint:
    text = _only(words, "before which operation? such as: before dW2")
    return AtOperation(program.resolve(text, single=True))


def _step(words: list[str]) -> Breakpoint:
    return AtStep(_whole(_only(words, "which step? such as: step 500")))


def _epoch(words: list[str]) -> Breakpoint:
    return AtEpoch(_whole(_only(words, "which epoch? such as: epoch 3")))


def _metric(metric: Metric) -> "_Reader":
    spelt, value = metric.replace("_", " "), "0.3" if metric.endswith("loss") else "90%"

    def read(words: list[str]) -> Breakpoint | Watch:
        if not words and (metric == "loss" or metric == "accuracy"):
            return WatchMetric(metric)
        match words:
            case ["below" | "above" as side, number]:
                return WhenMetric(metric, side, _number(number))
        raise TuiNNError(f"below or above which value? such as: {spelt} below {value}")

    return read


def _validation(words: list[str]) -> Breakpoint | Watch:
    match words:
        case ["loss", *rest]:
            return _metric("validation_loss")(rest)
        case ["accuracy" | "acc", *rest]:
            return _metric("validation_accuracy")(rest)
    return _sample("validation")(words)


def _sample(split: SplitName) -> "_Reader":
    def read(words: list[str]) -> Breakpoint:
        match words:
            case [number, "right" | "wrong" as verdict]:
                return WhenSample(split, _whole(number.removeprefix("#")), verdict == "right")
        raise TuiNNError(f"which sample, right or wrong? such as: {split} #12 wrong")

    return read


def _gradient(words: list[str]) -> Breakpoint:
    match [word for word in words if word not in ("norm", "of", "layer")]:
        case [layer, "below", low]:
            return WhenGradientNorm(_whole(layer), low=_number(low))
        case [layer, "above", high]:
            return WhenGradientNorm(_whole(layer), high=_number(high))
        case [layer, "outside", low, "to" | "and" | "or", high]:
            return WhenGradientNorm(_whole(layer), _number(low), _number(high))
    raise TuiNNError("which layer and lengths? such as: gradient of layer 1 outside 0.01 to 10")


def _norm(words: list[str], program: Program) -> Watch:
    of = [word for word in words if word != "of"]
    text = _only(of, "norm of which tensor? such as: norm dW1")
    return WatchNorm(program.resolve(text))


def _tensor(words: list[str], program: Program) -> Watch:
    text = "".join(words)
    whole = program.resolve(text, single=True)
    if whole in program.tensors:  # such as ‖∇‖, a number of its own and no norm of one
        return WatchElement(whole)
    if match := _NORM.fullmatch(text):
        return WatchNorm(program.resolve(match[1]))
    if match := _ELEMENT.fullmatch(text):
        places = match[2].split(",")
        index = tuple(int(place) for place in places if place)
        return WatchElement(program.resolve(match[1]), index)
    return WatchElement(whole)


_Reader = Callable[[list[str]], Breakpoint | Watch]
_READERS: dict[str, _Reader] = {
    "step": _step,
    "epoch": _epoch,
    "loss": _metric("loss"),
    "accuracy": _metric("accuracy"),
    "acc": _metric("accuracy"),
    "validation": _validation,
    "train": _sample("train"),
    "test": _sample("test"),
    "gradient": _gradient,
}
_NAMING: dict[str, Callable[[list[str], Program], Breakpoint | Watch]] = {
    "before": _operation,
    "norm": _norm,
}


def _only(words: list[str], question: str) -> str:
    if len(words) != 1:
        raise TuiNNError(question)
    return words[0]


def _whole(text: str) -> int:
    if not re.fullmatch(r"\d{1,12}", text):
        raise TuiNNError(f"expected a whole number, not {text}")
    return int(text)


def _number(text: str) -> float:
    try:
        number = float(text.removesuffix("%").replace("−", "-"))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise TuiNNError(f"expected a number, not {text}")
    return number / 100 if text.endswith("%") else number
