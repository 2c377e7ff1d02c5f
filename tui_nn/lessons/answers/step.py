"""Answers about the numbers of the step in hand."""

from __future__ import annotations

import numpy as np

from tui_nn.errors import TuiNNError
from tui_nn.lessons.answers.asked import Answer, Asked, direction
from tui_nn.lessons.situation import Situation, read_number
from tui_nn.training.analysis.element_check import Agreement, check_element
from tui_nn.training.session.snapshot import Activity

_TRIES = 8  # elements of a gradient that are checked, until one is at no kink


def value(asked: Asked, number: str) -> float:
    """A number as it is now."""
    return asked.situation.value(number)


def value_after(asked: Asked, number: str) -> float:
    """A number as it will be when the batch is finished."""
    return Situation(asked.after).value(number)


def change(asked: Asked, parameter: str) -> str:
    """Whether a weight or bias ``rises``, ``falls`` or ``stays`` when the batch is finished."""
    before = asked.situation.value(parameter)
    difference = Situation(asked.after).value(parameter) - before
    return direction(difference)


def changed(asked: Asked) -> float:
    """How many of the network's matrices of weights, and of its biases, the batch will change."""
    now, after = asked.situation.snapshot.computed, asked.after.computed
    names = asked.after.program.network.shapes
    return float(sum(not np.array_equal(now.tensors[n], after.tensors[n]) for n in names))


def sign(asked: Asked, number: str) -> str:
    """Whether a number will be ``positive``, ``negative`` or ``zero`` in this step."""
    value = Situation(asked.after, split=asked.situation.split).value(number)
    return "zero" if value == 0 else "positive" if value > 0 else "negative"


def largest(asked: Asked, vector: str) -> str:
    """The place of the largest element of a row of the sample's: of p, the class that it says."""
    number = read_number(f"sample:{vector}", asked.situation.snapshot.program)
    row = asked.situation.computed(number).tensors[number.name][0]
    return str(int(np.argmax(row)))


def total(asked: Asked, vector: str) -> float:
    """The sum of a row of the sample's, such as of p."""
    number = read_number(f"sample:{vector}", asked.situation.snapshot.program)
    return float(asked.situation.computed(number).tensors[number.name][0].sum())


def nonzero(asked: Asked, vector: str) -> float:
    """How many numbers of a row of the sample's are not 0."""
    number = read_number(f"sample:{vector}", asked.situation.snapshot.program)
    return float(np.count_nonzero(asked.situation.computed(number).tensors[number.name][0]))


def map_size(asked: Asked, name: str) -> float:
    """How many numbers a tensor has for each sample and each of its maps or units."""
    row = asked.situation.computed(read_number(f"sample:{name}", asked.situation.snapshot.program))
    return float(row.tensors[name][0, 0].size)


def move_ratio(asked: Asked, first: str, second: str) -> float:
    """How many times as far a weight moves as another one when the batch is finished."""
    now, after = asked.situation, Situation(asked.after)
    moved, other = (abs(after.value(name) - now.value(name)) for name in (first, second))
    if not other:
        raise TuiNNError(f"{second} does not move")
    return moved / other


def gradient(asked: Asked, parameter: str) -> str:
    """Whether the gradient of a weight or bias is ``right`` or ``wrong``, checked numerically.

    Its largest elements are checked, up to one at which no activation has its kink.
    """
    program, computed = asked.after.program, asked.after.computed
    name = program.resolve(parameter)
    values = np.abs(computed.tensors[program.gradient_of(name).name])
    for place in np.argsort(-values, axis=None)[:_TRIES]:
        index = tuple(int(each) for each in np.unravel_index(int(place), values.shape))
        agreement = check_element(program, computed, name, index).agreement
        if agreement in (Agreement.AGREES, Agreement.DIFFERS):
            return "right" if agreement is Agreement.AGREES else "wrong"
    raise TuiNNError(f"the gradient of {parameter} cannot be checked")


def gradient_ratio(asked: Asked) -> float:
    """How long the first layer's gradient is for the last one's, in this step."""
    norms = asked.after.curves.last_norms(1)[0]
    return float(norms[0] / norms[-1])


def loss_change(asked: Asked, factor: float = 1.0) -> str:
    """Whether the loss of the same batch ``rises``, ``falls`` or ``stays`` by the step.

    It is worked out by doing the step on a copy, and then computing the batch once more.
    """
    twin = asked.twin()
    if factor != 1:
        twin.set_learning_rate(factor * twin.learning_rate)
    indices = twin.snapshot(Activity.PAUSED).batch
    split = twin.dataset["train"].take(indices)
    before = twin.evaluate_on(split).loss
    twin.step_batch()
    return direction(twin.evaluate_on(split).loss - before)


ABOUT_STEP: tuple[Answer, ...] = (
    change, changed, gradient, gradient_ratio, largest, loss_change, map_size, move_ratio,
    nonzero, sign, total, value, value_after,
)  # fmt: skip
"""What can be asked about the step."""
