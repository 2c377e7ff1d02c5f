"""What tasks ask of the run: how far it is, and what became of it."""

from __future__ import annotations

import numpy as np

from tui_nn.lessons.conditions.condition import Condition
from tui_nn.lessons.situation import Situation
from tui_nn.training.recipe.keys import find, value_of, with_typed


def steps(now: Situation, least: int) -> bool:
    """The run has made this many updates."""
    return len(now.snapshot.curves) >= least


def at_step(now: Situation, step: int) -> bool:
    """The run stands at this step."""
    return now.snapshot.position.step == step


def in_the_past(now: Situation) -> bool:
    """The run was taken back."""
    return now.snapshot.position.step < len(now.snapshot.curves)


def epochs(now: Situation, least: int) -> bool:
    """The run has finished this many epochs."""
    return len(now.snapshot.epochs) >= least


def accuracy(now: Situation, least: float) -> bool:
    """After some epoch, at least this share of the validation samples was right."""
    return bool(np.any(now.snapshot.epochs.column("validation_accuracy") >= least))


def train_accuracy(now: Situation, least: float) -> bool:
    """In some epoch, at least this share of what was trained on was right."""
    return bool(np.any(now.snapshot.epochs.column("train_accuracy") >= least))


def validation_loss_below(now: Situation, most: float) -> bool:
    """After some epoch, the loss on validation was below this."""
    return bool(np.any(now.snapshot.epochs.column("validation_loss") < most))


def past_best(now: Situation, epochs: int) -> bool:
    """The epoch with the lowest loss on validation is at least so many epochs ago."""
    records = now.snapshot.epochs
    best = records.lowest
    return best is not None and records[-1].epoch - best.epoch >= epochs


def at_best(now: Situation) -> bool:
    """The run was taken back to the end of the epoch with the lowest loss on validation."""
    best = now.snapshot.epochs.lowest
    return in_the_past(now) and best is not None and at_step(now, best.step)


def accuracy_with(now: Situation, key: str, least: float, share: float) -> bool:
    """With at least this value of a hyperparameter, this share of validation was right."""
    value = value_of(now.snapshot.recipe_now, find(key).path)
    return isinstance(value, int | float) and value >= least and accuracy(now, share)


def loss_below(now: Situation, most: float) -> bool:
    """The loss of some batch was below this."""
    losses = now.snapshot.curves.loss
    return bool(np.any(losses < most))


def loss_rose(now: Situation) -> bool:
    """The loss of some batch was larger than that of the batch before it."""
    return bool(np.any(np.diff(now.snapshot.curves.loss) > 0))


def first_loss_below(now: Situation, most: float) -> bool:
    """The loss of the run's first batch, by the initial weights, was below this."""
    losses = now.snapshot.curves.loss
    return losses.size > 0 and bool(losses[0] < most)


def diverged(now: Situation) -> bool:
    """The loss is no finite number any more, or ten times what it was at first."""
    losses = np.asarray(now.snapshot.curves.loss)
    has_exploded = losses.size > 0 and not losses.max() <= 10 * losses[0]
    return has_exploded or now.snapshot.reason.startswith("non-finite")


def reached_with(now: Situation, key: str, value: str, loss: float, steps: int) -> bool:
    """With this value of a hyperparameter, a loss below this was reached within so many steps."""
    recipe = now.snapshot.recipe_now
    losses = now.snapshot.curves.loss[:steps]
    return with_typed(recipe, {key: value}) == recipe and bool(np.any(losses < loss))


def gradient_reaches(now: Situation, least: float) -> bool:
    """In the last step, the gradient of the first layer was this share of the last one's."""
    norms = now.snapshot.curves.last_norms(1)
    return norms.size > 0 and bool(norms[0, 0] >= least * norms[0, -1])


def inactive_at_most(now: Situation, layer: int, most: int) -> bool:
    """After the last epoch, so few units of a layer were 0 for all of validation."""
    counts = now.snapshot.epochs[-1].inactive_units if now.snapshot.epochs else ()
    return layer <= len(counts) and counts[layer - 1] <= most


def rate_above(now: Situation, least: float) -> bool:
    """The learning rate is above this."""
    return now.snapshot.learning_rate > least


def rate_below(now: Situation, most: float) -> bool:
    """The learning rate is below this."""
    return now.snapshot.learning_rate < most


def broken(now: Situation, mistake: str) -> bool:
    """The run has this mistake."""
    return now.snapshot.recipe.training.mistake == mistake


OF_RUN: tuple[Condition, ...] = (
    accuracy, accuracy_with, at_best, at_step, broken, diverged, epochs, first_loss_below,
    gradient_reaches, in_the_past, inactive_at_most, loss_below, loss_rose, past_best,
    rate_above, rate_below, reached_with, steps, train_accuracy, validation_loss_below,
)  # fmt: skip
"""What can be asked of the run."""
