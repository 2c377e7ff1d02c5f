"""One neuron taken apart: its weights, what they see, and its sum written out."""

import numpy as np
from msgspec import Struct

from screens.forward.progress import is_computed, is_next
from screens.inspect.maps import as_picture, index_at, largest_of, place_at
from screens.inspect.selection import Selection
from screens.inspect.terms import term_bars, term_label
from screens.shapes.bar import Bar
from screens.shapes.format import figure
from tui_nn.nn.explain import Factor, Index, Term, Terms, format_element
from tui_nn.nn.tensor import Array, Role, Tensor
from tui_nn.training.session.snapshot import Snapshot


class NeuronView(Struct, frozen=True, eq=False):
    """One neuron, taken apart.

    Attributes:
        title: Which neuron it is.
        weights: Its weights, in the shape of what it looks at.
        products: Each weight times what it weighs; None before its sum is computed.
        weights_title: What ``weights`` are.
        products_title: What ``products`` are.
        equation: z = Σ w·x + b with its numbers.
        bars: The terms of that sum, largest first.
        parts: The terms that the first bars are of.
        places: Where in the pictures each of them comes from, or None.
    """

    title: str
    weights: Array
    products: Array | None
    weights_title: str
    products_title: str
    equation: str
    bars: list[Bar]
    parts: tuple[Term, ...]
    places: list[tuple[int, int] | None]


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
    weights = computed.tensors[program.weights_of(layer).name][..., neuron]
    reads, sums = program.reads_of(layer), program.find_one(Role.PRE_ACTIVATION, layer)
    source = "x" if reads.role is Role.INPUT else reads.symbol
    at = largest_of(computed.tensors[sums.name][0], neuron)
    sum_name = format_element(sums, at)
    sum_words = f"{sum_name}{'' if brief else f' = Σ w·{source} + b'}"
    kind = "map" if len(at) > 1 else "neuron"
    products, bars, parts = None, list[Bar](), tuple[Term, ...]()
    if is_computed(snapshot, sums):
        terms = computed.explain(sums.name, (0, *at))
        products = as_picture(_products(weights, terms, program.weights_of(layer)))
        bars, parts = term_bars(
            terms, lambda part: term_label(sums.name, part, program, str), brief=brief
        )
        equation = f"{sum_words} = {figure(terms.total, 4)}"
    else:
        equation = f"{sum_words}: {'next' if is_next(snapshot, sums) else 'not computed yet'}"
    return NeuronView(
        title=f"layer {layer}, {kind} {neuron}",
        weights=as_picture(weights),
        products=products,
        weights_title=f"w: {kind} {neuron} of layer {layer}",
        products_title=f"w ⊙ {source}: what it sees",
        equation=equation,
        bars=bars,
        parts=parts,
        places=[_place(part, program.weights_of(layer)) for part in parts],
    )


def made_of(snapshot: Snapshot, selection: Selection) -> tuple[object, ...]:
    """Return all that the view of a neuron depends on."""
    assert snapshot.probe is not None
    computed = snapshot.probe.computed
    sums = computed.program.find_one(Role.PRE_ACTIVATION, selection.layer)
    state = is_computed(snapshot, sums), is_next(snapshot, sums)
    tensors = (*computed.program.writer[sums.name].reads, sums)
    arrays = (computed.tensors[each.name] for each in tensors)
    return (computed.program, selection.layer, selection.neuron, *state, *arrays)


def _products(weights: Array, terms: Terms, tensor: Tensor) -> Array:
    """Return what each weight brings to a sum; those beside a map's edge bring nothing."""
    products = np.zeros_like(weights)
    for part in terms.parts:
        if (weight := _weight(part, tensor)) is not None:
            products[weight.index[:-1]] = part.value
    return products


def _weight(part: Term, tensor: Tensor) -> Factor | None:
    for each in part.factors:  # sooner than a generator: a digit has 784 parts
        if each.name == tensor.name:
            return each
    return None


def input_words(snapshot: Snapshot, selection: Selection, place: tuple[int, int] | None) -> str:
    """Return which input a place of the pictures is, with its value and its weight.

    A pixel goes by its row and column, beside its number among all of them.
    """
    assert snapshot.probe is not None
    program, tensors = snapshot.probe.computed.program, snapshot.probe.computed.tensors
    layer, neuron = selection.layer, selection.neuron
    reads, weights = program.reads_of(layer), program.weights_of(layer)
    if place is None:
        return ""
    number = index_at(weights.shape[:-1], place)
    element: Index = (*number, neuron)
    weight = figure(float(tensors[weights.name][element]))
    if len(number) > 1:
        return f"{format_element(weights, element)} = {weight}"
    value = figure(float(tensors[reads.name][0, *number]))
    name = format_element(reads, number)
    if reads.role is Role.INPUT:
        at = f"pixel ({place[0]},{place[1]}) = " if reads.picture else ""
        name = f"{at}x[{number[0]}]"
    elif not is_computed(snapshot, reads):
        value = "to come"
    return f"{name} = {value} · {format_element(weights, element)} = {weight}"


def _place(term: Term, weights: Tensor) -> tuple[int, int] | None:
    """Return where in the pictures a term's weight stands; None for the bias."""
    weight = _weight(term, weights)
    return place_at(weights.shape[:-1], weight.index[:-1]) if weight else None
