"""A step computed once more, in float64 and in buffers of its own: the session is not touched."""

import numpy as np

from tui_nn.errors import TuiNNError
from tui_nn.nn.operation import run
from tui_nn.nn.program import Program
from tui_nn.nn.tensors import State, Tensors
from tui_nn.training.snapshot import Computed, Snapshot


def step_in_hand(snapshot: Snapshot) -> Computed:
    """Return the step whose gradient there is to look at: the batch in hand, or the step before.

    Raises:
        TuiNNError: No step has begun yet, or what it started from was not kept.
    """
    if snapshot.shown_step is None:
        raise TuiNNError("there is no step yet: press n or b first")
    computed = snapshot.computed
    updated = computed.done > len(snapshot.program.differentiating)
    if updated and computed.before is computed.tensors:
        raise TuiNNError("this run did not keep the parameters from before the update")
    return computed


def in_float64(program: Program, computed: Computed) -> Tensors:
    """Compute a step again up to its update, from the parameters that it read.

    Returns:
        Every tensor of forward, loss and backward in float64.
    """
    state = State(program.network.shapes, np.float64)
    for name, parameter in state.tensors.items():
        parameter[...] = computed.before[name]
    size = len(computed.context.indices)
    tensors = program.workspace(state, size, program.differentiating).rows(size)
    # Of a batch in chunks this is the last one alone: what went before it is not here any more.
    for name in program.inputs:
        tensors[name][...] = computed.before[name]
    with np.errstate(all="ignore"):
        run(program.differentiating, tensors, computed.context)
    return tensors
