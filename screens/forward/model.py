"""What the Forward screen shows: one sample going through the network."""

from dataclasses import dataclass

import numpy as np

from screens.base.status import next_operation
from screens.inspect.predictions import said_words
from screens.inspect.selection import Selection
from screens.inspect.terms import term_bars, term_label
from screens.shapes.bar import Bar
from screens.shapes.format import figure, grid_shape
from tui_nn.data.dataset import PIXELS
from tui_nn.nn.explain import Term, format_element
from tui_nn.nn.outputs import OUTPUTS
from tui_nn.nn.tensor import Array, Role, Tensor
from tui_nn.training.session.snapshot import Probe, Snapshot

_MOST_LINES = 8


@dataclass(frozen=True, eq=False)
class LayerView:
    """One layer, as far as the sample has come.

    Attributes:
        title: Which layer, and what it does.
        ranges: How far z and a reach.
        z: Its weighted sums, as a grid of neurons.
        a: What its activation makes of them; probabilities for the last one.
        cursor: Row and column of the selected neuron, or None if it is in another layer.
    """

    title: str
    ranges: str
    z: Array
    a: Array
    cursor: tuple[int, int] | None

    def height(self, room: int) -> int:
        """Return the lines of its pictures; with two columns to a neuron where these have room."""
        rows, columns = map(int, self.z.shape)
        return rows if 2 * columns <= room else (rows + 1) // 2


@dataclass(frozen=True, eq=False)
class NeuronView:
    """One neuron, taken apart.

    Attributes:
        title: Which neuron it is.
        weights: Its weights, in the shape of what it looks at.
        products: Each weight times what it weighs.
        weights_title: What ``weights`` are.
        products_title: What ``products`` are.
        equation: z = Σ w·x + b with its numbers.
        bars: The terms of that sum, largest first.
        parts: The terms that the first bars are of.
        places: Where in the pictures each of them comes from, or None.
    """

    title: str
    weights: Array
    products: Array
    weights_title: str
    products_title: str
    equation: str
    bars: list[Bar]
    parts: tuple[Term, ...]
    places: list[tuple[int, int] | None]


def is_untouched(snapshot: Snapshot) -> bool:
    """Return whether nothing was computed yet: the weights are those it began with."""
    return snapshot.shown_step is None and not len(snapshot.curves.loss)


def caption(selection: Selection, probe: Probe) -> str:
    """Return which sample it is, and whether the network is right about it."""
    truth = "?" if probe.label is None else str(probe.label)
    return f"{selection.split} #{selection.sample}, a {truth}"


def verdict(probe: Probe) -> str:
    """Return what the network says of the sample."""
    if not np.isfinite(probe.probabilities).all():
        return "says nothing: p is not finite"
    words = said_words(probe)
    if probe.truth is None:
        return f"the network says {words}"
    return f"says {words}: {'right' if probe.said == probe.truth else 'wrong'}"


def probabilities_title(probe: Probe) -> str:
    """Return what the bars of probabilities are."""
    if probe.task.is_binary:
        return f"p: is it a {probe.task.target}?"
    return f"p: {'probabilities' if _is_softmax(probe) else 'yes or no, each'}"


def probabilities_note(probe: Probe) -> str:
    """Return what one could be wrong about in the bars, or ""."""
    if probe.task.is_binary or _is_softmax(probe):
        return ""
    return f"Σ p = {figure(float(probe.probabilities.sum()), 3)}, not 1"


def _is_softmax(probe: Probe) -> bool:
    return OUTPUTS[probe.computed.program.method.output].exclusive


def probability_bars(probe: Probe) -> list[Bar]:
    """Return how likely each class is, with the one that is said and the true one marked."""
    bars = []
    shares = probe.task.probabilities(probe.probabilities[None])[0]
    for place, (name, share) in enumerate(zip(probe.task.names, shares, strict=True)):
        mark = {probe.truth: "◀ true", probe.said: "◀ says"}.get(place, "")
        if place == probe.said == probe.truth:
            mark = "◀ right"
        if not np.isfinite(share):
            mark = ""
        bars.append(Bar(name, float(share), f"{100 * float(share):.1f}%", mark))
    return bars


