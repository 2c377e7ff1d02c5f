"""What a question can ask: each answer is worked out from the live numbers, and stands in no file.

An answer is a function of what there is when its page opens and of words in the lesson. It returns
the key of a choice, or a number, for which the choice whose key is nearest is right.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from tui_nn.data.dataset import Split
from tui_nn.data.drawing.pen import SIDE
from tui_nn.data.drawing.preparation import moved, prepare
from tui_nn.errors import TuiNNError
from tui_nn.lessons.lesson import Choice, Question
from tui_nn.lessons.setup import with_typed
from tui_nn.lessons.situation import Situation, read_number
from tui_nn.lessons.tables import arguments_of
from tui_nn.training.analysis.element_check import Agreement, check_element
from tui_nn.training.analysis.pixels import AWAY, led
from tui_nn.training.analysis.what_if import silence
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Probe, Snapshot

STAYS = 1e-7  # a change that is smaller is rounding
_TRIES = 8


@dataclass(frozen=True, eq=False)
class Asked:
    """What an answer is worked out from.

    Attributes:
        session: The run, which is not to be changed.
        situation: What is the case.
    """

    session: Session
    situation: Situation

    def twin(self) -> Session:
        """Return a copy of the run, to try something with."""
        session = self.session
        return Session.resumed(session.checkpoint(), session.source, history_memory=32 << 20)

    def later(self, batches: int) -> Session:
        """Return a copy of the run, some batches on."""
        twin = self.twin()
        for _ in range(batches):
            twin.step_batch()
        return twin

    @cached_property
    def after(self) -> Snapshot:
        """The run at the end of the batch in hand."""
        twin = self.twin()
        twin.step_batch()
        return twin.snapshot(Activity.PAUSED)


Answer = Callable[..., "str | float"]


def change(asked: Asked, parameter: str) -> str:
    """Whether a weight or bias ``rises``, ``falls`` or ``stays`` when the batch is finished."""
    before = asked.situation.value(parameter)
    difference = Situation(asked.after).value(parameter) - before
    return _direction(difference)


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
    return _direction(twin.evaluate_on(split).loss - before)


def loss_change_on(asked: Asked, split: str, batches: int = 1) -> str:
    """Whether the loss of a whole split ``rises``, ``falls`` or ``stays`` by some batches."""
    before = asked.session.evaluate(split).loss
    return _direction(loss_after(asked, batches, split) - before)


def loss_after(asked: Asked, batches: int, split: str) -> float:
    """The loss of a split after some more batches."""
    return asked.later(batches).evaluate(split).loss


def sign(asked: Asked, number: str) -> str:
    """Whether a number will be ``positive``, ``negative`` or ``zero`` in this step."""
    value = Situation(asked.after, split=asked.situation.split).value(number)
    return "zero" if value == 0 else "positive" if value > 0 else "negative"


def value(asked: Asked, number: str) -> float:
    """A number as it is now."""
    return asked.situation.value(number)


def value_after(asked: Asked, number: str) -> float:
    """A number as it will be when the batch is finished."""
    return Situation(asked.after).value(number)


def largest(asked: Asked, vector: str) -> str:
    """The place of the largest element of a row of the sample's: of p, the class that it says."""
    number = read_number(f"sample:{vector}", asked.situation.snapshot.program)
    row = asked.situation.computed(number).tensors[number.name][0]
    return str(int(np.argmax(row)))


def accuracy_moved(asked: Asked, columns: int) -> float:
    """The share of the test digits that is right when all are so many pixels to the right."""
    split = asked.session.dataset["test"]
    images = np.stack([moved(each, 0, columns) for each in split.images])
    return asked.session.evaluate_on(Split(images, split.labels, split.form)).accuracy


def map_size(asked: Asked, name: str) -> float:
    """How many numbers a tensor has for each sample and each of its maps or units."""
    row = asked.situation.computed(read_number(f"sample:{name}", asked.situation.snapshot.program))
    return float(row.tensors[name][0, 0].size)


def loss_with(asked: Asked, key: str, value: str, batches: int) -> float:
    """The loss of the same run after some batches, had it begun with another hyperparameter.

    It is the mean of the last twenty batches.
    """
    session = asked.session
    another = session.with_recipe(with_typed(session.recipe_now, ((key, value),)))
    for _ in range(batches):
        another.step_batch()
    return float(np.mean(another.history.curves.loss[-20:]))


def move_ratio(asked: Asked, first: str, second: str) -> float:
    """How many times as far a weight moves as another one when the batch is finished."""
    now, after = asked.situation, Situation(asked.after)
    moved, other = (abs(after.value(name) - now.value(name)) for name in (first, second))
    if not other:
        raise TuiNNError(f"{second} does not move")
    return moved / other


