"""What a task can ask for: each a question to the state of the app, whatever way led there.

A condition is a function of a situation and of words in the lesson; its name there is its name
here. A new one is a function in ``CONDITIONS``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tui_nn.data.form import INK
from tui_nn.lessons.lesson import Call
from tui_nn.lessons.situation import ANY, Situation, read_number
from tui_nn.lessons.tables import arguments_of
from tui_nn.training.analysis.pixels import farthest

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


def loss_below(now: Situation, most: float) -> bool:
    """The loss of some batch was below this."""
    losses = now.snapshot.curves.loss
    return bool(np.any(losses < most))


def diverged(now: Situation) -> bool:
    """The loss is no finite number any more, or ten times what it was at first."""
    losses = np.asarray(now.snapshot.curves.loss)
    has_exploded = losses.size > 0 and not losses.max() <= 10 * losses[0]
    return has_exploded or now.snapshot.reason.startswith("non-finite")


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


def drawn(now: Situation) -> bool:
    """The sample is a digit that the person has drawn."""
    return now.is_drawn


def drawn_as(now: Situation, label: int) -> bool:
    """The network reads a digit that the person has drawn as this one."""
    return drawn(now) and says(now, label)


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


def drawn_unsure(now: Situation, most: float) -> bool:
    """Of a digit that the person has drawn, the largest p is below this."""
    probe = now.snapshot.probe
    return drawn(now) and probe is not None and bool(probe.probabilities.max() < most)


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
        accuracy, at_step, broken, digit, diverged, drawn, drawn_as, drawn_surely, drawn_unsure,
        epochs, explained, in_the_past, loss_below, misread, misread_as, misread_by_change,
        mistake_named, neuron, on_screen, operation_named, rate_above, rate_below,
        sample_loss_above, says, silenced, steps, undone, window, written,
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
