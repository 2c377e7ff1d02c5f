"""What if: a change, and what the network says of a sample before it and after it."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_nn.errors import TuiNNError
from tui_nn.nn.tensor import Role
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Probe


class WhatIfResult(NamedTuple):
    """What a change did to one sample.

    Attributes:
        before: The sample's probe before it.
        after: The same after it.
    """

    before: Probe
    after: Probe


def try_change(
    session: Session,
    image: NDArray[np.uint8],
    label: int | None,
    change: Callable[[Session], None],
) -> WhatIfResult:
    """Make a change, and return what it did to a sample.

    Args:
        session: What to change.
        image: A sample, as its data set has it.
        label: The true digit, or None if unknown.
        change: What to do.
    """
    before = session.probe(image, label)
    change(session)
    return WhatIfResult(before, session.probe(image, label))


def silence(session: Session, layer: int, neuron: int) -> None:
    """Silence a neuron: set its outgoing weights to 0.

    Raises:
        TuiNNError: It is an output, which has no outgoing weights; or there is none such.
    """
    depth = session.program.network.depth
    if layer > depth:
        raise TuiNNError(f"there is no neuron {neuron} in layer {layer}: it has {depth} layers")
    if layer == depth:
        raise TuiNNError(
            f"neuron {neuron} of layer {layer} is an output: it has no outgoing weights"
        )
    if session.program.reads_of(layer + 1).role is Role.RESHAPED:
        raise TuiNNError(f"the maps of layer {layer} are flattened: they cannot be silenced")
    session.set_parameter(session.program.weights_of(layer + 1).name, (neuron,), 0.0)