def parameters(asked: Asked, name: str) -> float:
    """How many numbers a parameter has."""
    program = asked.situation.snapshot.program
    return float(math.prod(program.parameters[program.resolve(name)].shape))


def learned(asked: Asked) -> float:
    """How many numbers the network learns."""
    program = asked.situation.snapshot.program
    return float(sum(math.prod(each.shape) for each in program.parameters.values()))


def inputs(asked: Asked) -> float:
    """How many numbers a sample is."""
    return float(asked.situation.snapshot.program.network.units[0])


def total(asked: Asked, vector: str) -> float:
    """The sum of a row of the sample's, such as of p."""
    number = read_number(f"sample:{vector}", asked.situation.snapshot.program)
    return float(asked.situation.computed(number).tensors[number.name][0].sum())


def accuracy_after(asked: Asked, batches: int, split: str = "validation") -> float:
    """The share of a split that is right after some more batches."""
    return asked.later(batches).evaluate(split).accuracy


def epoch_samples(asked: Asked) -> float:
    """How many samples an epoch goes through, counted as often as each is shown."""
    return float(asked.session.schedule.samples)


def epochs_to_end(asked: Asked) -> float:
    """After how many epochs the run is finished, at its last one or by early stopping."""
    twin = asked.twin()
    while not twin.finished:
        twin.step_epoch()
    return float(len(twin.history.epochs))


def always(asked: Asked, saying: int) -> float:
    """The share of test that is right if the network always says one class."""
    session = asked.session
    classes = session.recipe.task.classes(session.dataset["test"].labels)
    return float(np.mean(classes == saying))


def recall_after(asked: Asked, of: int, batches: int) -> float:
    """Of a class of test, the share that is found after some more batches."""
    return float(asked.later(batches).evaluate("test").recall[of])


def recall_above(asked: Asked, threshold: float) -> float:
    """The share of test's yeses that is found if the output says yes above another threshold."""
    return float(replace(asked.session.evaluate("test"), threshold=threshold).recall[1])


def precision_above(asked: Asked, threshold: float) -> float:
    """The share of test's yeses said above another threshold that are right."""
    return float(replace(asked.session.evaluate("test"), threshold=threshold).precision[1])


def updates(asked: Asked) -> float:
    """How many updates an epoch makes."""
    return float(asked.situation.snapshot.position.batches)


def gradient_ratio(asked: Asked) -> float:
    """How long the first layer's gradient is for the last one's, in this step."""
    norms = asked.after.curves.last_norms(1)[0]
    return float(norms[0] / norms[-1])


def inactive_after(asked: Asked, layer: int, epochs: int, rate: float = 0.0) -> float:
    """How many units of a layer are 0 for all of validation after some more epochs.

    Args:
        asked: What it is worked out from.
        layer: Which layer.
        epochs: How many more.
        rate: The learning rate from now on; 0 for the one in force.
    """
    twin = asked.twin()
    if rate:
        twin.set_learning_rate(rate)
    for _ in range(epochs):
        twin.step_epoch()
    return float(twin.history.epochs[-1].inactive_units[layer - 1])


def best_accuracy(asked: Asked, epochs: int) -> float:
    """The largest share of validation that is right after any of some more epochs."""
    twin = asked.twin()
    for _ in range(epochs):
        twin.step_epoch()
    return max(each.validation_accuracy for each in twin.history.epochs[-epochs:])


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


def changed(asked: Asked) -> float:
    """How many of the network's matrices of weights, and of its biases, the batch will change."""
    now, after = asked.situation.snapshot.computed, asked.after.computed
    names = asked.after.program.network.shapes
    return float(sum(not np.array_equal(now.tensors[n], after.tensors[n]) for n in names))


def recall_without(asked: Asked, layer: int, number: int, label: int) -> float:
    """The share of a class's test samples that is found with a neuron silenced."""
    twin = asked.twin()
    silence(twin, layer, number)
    return float(twin.evaluate("test").recall[label])


def nonzero(asked: Asked, vector: str) -> float:
    """How many numbers of a row of the sample's are not 0."""
    number = read_number(f"sample:{vector}", asked.situation.snapshot.program)
    return float(np.count_nonzero(asked.situation.computed(number).tensors[number.name][0]))


def said_when_led(asked: Asked, goal: str, steps: int) -> str:
    """What the network says of the sample after steps ``away`` from what it is, or to a class."""
    probe = _probe(asked)
    towards = None if goal == AWAY else int(goal)
    image = led(asked.session, probe.image, probe.label, towards, steps)
    return str(asked.session.probe(image, probe.label).said)


