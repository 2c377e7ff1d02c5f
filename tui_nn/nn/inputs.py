"""The tensors that are loaded before a step: pixels, labels and the weights of samples."""

import math

from tui_nn.nn.tensor import Axis, Role, Shape, Tensor

ORIGINAL, A0, Y, W = "original", "a0", "y", "w"
_VECTOR = (Axis.SAMPLE, Axis.INPUT)


def raw_input(shape: Shape, picture: Shape = ()) -> Tensor:
    """Return the images before they are distorted."""
    size = (math.prod(shape),)
    return Tensor(ORIGINAL, Role.INPUT, layer=0, axes=_VECTOR, shape=size, picture=picture)


def network_input(shape: Shape, picture: Shape = ()) -> Tensor:
    """Return a0, what the network is given, one vector a sample: formulas call it x.

    Args:
        shape: Of a sample.
        picture: Rows and columns of a sample that is one.
    """
    size = (math.prod(shape),)
    return Tensor(A0, Role.INPUT, "x", layer=0, axes=_VECTOR, shape=size, picture=picture)


def labels(shape: Shape) -> Tensor:
    """Return y, the targets of the outputs."""
    return Tensor(Y, Role.LABEL, axes=(Axis.SAMPLE, Axis.UNIT), shape=shape)


def sample_weights() -> Tensor:
    """Return w, how much each sample counts."""
    return Tensor(W, Role.SAMPLE_WEIGHT, axes=(Axis.SAMPLE,))
