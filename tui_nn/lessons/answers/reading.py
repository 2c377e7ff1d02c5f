"""Answers about what the network reads, rightly or not."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from tui_nn.data.dataset import Split
from tui_nn.data.drawing.pen import SIDE
from tui_nn.data.drawing.preparation import moved, prepare
from tui_nn.errors import TuiNNError
from tui_nn.lessons.answers.asked import Answer, Asked
from tui_nn.training.analysis.pixels import AWAY, led
from tui_nn.training.analysis.what_if import silence
from tui_nn.training.session.snapshot import Probe


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


def recall_without(asked: Asked, layer: int, number: int, label: int) -> float:
    """The share of a class's test samples that is found with a neuron silenced."""
    twin = asked.twin()
    silence(twin, layer, number)
    return float(twin.evaluate("test").recall[label])


def accuracy_moved(asked: Asked, columns: int) -> float:
    """The share of the test digits that is right when all are so many pixels to the right."""
    split = asked.session.dataset["test"]
    images = np.stack([moved(each, 0, columns) for each in split.images])
    return asked.session.evaluate_on(Split(images, split.labels, split.form)).accuracy


def prepared_height(asked: Asked, drawn: int) -> float:  # noqa: ARG001 - whatever the network is
    """How many pixels high a digit is given to the network that is drawn so many high."""
    sheet = np.zeros((SIDE, SIDE), np.uint8)
    sheet[:drawn, : max(drawn // 2, 1)] = 255
    return float(np.count_nonzero(prepare(sheet).centred.any(axis=1)))


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


ABOUT_READING: tuple[Answer, ...] = (
    accuracy_moved, always, confused, lowest, mistakes, precision_above, prepared_height,
    recall_above, recall_after, recall_without, said_when_led, sureness_of_painted,
    surest_mistake,
)  # fmt: skip
"""What can be asked about reading."""
