"""Breakpoints and watches as people type them: ``loss below 0.3``, ``before dW2``, ``W2[3,1]``.

What each of them calls itself in ``words`` is read back as the same.
"""

import math
import re
from collections.abc import Callable

from tui_nn.errors import TuiNNError
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
_SPELLINGS = (  # of a tensor's name: with its symbol, or as a keyboard without Greek has it
    (re.compile(r"^(‖∇‖|∇)$"), "size"),
    (re.compile(r"^c·∇"), "clipped"),
    (re.compile(r"^Σ²∇"), "squares"),
    (re.compile(r"^Σ∇"), "sum"),
    (re.compile(r"^ΣL$"), "sumL"),
    (re.compile(r"^Δ"), "change"),
    (re.compile(r"^∇"), "d"),
    (re.compile(r"^(δ|d)(?=\d)"), "delta"),
    (re.compile(r"^f'\(z(\d+)\)$"), r"slope\1"),
    (re.compile(r"^(|d|m|v|clipped|squares|sum|change)w(?=\d)"), r"\1W"),
)
_CLIP = {"c": "clip"}  # as a whole; c[0,3] is what an output costs
_ELEMENT = re.compile(r"([^\[]+)\[([\d,]*)\]?")
_NORM = re.compile(r"[‖|]([^‖|]+|‖∇‖)[‖|]")


def understood(sentence: str) -> Breakpoint | Watch:
    """Return what a sentence means.

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
    return reader(words[1:]) if reader else _tensor(words)


def _operation(words: list[str]) -> Breakpoint:
    text = _only(words, "before which operation? such as: before dW2")
    return AtOperation(_CLIP.get(text) or _name(text))


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


def _norm(words: list[str]) -> Watch:
    of = [word for word in words if word != "of"]
    return WatchNorm(_name(_only(of, "norm of which tensor? such as: norm dW1")))


def _tensor(words: list[str]) -> Watch:
    text = "".join(words)
    if text == "‖∇‖":  # a number of its own, and no norm of one
        return WatchElement("size")
    if match := _NORM.fullmatch(text):
        return WatchNorm(_name(match[1]))
    if match := _ELEMENT.fullmatch(text):
        places = match[2].split(",")
        return WatchElement(_name(match[1]), tuple(int(place) for place in places if place))
    return WatchElement(_CLIP.get(text) or _name(text))


_Reader = Callable[[list[str]], Breakpoint | Watch]
_READERS: dict[str, _Reader] = {
    "before": _operation,
    "step": _step,
    "epoch": _epoch,
    "loss": _metric("loss"),
    "accuracy": _metric("accuracy"),
    "acc": _metric("accuracy"),
    "validation": _validation,
    "train": _sample("train"),
    "test": _sample("test"),
    "gradient": _gradient,
    "norm": _norm,
}


def _only(words: list[str], question: str) -> str:
    if len(words) != 1:
        raise TuiNNError(question)
    return words[0]


def _name(text: str) -> str:
    for spelling, name in _SPELLINGS:
        text = spelling.sub(name, text)
    return text


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
