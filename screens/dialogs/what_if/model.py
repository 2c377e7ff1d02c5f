"""What-if: which parameter is selected, what may be typed for it, and what a change did."""

import math
import re
from dataclasses import dataclass

import numpy as np

from screens.forward.model import said_words
from screens.inspect.subject import Target
from screens.inspect.tensors import layer_of
from screens.shapes.blocks import largest_place
from screens.shapes.format import MINUS, figure
from tui_nn.nn.explain import Index, spelt
from tui_nn.training.analysis.what_if import Effect
from tui_nn.training.session.snapshot import Snapshot

TAKE_BACK = "ctrl+z takes it back, until the next move."
# A parameter, its gradient, and what the optimiser makes of that.
_OF_PARAMETER = re.compile(r"(?:d|clipped|change|sum|m|v)?([Wb]\d+)")


@dataclass(frozen=True)
class Parameter:
    """A weight or a bias.

    Attributes:
        name: Its tensor.
        index: Which element of it.
    """

    name: str
    index: Index

    @property
    def symbol(self) -> str:
        """How formulas spell it."""
        return spelt(self.name, self.index)


def parameter_of(target: Target | None) -> Parameter | None:
    """Return the parameter that a number is, or belongs to as its gradient does."""
    found = _OF_PARAMETER.fullmatch(target.name) if target is not None else None
    return Parameter(found[1], target.index) if found and target is not None else None


def neuron_of(target: Target | None) -> tuple[int, int] | None:
    """Return the layer and the number of the neuron that a number belongs to, if it is one's."""
    if target is None or not (layer := layer_of(target.name)):
        return None
    return layer, target.index[-1]


def largest_gradient(snapshot: Snapshot, layer: int) -> Parameter:
    """Return the weight of a layer that the step moves most, or the largest before there is one."""
    name, gradient = f"W{layer}", f"dW{layer}"
    values = snapshot.computed.tensors[gradient if snapshot.has(gradient) else name]
    row, column = largest_place(values)
    return Parameter(name, (row, column))


def present_value(snapshot: Snapshot, parameter: Parameter) -> float:
    """Return a parameter's value where a change would be made: at the step's beginning."""
    computed = snapshot.computed
    tensors = computed.before if snapshot.position.operation else computed.tensors
    return float(tensors[parameter.name][parameter.index])


@dataclass(frozen=True)
class Typed:
    """What somebody typed for a parameter.

    Attributes:
        value: The number, or None if it cannot be one.
        says: What it would do, or why it cannot be.
    """

    value: float | None
    says: str


def typed(text: str, present: float) -> Typed:
    """Read a value as it is typed."""
    text = text.strip().replace(MINUS, "-")
    if not text:
        return Typed(None, "a number, such as −0.25 or 1e-3")
    try:
        value = float(text)
    except ValueError:
        return Typed(None, f"not a number: {text}")
    if not math.isfinite(value) or abs(value) > float(np.finfo(np.float32).max):
        return Typed(None, f"more than a float32 can hold: {text}")
    if np.float32(value) == np.float32(present):
        return Typed(value, f"its present value, {figure(value)}")
    return Typed(value, f"from {figure(present)} to {figure(value)}")


def shortest(value: float) -> str:
    """Return the fewest digits that give a float32 back, as one would type them."""
    return str(np.float32(value))


def edited(snapshot: Snapshot, parameter: Parameter, value: float) -> str:
    """Return what an edit changes."""
    change = f"{figure(present_value(snapshot, parameter))} → {figure(value)}"
    return f"{parameter.symbol}: {change}.{_begun_again(snapshot)}"


def silenced(snapshot: Snapshot, layer: int, neuron: int) -> str:
    """Return what silencing a neuron changes."""
    weights = snapshot.program.network.sizes[layer + 1 : layer + 2]
    count = f"{weights[0]} " if weights else ""
    return (
        f"Neuron {neuron} of layer {layer} is silent: its {count}outgoing weights are 0."
        f"{_begun_again(snapshot)}"
    )


def _begun_again(snapshot: Snapshot) -> str:
    return " The step begins again." if snapshot.position.operation else ""


def effect_words(effect: Effect) -> str:
    """Return what a change did to the selected sample: ``says 7 (81 %) → 3 (44 %)``."""
    label = effect.after.label
    digit = "The digit" if label is None else f"The selected {label}"
    after = said_words(effect.after)
    if np.array_equal(effect.before.probabilities, effect.after.probabilities):
        return f"{digit}: says {after}, as before."
    return f"{digit}: says {said_words(effect.before)} → {after}."
