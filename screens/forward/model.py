"""What the Forward screen shows: one sample going through the network."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from screens.forward.progress import is_computed, is_next
from screens.inspect.diagram import of_probe, why_not
from screens.inspect.initial import has_initial_weights, initial_words
from screens.inspect.maps import Place, as_picture, largest_of, picture_shape, place_at
from screens.inspect.predictions import said_words
from screens.inspect.samples import numbers_words
from screens.inspect.selection import Selection
from screens.shapes.bar import Bar
from screens.shapes.diagram import Diagram
from screens.shapes.format import counted, figure
from tui_nn.nn.outputs import OUTPUTS
from tui_nn.nn.tensor import Array, Role, Tensor
from tui_nn.training.session.snapshot import Probe, Snapshot


class PictureView(Struct, frozen=True, eq=False):
    """A layer's sums, or what its activation makes of them.

    Attributes:
        symbol: What they are called.
        shape: Rows and columns of its numbers.
        values: In this shape; None before they are computed.
        cursor: Row and column of the selected neuron; of a map, of its largest value.
        states: How far they reach, or when they come; the longest first.
    """

    symbol: str
    shape: Place
    values: Array | None
    cursor: Place | None
    states: Sequence[str]

    @property
    def headings(self) -> list[str]:
        """What stands over the picture, the longest first."""
        return [*(f"{self.symbol} {state}" for state in self.states), self.symbol]


class LayerView(Struct, frozen=True, eq=False):
    """One layer, as far as the sample has come.

    Attributes:
        titles: Which layer, and what it does; the longest first.
        z: Its weighted sums.
        a: What its activation makes of them; probabilities for the last one.
        names: The digits that its neurons stand for, or none.
    """

    titles: Sequence[str]
    z: PictureView
    a: PictureView
    names: tuple[str, ...]


def caption(selection: Selection, probe: Probe) -> str:
    """Return which sample it is."""
    form = probe.task.form
    what = form.one(probe.label) if form.is_picture else numbers_words(probe.image)
    return f"{selection.name}, {what}"


def layer_views(snapshot: Snapshot, selection: Selection) -> list[LayerView]:
    """Return every layer of the network for the selected sample."""
    assert snapshot.probe is not None
    program = snapshot.probe.computed.program
    network = program.network
    views = []
    for layer in range(1, network.depth + 1):
        last = layer == network.depth
        width, neuron = network.units[layer], None
        if layer == selection.layer:
            neuron = selection.neuron
        sums = program.find_one(Role.PRE_ACTIVATION, layer)
        z = _picture(snapshot, sums, neuron)
        a = _picture(snapshot, program.says_of(layer), neuron)
        function = program.method.output if last else network.activation(layer).name
        names = () if not last or snapshot.probe.task.is_binary else snapshot.probe.task.names
        unit = "map" if len(sums.shape) > 1 else "neuron"
        size = f"{counted(width, unit)}, {function}", f"{width}, {function}"
        described = _last_layer(z, a) if names else size
        titles = [f"layer {layer}: {words}" for words in described]
        views.append(LayerView(titles, z, a, names))
    return views


def _last_layer(z: PictureView, a: PictureView) -> Sequence[str]:
    """Return what the layer is whose headings are digits, the longest first."""
    whole = f"{z.headings[0]} → {a.headings[0]}"
    return [whole, *(f"{heading} → {a.symbol}" for heading in z.headings)]


def _picture(snapshot: Snapshot, tensor: Tensor, neuron: int | None) -> PictureView:
    assert snapshot.probe is not None
    shape, values = picture_shape(tensor.shape), snapshot.probe.computed.tensors[tensor.name][0]
    cursor = None if neuron is None else place_at(tensor.shape, largest_of(values, neuron))
    if not is_computed(snapshot, tensor):
        state = "next" if is_next(snapshot, tensor) else "to come"
        return PictureView(tensor.symbol, shape, None, cursor, [state])
    return PictureView(tensor.symbol, shape, as_picture(values), cursor, _ranges(values))


def _ranges(values: Array) -> Sequence[str]:
    """Return from where to where values reach, and how far from 0 where there is less room."""
    low, high = figure(float(values.min()), 2), figure(float(values.max()), 2)
    if low == high:
        return [low]
    return f"{low}..{high}", f"±{figure(float(np.abs(values).max()), 2)}"


def network_diagram(snapshot: Snapshot) -> tuple[Diagram | None, str]:
    """Return the network drawn with the sample's values, or None and why there is no drawing."""
    if words := why_not(snapshot.program):
        return None, words
    assert snapshot.probe is not None
    program, done = snapshot.probe.computed.program, snapshot.position.operation

    def has(tensor: Tensor) -> bool:
        is_given = tensor.name not in program.writer or program.is_kept(tensor.name)
        return is_given or is_computed(snapshot, tensor)

    last = snapshot.program.operations[done - 1].name if done else ""
    return of_probe(snapshot, has, program.writer.get(last)), ""


