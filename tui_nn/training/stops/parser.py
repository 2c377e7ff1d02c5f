"""Breakpoints and watches as people type them: ``loss below 0.3``, ``before dW2``, ``W2[3,1]``.

How each of them describes itself is read back as the same. Tensors are named by their name or
their symbol in the program.
"""

import re

from tui_nn.errors import TuiNNError
from tui_nn.nn.program import Program
from tui_nn.training.stops.breakpoints import BREAKPOINTS, Breakpoint
from tui_nn.training.stops.watches import Watch, WatchElement, WatchMetric, WatchNorm

_NOISE = ("stop", "at", "when", "watch")
_SIDES = {"<": "below", ">": "above"}
_ELEMENT = re.compile(r"([^\[]+)\[([\d,]*)\]?")
_NORM = re.compile(r"[‖|]([^‖|]+|‖∇‖)[‖|]")


def parse_sentence(sentence: str, program: Program) -> Breakpoint | Watch:
    """Return what a sentence means.

    Args:
        sentence: What was typed.
        program: The tensors and operations that it may name.

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
        if (found := kind.parse(first, rest, program)) is not None:
            return found
    return _parse_tensor("".join(words), program)


def _parse_tensor(text: str, program: Program) -> Watch:
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
