"""Breakpoints and watches as people type them: ``loss below 0.3``, ``before dW2``, ``W2[3,1]``.

What each of them calls itself in ``words`` is read back as the same.
"""

import re

from tui_nn.errors import TuiNNError
from tui_nn.training.stops.breakpoints import BREAKPOINTS, Breakpoint
from tui_nn.training.stops.spelling import read_name, read_operation
from tui_nn.training.stops.watches import Watch, WatchElement, WatchMetric, WatchNorm

_NOISE = ("stop", "at", "when", "watch")
_SIDES = {"<": "below", ">": "above"}
_ELEMENT = re.compile(r"([^\[]+)\[([\d,]*)\]?")
_NORM = re.compile(r"[‖|]([^‖|]+|‖∇‖)[‖|]")


def parse_sentence(sentence: str) -> Breakpoint | Watch:
    """Return what a sentence means.

    Raises:
        TuiNNError: It means nothing, or is not complete; the message says what is missing.
    """
    spaced = re.sub("[<>]", lambda sign: f" {_SIDES[sign[0]]} ", sentence)
    words = spaced.split()
    while words and words[0].lower() in _NOISE:
        del words[0]
    if not words:
        raise TuiNNError("type what to stop at, or which number to watch")
    first, rest = words[0].lower(), words[1:]
    kinds: list[type[Breakpoint | WatchMetric | WatchNorm]] = [WatchMetric, *BREAKPOINTS, WatchNorm]
    for kind in kinds:
        if (found := kind.parse(first, rest)) is not None:
            return found
    return _read_tensor("".join(words))


def _read_tensor(text: str) -> Watch:
    if text == "‖∇‖":  # a number of its own, and no norm of one
        return WatchElement("size")
    if match := _NORM.fullmatch(text):
        return WatchNorm(read_name(match[1]))
    if match := _ELEMENT.fullmatch(text):
        places = match[2].split(",")
        return WatchElement(read_name(match[1]), tuple(int(place) for place in places if place))
    return WatchElement(read_operation(text))
