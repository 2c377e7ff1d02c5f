"""A network at points that no data set has: the same program, with a snapshot's parameters."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_nn.nn.operation import Phase, run
from tui_nn.nn.state import State
from tui_nn.nn.tensor import Array, Arrays
from tui_nn.training.session.observer import Copies, take_through
from tui_nn.training.session.snapshot import Probe, Snapshot

Point = tuple[float, float]


def parameters(snapshot: Snapshot) -> dict[str, Array]:
    """Return what a forward pass reads that no sample brings along, by name.

    What has not changed since the snapshot before is the same object.
    """
    forward = snapshot.program.inference.phase(Phase.FORWARD)
    written = {name for operation in forward for name in operation.names_written}
    read = {each.name: each for operation in forward for each in operation.reads}
    return {
        name: snapshot.computed.tensors[name]
        for name, tensor in read.items()
        if name not in written and not tensor.batched
    }


def forward(snapshot: Snapshot, points: NDArray[np.float32]) -> Arrays:
    """Take points through the network, all at once, as one batch.

    Args:
        snapshot: With which parameters.
        points: [B, 2].

    Returns:
        Every tensor of the forward pass, with a row for each point.
    """
    program, count = snapshot.program.inference, len(points)
    operations, state = program.phase(Phase.FORWARD), _state(snapshot)
    tensors = program.workspace(state, count, operations).rows(count)
    tensors[program.input.name][...] = points
    with np.errstate(all="ignore"):  # what is not finite is drawn as such
        run(operations, tensors, snapshot.computed.context)
    return tensors


def probe_at(snapshot: Snapshot, point: Point) -> Probe:
    """Take one point through the program as a sample is taken, without a label."""
    return probe_of(snapshot, np.array(point, np.float32))


def probe_of(snapshot: Snapshot, image: NDArray[Any]) -> Probe:
    """Take anything through the program that is in the form of its samples, without a label."""
    program, state = snapshot.program.inference, _state(snapshot)
    tensors = program.workspace(state, 1, program.probing).rows(1)
    with np.errstate(all="ignore"):
        context, scale = snapshot.computed.context, snapshot.dataset.form.scale
        computed = take_through(program, tensors, context, image, None, Copies(), scale)
    return Probe(image, None, computed, snapshot.recipe.task)


def _state(snapshot: Snapshot) -> State:
    """Return a state of its own with the snapshot's parameters."""
    kept = parameters(snapshot)
    first = next(iter(kept.values()))
    state = State({name: array.shape for name, array in kept.items()}, first.dtype.type)
    for name, array in kept.items():
        np.copyto(state.tensors[name], array)
    return state