# What the network says of the sample


def verdict(snapshot: Snapshot) -> str:
    """Return what the network says of the sample, in at most two lines."""
    probe = snapshot.probe
    assert probe is not None
    if not is_computed(snapshot, probe.computed.program.output):
        return "no answer yet: p is to come"
    if not np.isfinite(probe.probabilities).all():
        return "no answer: p is not finite"
    if equal := _equal_outputs(probe):
        return f"undecided: {equal} equal outputs"
    words = said_words(probe)
    if probe.task.is_numeric:
        return f"says {words}"
    if has_initial_weights(snapshot):
        chance = figure(100 / len(probe.task.names))
        return f"guesses {words}\n{initial_words(snapshot)}; chance: {chance} %"
    if probe.truth is None:
        return f"says {words}"
    return f"says {words}: {'right' if probe.said == probe.truth else 'wrong'}"


def _equal_outputs(probe: Probe) -> int:
    """Return how many classes are the likeliest, if that is more than one; else 0."""
    shares = _shares(probe)
    likeliest = int((shares == shares.max()).sum())
    return likeliest if likeliest > 1 else 0


def _shares(probe: Probe) -> Array:
    shares: Array = probe.task.probabilities(probe.probabilities[None])[0]
    return shares


def probabilities_title(probe: Probe) -> str:
    """Return what the bars of probabilities are."""
    if probe.task.is_binary:
        return f"p: is it {probe.task.asked}?"
    if probe.task.is_numeric:
        return "p: what it says"
    return f"p: {'probabilities' if _is_softmax(probe) else 'yes or no, each'}"


def probabilities_note(probe: Probe) -> str:
    """Return what one could be wrong about in the bars, or ""."""
    if probe.task.is_binary or probe.task.is_numeric or _is_softmax(probe):
        return ""
    return f"Σ p = {figure(float(probe.probabilities.sum()), 3)}, not 1"


def _is_softmax(probe: Probe) -> bool:
    return OUTPUTS[probe.computed.program.method.output].exclusive


def probability_bars(snapshot: Snapshot) -> list[Bar]:
    """Return how likely each class is, with the one that is said and the true one marked."""
    probe = snapshot.probe
    assert probe is not None
    names = probe.task.names
    if probe.task.is_numeric:
        return _number_bars(snapshot, probe)
    if not is_computed(snapshot, probe.computed.program.output):
        return [
            Bar(name, 0.0, "–", "◀ true" if place == probe.truth else "")
            for place, name in enumerate(names)
        ]
    shares = _shares(probe)
    marks = _marks(snapshot) if np.isfinite(shares).all() else {}
    return [
        Bar(name, float(share), f"{100 * float(share):.1f}%", marks.get(place, ""))
        for place, (name, share) in enumerate(zip(names, shares, strict=True))
    ]


def _number_bars(snapshot: Snapshot, probe: Probe) -> list[Bar]:
    """Return each output with the number that it should be."""
    wanted = () if probe.label is None else probe.task.form.targets[probe.label]
    goals = [f"◀ {figure(goal, 3)}" for goal in wanted] or [""] * probe.task.outputs
    known = is_computed(snapshot, probe.computed.program.output)
    return [
        Bar(name, float(said) if known else 0.0, figure(float(said), 4) if known else "–", goal)
        for name, said, goal in zip(probe.task.names, probe.probabilities, goals, strict=True)
    ]


def _marks(snapshot: Snapshot) -> dict[int, str]:
    """Return the word after some of the bars; of random weights and of equals, nothing is right."""
    probe = snapshot.probe
    assert probe is not None
    marks = {} if probe.truth is None else {probe.truth: "◀ true"}
    if _equal_outputs(probe):
        return marks
    right = "lucky" if has_initial_weights(snapshot) else "right"
    other = "guess" if has_initial_weights(snapshot) else "says"
    return marks | {probe.said: f"◀ {right if probe.said == probe.truth else other}"}
