"""How a network is trained, as far as it decides which operations a step has."""

from msgspec import Struct


class Method(Struct, frozen=True):
    """Which operations a step has; how large their rates are is said by ``Rates``.

    Attributes:
        output: What the last layer's numbers become: softmax or sigmoid.
        loss: What is minimised: cross-entropy or quadratic.
        optimizer: How a gradient becomes an update.
        dropped: For each hidden layer, whether it has dropout.
        weighted: Whether samples are weighted by their class.
        penalised: Whether large weights are penalised.
        clipped: Whether long gradients are clipped.
        chunked: Whether a batch is computed in several chunks.
        measuring: Whether it is measured, and not trained: batch_norm then goes by its running
            statistics.
    """

    output: str = "softmax"
    loss: str = "cross-entropy"
    optimizer: str = "sgd"
    dropped: tuple[bool, ...] = ()
    weighted: bool = False
    penalised: bool = False
    clipped: bool = False
    chunked: bool = False
    measuring: bool = False

    def drops(self, layer: int) -> bool:
        """Return whether a layer, counted from 1, has dropout."""
        return 0 < layer <= len(self.dropped) and self.dropped[layer - 1]
