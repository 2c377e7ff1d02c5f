"""What a task can ask for: each a question to the state of the app, whatever way led there.

A condition is a function of a situation and of words in the lesson; its name there is its name
here. A new one is a function in ``CONDITIONS``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from tui_nn.data.drawing.preparation import centre_of_mass
from tui_nn.data.form import INK
from tui_nn.data.mnist_style import fit
from tui_nn.lessons.lesson import Call
from tui_nn.lessons.setup import with_typed
from tui_nn.lessons.situation import ANY, Situation, number_words, read_number
from tui_nn.lessons.tables import arguments_of
from tui_nn.training.analysis.pixels import farthest
from tui_nn.training.analysis.plane import probe_of
from tui_nn.training.recipe.keys import find, value_of
from tui_nn.training.stepping.history import EpochRecord

Condition = Callable[..., bool]


def written(now: Situation, name: str) -> bool:
    """The step that is shown has computed this tensor."""
    program = now.snapshot.program
    return program.is_written(program.resolve(name), now.snapshot.computed.done)


def undone(now: Situation, name: str) -> bool:
    """The step that is shown has not computed this tensor, or no longer."""
    return not written(now, name)


def steps(now: Situation, least: int) -> bool:
    """The run has made this many updates."""
    return len(now.snapshot.curves.loss) >= least


def at_step(now: Situation, step: int) -> bool:
    """The run stands at this step."""
    return now.snapshot.position.step == step


def in_the_past(now: Situation) -> bool:
    """The run was taken back."""
    return now.snapshot.position.step < len(now.snapshot.curves.loss)


def epochs(now: Situation, least: int) -> bool:
    """The run has finished this many epochs."""
    return len(now.snapshot.epochs) >= least


def explained(now: Situation, number: str) -> bool:
    """This number, or any of this tensor, is taken apart in Explain."""
    return read_number(number, now.snapshot.program).matches(now.explained)


def on_screen(now: Situation, screen: str) -> bool:
    """This screen is seen."""
    return now.screen == screen


def window(now: Situation, name: str) -> bool:
    """This dialog is open."""
    return now.window == name


def accuracy(now: Situation, least: float) -> bool:
    """After some epoch, at least this share of the validation samples was right."""
    return any(each.validation_accuracy >= least for each in now.snapshot.epochs)


def train_accuracy(now: Situation, least: float) -> bool:
    """In some epoch, at least this share of what was trained on was right."""
    return any(each.train_accuracy >= least for each in now.snapshot.epochs)


def validation_loss_below(now: Situation, most: float) -> bool:
    """After some epoch, the loss on validation was below this."""
    return any(each.validation_loss < most for each in now.snapshot.epochs)


def past_best(now: Situation, epochs: int) -> bool:
    """The epoch with the lowest loss on validation is at least so many epochs ago."""
    records = now.snapshot.epochs
    return bool(records) and records[-1].epoch - _best(records).epoch >= epochs


def at_best(now: Situation) -> bool:
    """The run was taken back to the end of the epoch with the lowest loss on validation."""
    records = now.snapshot.epochs
    return in_the_past(now) and bool(records) and at_step(now, _best(records).step)


def _best(records: Sequence[EpochRecord]) -> EpochRecord:
    return min(records, key=lambda each: each.validation_loss)


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


def diverged(now: Situation) -> bool:
    """The loss is no finite number any more, or ten times what it was at first."""
    losses = np.asarray(now.snapshot.curves.loss)
    has_exploded = losses.size > 0 and not losses.max() <= 10 * losses[0]
    return has_exploded or now.snapshot.reason.startswith("non-finite")


def explained_zero(now: Situation, number: str) -> bool:
    """This number, or one of this tensor, is taken apart, and is exactly 0."""
    if now.explained is None or not explained(now, number):
        return False
    return now.value(number_words(now.explained)) == 0


def first_loss_below(now: Situation, most: float) -> bool:
    """The loss of the run's first batch, by the initial weights, was below this."""
    losses = now.snapshot.curves.loss
    return losses.size > 0 and bool(losses[0] < most)


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


def digit(now: Situation, label: int) -> bool:
    """The selected sample is of this class."""
    probe = now.snapshot.probe
    return probe is not None and probe.label == label


def reached_with(now: Situation, key: str, value: str, loss: float, steps: int) -> bool:
    """With this value of a hyperparameter, a loss below this was reached within so many steps."""
    recipe = now.snapshot.recipe_now
    losses = now.snapshot.curves.loss[:steps]
    return with_typed(recipe, ((key, value),)) == recipe and bool(np.any(losses < loss))


def says(now: Situation, label: int) -> bool:
    """The network says this class of the selected sample."""
    probe = now.snapshot.probe
    return probe is not None and probe.said == label


def misread(now: Situation) -> bool:
    """The network says another class of the selected sample than it is."""
    probe = now.snapshot.probe
    return probe is not None and probe.truth is not None and probe.said != probe.truth