def sureness_of_painted(asked: Asked, goal: int, steps: int) -> float:
    """The p of a class for an empty sheet that was painted towards it, in some steps."""
    paper = np.zeros_like(_probe(asked).image)
    image = led(asked.session, paper, None, goal, steps)
    return float(asked.session.probe(image, None).probabilities[goal])


def _probe(asked: Asked) -> Probe:
    if (probe := asked.situation.snapshot.probe) is None:
        raise TuiNNError("no sample is selected")
    return probe


def mistakes(asked: Asked, split: str) -> float:
    """How many samples of a split the network takes for another class."""
    result = asked.session.evaluate(split)
    return float(np.count_nonzero(result.said != result.truth))


def confused(asked: Asked, split: str) -> str:
    """The most frequent mistake on a split: ``2-1`` for a 2 that is taken for a 1."""
    counts = asked.session.evaluate(split).confusion.copy()
    np.fill_diagonal(counts, 0)
    truth, said = np.unravel_index(int(counts.argmax()), counts.shape)
    return f"{truth}-{said}"


def lowest(asked: Asked, measure: str, split: str) -> str:
    """The class whose ``recall``, ``precision`` or ``f1`` is the lowest on a split."""
    result = asked.session.evaluate(split)
    measures = {"recall": result.recall, "precision": result.precision, "f1": result.f1}
    if measure not in measures:
        raise TuiNNError(f"{measure} is no measure; there are {', '.join(measures)}")
    return str(int(np.nanargmin(measures[measure])))


def surest_mistake(asked: Asked, split: str) -> float:
    """The largest p that the network gives to a wrong class on a split."""
    result = asked.session.evaluate(split)
    shares = result.task.probabilities(result.outputs)
    sureness = shares[np.arange(len(shares)), result.said]
    return float(sureness[result.said != result.truth].max(initial=0.0))


def prepared_height(asked: Asked, drawn: int) -> float:  # noqa: ARG001 - whatever the network is
    """How many pixels high a digit is given to the network that is drawn so many high."""
    sheet = np.zeros((SIDE, SIDE), np.uint8)
    sheet[:drawn, : max(drawn // 2, 1)] = 255
    return float(np.count_nonzero(prepare(sheet).centred.any(axis=1)))


def run_after(asked: Asked, batches: int) -> str:
    """What becomes of the loss in some more batches: ``nan``, or ``rises``, ``falls``, ``stays``.

    The mean of the last ten batches is compared with the first one; within a twentieth it stays.
    """
    twin = asked.twin()
    losses: list[float] = []
    for _ in range(batches):
        twin.step_batch()
        if twin.reason.startswith("non-finite"):
            return "nan"
        losses.append(float(twin.history.curves.loss[twin.position.step - 1]))
    last = float(np.mean(losses[-10:]))
    if not math.isfinite(last):
        return "nan"
    if abs(last - losses[0]) <= 0.05 * losses[0]:
        return "stays"
    return _direction(last - losses[0])


ANSWERS: dict[str, Answer] = {
    each.__name__: each
    for each in (
        accuracy_after, accuracy_moved, always, best_accuracy, change, changed, confused,
        epoch_samples, epochs_to_end, gradient, gradient_ratio, inactive_after, inputs, largest,
        learned, loss_after, loss_change, loss_change_on, loss_with, lowest, map_size, mistakes,
        move_ratio, nonzero, parameters, precision_above, prepared_height, recall_above,
        recall_after, recall_without, run_after, said_when_led, sign, sureness_of_painted,
        surest_mistake, total, updates, value, value_after,
    )
}  # fmt: skip
"""The answers by the names that lessons call them."""


def right_choice(question: Question, asked: Asked) -> Choice:
    """Return the choice that is right.

    Raises:
        TuiNNError: None is, or there is nothing to work it out from.
    """
    function, arguments = arguments_of(question.answer, ANSWERS, "answer")
    found = function(asked, *arguments)
    if isinstance(found, float):
        return _nearest(question, found)
    for each in question.choices:
        if each.key == found:
            return each
    keys = ", ".join(each.key for each in question.choices)
    raise TuiNNError(f"{question.answer} is {found}, and the choices are {keys}")


def _nearest(question: Question, found: float) -> Choice:
    try:
        keys = [float(each.key) for each in question.choices]
    except ValueError:
        raise TuiNNError(f"{question.answer} is a number, and a choice is not") from None
    order = sorted(range(len(keys)), key=lambda place: abs(keys[place] - found))
    first, second = (abs(keys[place] - found) for place in order[:2])
    if 2 * first > second:
        raise TuiNNError(f"{question.answer} is {found:g}, between two choices")
    return question.choices[order[0]]


def _direction(difference: float) -> str:
    if not math.isfinite(difference):
        return "nan"
    if abs(difference) <= STAYS:
        return "stays"
    return "rises" if difference > 0 else "falls"
