"""Which number is selected in the pictures of the Forward screen."""

from screens.forward.progress import is_computed
from screens.inspect.maps import index_at, largest_of, picture_shape
from screens.inspect.subject import Scene, Source, Target
from screens.widgets.cursor import clamp
from tui_nn.nn.tensor import Role, Tensor

Place = tuple[int, int]


def sum_of_neuron(scene: Scene) -> Target:
    """Return the selected neuron's sum."""
    program = scene.snapshot.program
    return of_neuron(scene, program.find_one(Role.PRE_ACTIVATION, scene.selection.layer))


def said_by_neuron(scene: Scene) -> Target:
    """Return what the selected neuron says."""
    return of_neuron(scene, scene.snapshot.program.says_of(scene.selection.layer))


def of_neuron(scene: Scene, tensor: Tensor) -> Target:
    """Return the selected neuron's number in a tensor; of a map, its largest."""
    probe, neuron = scene.snapshot.probe, scene.selection.neuron
    assert probe is not None
    values = probe.computed.tensors[tensor.name][0]
    return Target(Source.PROBE, tensor.name, (0, *largest_of(values, neuron)))


def of_output(scene: Scene, index: int) -> Target:
    """Return a probability."""
    program = scene.snapshot.program
    output = min(index, program.network.units[-1] - 1)
    return Target(Source.PROBE, program.output.name, (0, output))


def neuron_at(scene: Scene, layer: int, place: Place, *, says: bool) -> int:
    """Return the neuron at a place of a layer's picture.

    Args:
        scene: What is seen.
        layer: The layer.
        place: Row and column.
        says: Whether it is the picture of what neurons say; else of their sums.
    """
    program = scene.snapshot.program
    tensor = program.says_of(layer) if says else program.find_one(Role.PRE_ACTIVATION, layer)
    return index_at(tensor.shape, place)[0]


def weight_at(scene: Scene, cursor: Place | None) -> Target | None:
    """Return the selected neuron's weight at a place of its picture."""
    weights = scene.snapshot.program.weights_of(scene.selection.layer)
    place = _input_at(scene, cursor)
    if place is None:
        return None
    return Target(Source.PROBE, weights.name, (*place, scene.selection.neuron), read=True)


def input_at(scene: Scene, cursor: Place | None) -> Target | None:
    """Return what the selected neuron reads at a place of its picture, once it is computed."""
    reads = scene.snapshot.program.inference.reads_of(scene.selection.layer)
    place = _input_at(scene, cursor)
    if place is None or len(place) > 1 or not is_computed(scene.snapshot, reads):
        return None
    return Target(Source.PROBE, reads.name, (0, *place), read=True)


def _input_at(scene: Scene, cursor: Place | None) -> tuple[int, ...] | None:
    """Return the index of an input; what is drawn may still be of another layer."""
    inputs = scene.snapshot.program.weights_of(scene.selection.layer).shape[:-1]
    within = cursor and clamp(cursor, picture_shape(inputs))
    return None if within is None else index_at(inputs, within)