def misread_as(now: Situation, said: int, truth: int = ANY) -> bool:
    """The network says this class of the selected sample, which is another one, or this other."""
    probe = now.snapshot.probe
    is_meant = probe is not None and truth in (ANY, probe.truth)
    return is_meant and misread(now) and says(now, said)


def sample_loss_above(now: Situation, least: float) -> bool:
    """The loss of the selected sample is above this."""
    probe = now.snapshot.probe
    return probe is not None and probe.truth is not None and now.value("sample:L") > least


def missed(now: Situation, truth: int) -> bool:
    """The selected sample is of this class, and the network says another one."""
    probe = now.snapshot.probe
    return probe is not None and probe.truth == truth and probe.said != truth


def mistaken_for(now: Situation, said: int) -> bool:
    """The network says this class of the selected sample, which is of another one."""
    probe = now.snapshot.probe
    return probe is not None and probe.truth not in (None, said) and probe.said == said


def recall(now: Situation, of: int, least: float) -> bool:
    """After some epoch, at least this share of a class of validation was found."""
    found = [each.validation_recall[of] for each in now.snapshot.epochs]
    return any(share is not None and share >= least for share in found)


def drawn(now: Situation) -> bool:
    """The sample is a digit that the person has drawn."""
    return now.is_drawn


def drawn_as(now: Situation, label: int) -> bool:
    """The network reads a digit that the person has drawn as this one."""
    return drawn(now) and says(now, label)


def off_centre_as(now: Situation, pixels: float, label: int) -> bool:
    """A digit that the person has drawn is read as this one, though it is so far off the centre."""
    return _off_centre(now) >= pixels and says(now, label)


def off_centre_misled(now: Situation, pixels: float) -> bool:
    """A digit that the person has drawn, so far off the centre, is read otherwise than there."""
    probe = now.snapshot.probe
    if probe is None or _off_centre(now) < pixels:
        return False
    return probe_of(now.snapshot, fit(probe.image)).said != probe.said


def _off_centre(now: Situation) -> float:
    """Return how many pixels the person's digit is off the middle, 0 for another sample."""
    probe = now.snapshot.probe
    if not drawn(now) or probe is None:
        return 0.0
    row, column = centre_of_mass(probe.image)
    middle_row, middle_column = (side / 2 for side in probe.image.shape)
    return float(np.hypot(row - middle_row, column - middle_column))


def drawn_surely(now: Situation, label: int, least: float) -> bool:
    """Of a picture that was drawn or painted, p of this class is at least this."""
    probe = now.snapshot.probe
    return drawn(now) and probe is not None and bool(probe.probabilities[label] >= least)


def misread_by_change(now: Situation, most: float) -> bool:
    """The sample is misread, changed by no more than this share of white to ink in any pixel."""
    probe, split = now.snapshot.probe, now.snapshot.dataset[now.split]
    before = split.images[min(now.sample, len(split) - 1)]
    if probe is None or not drawn(now) or probe.image.shape != before.shape:
        return False
    return misread(now) and farthest(probe.image, before) <= most * INK


def silenced(now: Situation, layer: int, number: int) -> bool:
    """A neuron is silent: its outgoing weights are all 0."""
    weights = now.snapshot.program.weights_of(layer + 1).name
    return not now.snapshot.computed.tensors[weights][number].any()


def drawn_misread(now: Situation) -> bool:
    """The network reads a digit that the person has drawn otherwise than the person says."""
    return drawn(now) and misread(now)


def broken(now: Situation, mistake: str) -> bool:
    """The run has this mistake."""
    return now.snapshot.recipe.training.mistake == mistake


def operation_named(now: Situation) -> bool:
    """Of the run's quiz it is known which operation is wrong."""
    return now.quiz >= 1


def mistake_named(now: Situation) -> bool:
    """Of the run's quiz it is known which mistake it is."""
    return now.quiz >= 2


def neuron(now: Situation, layer: int, number: int) -> bool:
    """This neuron is selected."""
    return (now.layer, now.neuron) == (layer, number)


CONDITIONS: dict[str, Condition] = {
    each.__name__: each
    for each in (
        accuracy, accuracy_with, at_best, at_step, broken, digit, diverged, drawn, drawn_as,
        drawn_misread, drawn_surely, epochs, explained, explained_zero,
        first_loss_below, gradient_reaches, in_the_past, inactive_at_most, loss_below, loss_rose,
        misread, misread_as, misread_by_change, missed, mistake_named, mistaken_for, neuron,
        off_centre_as, off_centre_misled, on_screen, operation_named, past_best, rate_above,
        rate_below, reached_with, recall, sample_loss_above, says, silenced, steps, train_accuracy,
        undone, validation_loss_below, window, written,
    )
}  # fmt: skip
"""The conditions by the names that lessons call them."""


def holds(condition: Call, now: Situation) -> bool:
    """Return whether a condition holds.

    Raises:
        TuiNNError: There is no such condition, or nothing that it names.
    """
    function, arguments = arguments_of(condition, CONDITIONS, "condition")
    return function(now, *arguments)
