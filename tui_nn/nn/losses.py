"""The losses, each with the outputs that it goes with. A new one is a row of ``LOSSES``."""

from collections.abc import Callable, Mapping

import numpy as np
from msgspec import Struct

from tui_nn.nn.operation import Operation
from tui_nn.nn.operations.loss import binary_cross_entropy, cross_entropy, quadratic
from tui_nn.nn.operations.mean import BatchMean
from tui_nn.nn.operations.output_delta import output_delta, quadratic_delta
from tui_nn.nn.tensor import Array, Tensor


class Head(Struct, frozen=True):
    """A loss for one kind of output.

    Attributes:
        loss: Makes the operation: output, labels, mean.
        delta: Makes the δ with which the backward pass begins: z, p, y, weights.
        guessing: The loss of a network that always says how often each class occurs, given
            these shares.
    """

    loss: Callable[[Operation, Tensor, BatchMean], Operation]
    delta: Callable[[Tensor, Tensor, Tensor, Tensor | None], Operation]
    guessing: Callable[[Array], float]


class Loss(Struct, frozen=True):
    """What training minimises.

    Attributes:
        name: As recipes spell it.
        heads: How it is computed, by the name of the output that it goes with.
        summary: What it is, for the form.
    """

    name: str
    heads: Mapping[str, Head]
    summary: str


def _entropy(shares: Array) -> float:
    logs = np.log(shares, where=shares > 0, out=np.zeros_like(shares))
    return float(-np.sum(shares * logs))


def _binary_entropy(shares: Array) -> float:
    return _entropy(shares) + _entropy(1 - shares)


def _variance(shares: Array) -> float:
    return float(np.sum(shares * (1 - shares)) / 2)


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss(
            "cross-entropy",
            {
                "softmax": Head(cross_entropy, output_delta, _entropy),
                "sigmoid": Head(binary_cross_entropy, output_delta, _binary_entropy),
            },
            "−log of what the truth was given: being sure and wrong costs most",
        ),
        Loss(
            "quadratic",
            {"sigmoid": Head(quadratic, quadratic_delta, _variance)},
            "½·Σ(a − y)², for sigmoid outputs: one that is sure and wrong is flat, "
            "and hardly learns",
        ),
    )
}