def layer_views(snapshot: Snapshot, selection: Selection) -> list[LayerView]:
    """Return every layer of the network for the selected sample."""
    assert snapshot.probe is not None
    program, tensors = snapshot.probe.computed.program, snapshot.probe.computed.tensors
    network = program.network
    following = next_operation(snapshot)
    views = []
    for layer in range(1, network.depth + 1):
        last = layer == network.depth
        width = network.sizes[layer]
        shape = grid_shape(width)
        sums, output = program.find_one(Role.PRE_ACTIVATION, layer), program.says_of(layer)
        function = program.method.output if last else network.activation(layer).name
        pointer = "▶" if following.result in (sums, output) else " "
        at = divmod(selection.neuron, shape[1]) if layer == selection.layer else None
        z, a = tensors[sums.name][0], tensors[output.name][0]
        views.append(
            LayerView(
                title=f"{pointer}layer {layer}: {width} z → {function}",
                ranges=f"z {_range(z)}  {output.name[0]} {_range(a)}",
                z=z.reshape(shape),
                a=a.reshape(shape),
                cursor=at,
            )
        )
    return views


def neuron_view(snapshot: Snapshot, selection: Selection, *, brief: bool = False) -> NeuronView:
    """Return the selected neuron's weights, and its sum written out for the selected sample.

    Args:
        snapshot: What there is to see.
        selection: Which neuron.
        brief: Whether the sum has little room.
    """
    assert snapshot.probe is not None
    computed, layer, neuron = snapshot.probe.computed, selection.layer, selection.neuron
    program = computed.program
    weights = computed.tensors[program.weights_of(layer).name][:, neuron]
    reads, sums = program.reads_of(layer), program.find_one(Role.PRE_ACTIVATION, layer)
    inputs = computed.tensors[reads.name][0]
    terms = computed.explain(sums.name, (0, neuron))
    source = "x" if reads.role is Role.INPUT else reads.symbol
    shape = input_shape(snapshot, layer)
    bars, parts = term_bars(
        terms, lambda part: term_label(sums.name, part, program, str), brief=brief
    )
    sum_name = format_element(sums, (neuron,))
    return NeuronView(
        title=f"layer {layer}, neuron {neuron}",
        weights=weights.reshape(shape),
        products=(weights * inputs).reshape(shape),
        weights_title=f"w: neuron {neuron} of layer {layer}",
        products_title=f"w ⊙ {source}: what it sees",
        equation=f"{sum_name}{'' if brief else f' = Σ w·{source} + b'} = {figure(terms.total, 4)}",
        bars=bars,
        parts=parts,
        places=[_place(part, reads, shape) for part in parts],
    )


def input_shape(snapshot: Snapshot, layer: int) -> tuple[int, int]:
    """Return the shape in which what a layer looks at is drawn: the image, or a grid."""
    if layer == 1:
        return PIXELS, PIXELS
    return grid_shape(snapshot.program.network.sizes[layer - 1])


def most_lines(heights: list[int], room: int) -> int:
    """Return how many lines a layer's picture may take, for all of them to have room.

    Args:
        heights: Lines that each layer's picture would take.
        room: Lines there are, for the pictures and two more for each layer.
    """
    for most in range(_MOST_LINES, 1, -1):
        if sum(min(height, most) + 2 for height in heights) <= room:
            return most
    return 1


def _range(values: Array) -> str:
    if values.size == 1:
        return figure(float(values[0]))
    return f"{figure(float(values.min()), 2)}…{figure(float(values.max()), 2)}"


def _place(term: Term, reads: Tensor, shape: tuple[int, int]) -> tuple[int, int] | None:
    """Return where in the pictures a term's input stands; None for the bias."""
    first = term.factors[0]
    return divmod(first.index[1], shape[1]) if first.name == reads.name else None
