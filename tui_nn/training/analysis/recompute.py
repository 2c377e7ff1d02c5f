"""Computes a step again in float64, in buffers of its own: the session is not changed."""

import numpy as np
from msgspec.structs import replace

from tui_nn.errors import TuiNNError
from tui_nn.nn.operation import StepContext, run
from tui_nn.nn.program import Program
from tui_nn.nn.state import State
from tui_nn.nn.tensor import Arrays
from tui_nn.training.session.snapshot import Computed, Snapshot


def current_step(snapshot: Snapshot) -> Computed:
    """Return the step whose gradient can be checked: the current one, or the one before.

    Raises:
        TuiNNError: No step has begun yet, or what it started from was not kept.
    """
    if snapshot.shown_step is None:
        raise TuiNNError("this step is not computed yet: press n or b first")
    computed = snapshot.computed
    updated = computed.done > len(snapshot.program.differentiating)
    if updated and computed.before is computed.tensors:
        raise TuiNNError("this run did not keep the parameters from before the update")
    return computed


def in_float64(program: Program, computed: Computed) -> Arrays:
    """Compute a step again up to its update, from the parameters and slots that it read.

    Returns:
        Every tensor in float64: those of forward, loss and backward computed, those of the
        update not yet. Of a batch in chunks they are of the last chunk, ``without_earlier_chunks``.
    """
    shapes = {name: each.shape for name, each in program.kept.items()}
    state = State(shapes, np.float64)
    for name, kept in state.tensors.items():
        kept[...] = computed.before[name]
    size = len(computed.context.indices)
    tensors = program.workspace(state, size).rows(size)
    for name in program.inputs:
        tensors[name][...] = computed.before[name]
    with np.errstate(all="ignore"):
        run(program.differentiating, tensors, without_earlier_chunks(computed.context))
    return tensors


def without_earlier_chunks(context: StepContext) -> StepContext:
    """Return the context of a step whose batch is only the rows that there are.

    Of a batch in chunks, only the last one is still in memory.
    """
    return replace(context, samples=0)
