"""What tasks ask of the step that is seen, and of what it is looked at with."""

from __future__ import annotations

from tui_nn.lessons.conditions.condition import Condition
from tui_nn.lessons.situation import Situation, number_words, read_number


def written(now: Situation, name: str) -> bool:
    """The step that is shown has computed this tensor."""
    program = now.snapshot.program
    return program.is_written(program.resolve(name), now.snapshot.computed.done)


def undone(now: Situation, name: str) -> bool:
    """The step that is shown has not computed this tensor, or no longer."""
    return not written(now, name)


def explained(now: Situation, number: str) -> bool:
    """This number, or any of this tensor, is taken apart in Explain."""
    return read_number(number, now.snapshot.program).matches(now.explained)


def explained_zero(now: Situation, number: str) -> bool:
    """This number, or one of this tensor, is taken apart, and is exactly 0."""
    if now.explained is None or not explained(now, number):
        return False
    return now.value(number_words(now.explained)) == 0


def on_screen(now: Situation, screen: str) -> bool:
    """This screen is seen."""
    return now.screen == screen


def window(now: Situation, name: str) -> bool:
    """This dialog is open."""
    return now.window == name


def neuron(now: Situation, layer: int, number: int) -> bool:
    """This neuron is selected."""
    return (now.layer, now.neuron) == (layer, number)


def silenced(now: Situation, layer: int, number: int) -> bool:
    """A neuron is silent: its outgoing weights are all 0."""
    weights = now.snapshot.program.weights_of(layer + 1).name
    return not now.snapshot.computed.tensors[weights][number].any()


def operation_named(now: Situation) -> bool:
    """Of the run's quiz it is known which operation is wrong."""
    return now.quiz >= 1


def mistake_named(now: Situation) -> bool:
    """Of the run's quiz it is known which mistake it is."""
    return now.quiz >= 2


OF_SCREEN: tuple[Condition, ...] = (
    explained, explained_zero, mistake_named, neuron, on_screen, operation_named, silenced,
    undone, window, written,
)  # fmt: skip
"""What can be asked of what is seen."""
