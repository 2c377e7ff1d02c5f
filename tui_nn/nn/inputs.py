"""The tensors that are loaded before a step: pixels, labels and the weights of samples."""

import math

from tui_nn.nn.tensor import Axis, Role, Shape, Tensor

ORIGINAL, A0, Y, W = "original", "a0", "y", "w"
_VECTOR = (Axis.SAMPLE, Axis.INPUT)


def raw_input(shape: Shape) -> Tensor:
    """Return the images before they are distorted."""
    return Tensor(ORIGINAL, Role.INPUT, layer=0, axes=_VECTOR, shape=(math.prod(shape),))


def network_input(shape: Shape) -> Tensor:
    """Return a0, what the network is given, one vector a sample: formulas call it x."""
    return Tensor(A0, Role.INPUT, "x", layer=0, axes=_VECTOR, shape=(math.prod(shape),))


def labels(shape: Shape) -> Tensor:
    """Return y, the targets of the outputs."""
    return Tensor(Y, Role.LABEL, axes=(Axis.SAMPLE, Axis.UNIT), shape=shape)


def sample_weights() -> Tensor:
    """Return w, how much each sample counts."""
    return Tensor(W, Role.SAMPLE_WEIGHT, axes=(Axis.SAMPLE,))
