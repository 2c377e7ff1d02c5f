"""Answers about the run: what it is made of, and what will become of it."""

from __future__ import annotations

import math

import numpy as np

from tui_nn.lessons.answers.asked import Answer, Asked, direction
from tui_nn.training.recipe.keys import with_typed


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


def updates(asked: Asked) -> float:
    """How many updates an epoch makes."""
    return float(asked.situation.snapshot.position.batches)


def epoch_samples(asked: Asked) -> float:
    """How many samples an epoch goes through, counted as often as each is shown."""
    return float(asked.session.schedule.samples)


def epochs_to_end(asked: Asked) -> float:
    """After how many epochs the run is finished, at its last one or by early stopping."""
    twin = asked.twin()
    while not twin.finished:
        twin.step_epoch()
    return float(len(twin.history.epochs))


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
    return direction(last - losses[0])


def loss_after(asked: Asked, batches: int, split: str) -> float:
    """The loss of a split after some more batches."""
    return asked.later(batches).evaluate(split).loss


def loss_change_on(asked: Asked, split: str, batches: int = 1) -> str:
    """Whether the loss of a whole split ``rises``, ``falls`` or ``stays`` by some batches."""
    before = asked.session.evaluate(split).loss
    return direction(loss_after(asked, batches, split) - before)


def loss_with(asked: Asked, key: str, value: str, batches: int) -> float:
    """The loss of the same run after some batches, had it begun with another hyperparameter.

    It is the mean of the last twenty batches.
    """
    session = asked.session
    another = session.with_recipe(with_typed(session.recipe_now, {key: value}))
    for _ in range(batches):
        another.step_batch()
    return float(np.mean(another.history.curves.loss[-20:]))


def accuracy_after(asked: Asked, batches: int, split: str = "validation") -> float:
    """The share of a split that is right after some more batches."""
    return asked.later(batches).evaluate(split).accuracy


def best_accuracy(asked: Asked, epochs: int) -> float:
    """The largest share of validation that is right after any of some more epochs."""
    twin = asked.twin()
    for _ in range(epochs):
        twin.step_epoch()
    return max(each.validation_accuracy for each in twin.history.epochs[-epochs:])


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


ABOUT_RUN: tuple[Answer, ...] = (
    accuracy_after, best_accuracy, epoch_samples, epochs_to_end, inactive_after, inputs,
    learned, loss_after, loss_change_on, loss_with, parameters, run_after, updates,
)  # fmt: skip
"""What can be asked about the run."""
