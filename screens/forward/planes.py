"""What the network, and each of its neurons, computes over the plane."""

from collections.abc import Sequence
from math import prod

import numpy as np

from screens.inspect.initial import has_initial_weights
from screens.inspect.plane import mark_names
from screens.inspect.predictions import said_words
from screens.inspect.selection import Selection
from screens.shapes.format import MINUS, counted, figure, signed
from screens.shapes.plane import (
    HEADROOM,
    Field,
    Frame,
    Place,
    PlaneGroup,
    PlaneLegend,
    edge_between,
    factors_within,
    field_scale,
)
from screens.shapes.scale import Scale
from tui_nn.data.task import THRESHOLD, Task
from tui_nn.nn.explain import format_element
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Array, Arrays, Role, Tensor
from tui_nn.training.analysis.plane import forward
from tui_nn.training.session.snapshot import Probe, Snapshot

_MOST_POINTS = 8192
_PRODUCTS = 30_000_000  # that one frame may take
MOST_NEURONS = 64  # of a layer that have pictures; those of more would be felt
_FLAT = 1e-12  # a reach below which there is nothing to see


def decision(snapshot: Snapshot, frame: Frame, rows: int, columns: int, output: int) -> Field:
    """Return what the network says over the plane, with the boundary between its answers.

    Args:
        snapshot: With which parameters.
        frame: Which part of the plane.
        rows: Of values in the picture.
        columns: Likewise; a large network is computed at fewer places.
        output: Which of the outputs, where they are numbers.
    """
    program, task = snapshot.program.inference, snapshot.recipe.task
    factors = factors_within(rows, columns, _points_within(program))
    tensors = forward(snapshot, frame.grid(rows, columns, factors))
    shape = -(-rows // factors[0]), -(-columns // factors[1])
    field = _answers(task, tensors[program.output.name], shape, output)
    return field.enlarged(rows, columns, factors)


def _points_within(program: Program) -> int:
    """Return at how many points a network may be computed for each frame."""
    weights = sum(prod(each.shape) for each in program.network.parameters)
    return min(_MOST_POINTS, max(_PRODUCTS // weights, 1))


def _answers(task: Task, outputs: Array, shape: Place, output: int) -> Field:
    """Return outputs, [points, outputs], as a field."""
    if task.is_numeric:
        values = outputs[:, output].reshape(shape)
        return Field(values, _scale_of(values), np.zeros(shape, np.bool_))
    if task.is_binary:
        values = (outputs[:, 0] - THRESHOLD).reshape(shape)
        return Field(values, field_scale(THRESHOLD), edge_between(values > 0, np.abs(values)))
    ordered = np.sort(outputs, axis=1)
    classes = outputs.argmax(axis=1).reshape(shape)
    lead = (ordered[:, -1] - ordered[:, -2]).reshape(shape)
    sure = outputs.max(axis=1).reshape(shape)
    least = 1 / outputs.shape[1]
    scale = Scale("sequential", 1.0, least)
    return Field(sure, scale, edge_between(classes, lead), classes)


def _scale_of(values: Array) -> Scale:
    """Return how numbers are coloured: by sign where both occur, else from the least on."""
    finite = values[np.isfinite(values)]
    low, high = float(finite.min(initial=np.inf)), float(finite.max(initial=-np.inf))
    if low < 0 < high or not finite.size:
        return field_scale(_reach(values))
    return Scale("sequential", high, low)


def _reach(values: Array) -> float:
    """Return how far from 0 the finite ones of some values go."""
    finite = values[np.isfinite(values)]
    return float(np.abs(finite).max(initial=_FLAT))


def decision_legend(task: Task, output: int, scale: Scale) -> PlaneLegend:
    """Return what the colours and marks of the decision picture mean."""
    if task.is_numeric:
        is_signed, name = scale.kind == "signed", task.names[output]
        high = scale.limit / HEADROOM if is_signed else scale.limit
        low = -high if is_signed else scale.low
        return PlaneLegend((), (f"{name} {figure(low)}", "0" if is_signed else "…", figure(high)))
    if task.is_binary:
        no, yes = task.names
        return PlaneLegend(mark_names(task.form), (f"{no} 0", figure(THRESHOLD), f"1 {yes}"))
    return PlaneLegend(mark_names(task.form))


def decision_title(task: Task, output: int) -> str:
    """Return what the decision picture is."""
    if task.is_numeric:
        return f"the output {task.names[output]} over the plane"
    if task.is_binary:
        return f"p over the plane: is it {task.asked}?"
    return "the likeliest class over the plane"


def answer_forms(snapshot: Snapshot, probe: Probe, whose: str) -> Sequence[str]:
    """Return what the network says of a point, the longest first."""
    if not np.isfinite(probe.probabilities).all():
        return [f"{whose}: p is not finite", "p is not finite"]
    said = said_words(probe)
    if has_initial_weights(snapshot):
        return [f"{whose}: guesses {said}", f"guesses {said}"]
    words = f"says {said}"
    if probe.truth is not None and not probe.task.is_numeric:
        words += f", {'right' if probe.said == probe.truth else 'wrong'}"
    return [f"{whose}: {words}", words.capitalize()]


# What each neuron computes


def shown_layers(program: Program) -> list[int]:
    """Return the layers whose neurons have pictures.

    Of a single output there is one already; but a network that is a single neuron has that one.
    """
    network = program.network
    has_outputs = network.units[-1] > 1 or network.depth == 1
    return list(range(1, network.depth + has_outputs))


def layer_planes(
    snapshot: Snapshot, frame: Frame, rows: int, columns: int, probe: Probe
) -> list[PlaneGroup]:
    """Return what every hidden neuron computes over the plane, and every output of several.

    Args:
        snapshot: With which parameters.
        frame: Which part of the plane.
        rows: Of values in a picture.
        columns: Likewise.
        probe: The point whose activations are written under the pictures.
    """
    program = snapshot.program.inference
    tensors = forward(snapshot, frame.grid(rows, columns))
    return [
        _layer(program, tensors, layer, (rows, columns), probe) for layer in shown_layers(program)
    ]


def _layer(program: Program, tensors: Arrays, layer: int, shape: Place, probe: Probe) -> PlaneGroup:
    says, sums = program.says_of(layer), program.find_one(Role.PRE_ACTIVATION, layer)
    a, z = (tensors[each.name][:, :MOST_NEURONS] for each in (says, sums))
    here = probe.computed.tensors[says.name][0]
    middle, neurons = _middle(program, layer), range(a.shape[1])
    values, over = (each.T.reshape(-1, *shape) for each in (a - middle, z))
    edge = np.zeros(values.shape, np.bool_)
    if _has_lines(program, layer):
        edge = edge_between(over > 0, np.abs(over))
    reach = _reach(values)
    fields = Field(values, field_scale(reach), edge)
    captions = [_captions(_name(program, probe.task, layer, n), float(here[n])) for n in neurons]
    return PlaneGroup(_headings(program, says, sums, layer, reach), fields, captions)


def _captions(name: str, value: float) -> Sequence[str]:
    """Return which neuron it is, with its activation at the point looked at, the longest first."""
    return [*(f"{name} {signed(value, digits)}" for digits in (3, 2, 1)), name]


def _name(program: Program, task: Task, layer: int, neuron: int) -> str:
    return task.names[neuron] if layer == program.network.depth else str(neuron)


def _has_lines(program: Program, layer: int) -> bool:
    """Return whether the neurons of a layer see the plane itself, and so divide it by a line."""
    return layer == 1 < program.network.depth


def _middle(program: Program, layer: int) -> float:
    """Return the activation where the sum is 0: what is more is orange, what is less blue."""
    if layer == program.network.depth:
        return 0.0
    at = np.zeros(1)
    program.network.activation(layer).function(at, at)
    return float(at[0])


def _headings(
    program: Program, says: Tensor, sums: Tensor, layer: int, reach: float
) -> Sequence[str]:
    network = program.network
    last, middle = layer == network.depth, _middle(program, layer)
    function = program.method.output if last else network.activation(layer).name
    units = counted(network.units[layer], "output" if last else "neuron")
    if network.units[layer] > MOST_NEURONS:
        units = f"the first {MOST_NEURONS} of {units}"
    what = f"layer {layer}: {says.symbol} of {units}, {function}"
    line = f", line: {sums.symbol} = 0" if _has_lines(program, layer) else ""
    extent = f"{figure(middle) if middle else ''}±{figure(reach, 2)}"
    brief = f"{says.symbol} {extent}"
    return [f"{what}, {extent}{line}", f"{what}, {extent}", what, f"{brief}{line}", brief]


def neuron_title(snapshot: Snapshot, selection: Selection) -> Sequence[str]:
    """Return what the selected neuron computes, the longest first."""
    program, layer, neuron = snapshot.program.inference, selection.layer, selection.neuron
    if not _has_lines(program, layer):
        symbol = format_element(program.says_of(layer), (0, neuron))
        return [f"what each neuron computes: enter explains {symbol}", "what each neuron computes"]
    sums, kept = program.find_one(Role.PRE_ACTIVATION, layer), snapshot.computed.tensors
    weights = kept[program.weights_of(layer).name][:, neuron]
    bias = program.find(Role.BIAS, layer)
    terms = [f"{figure(float(each))}·x[{i}]" for i, each in enumerate(weights)]
    terms += [] if bias is None else [figure(float(kept[bias.name][neuron]))]
    total = " + ".join(terms).replace(f"+ {MINUS}", f"{MINUS} ")
    words = f"{sums.symbol}[{neuron}] = {total}"
    return [f"{words}: 0 on its line", words]
