"""What every layer of a network has to say about itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tui_nn.nn.method import Method
from tui_nn.nn.operation import Operation
from tui_nn.nn.tensor import Parameter, Shape, Tensor


@dataclass(frozen=True)
class Place:
    """Where a layer stands in a network.

    Attributes:
        number: The number in its tensors' names: layers with parameters are counted from 1, and
            what follows one of them, such as its activation, has the same number.
        position: Its index among all layers, as ``torch.nn.Sequential`` counts them.
        inputs: The shape of one sample of what it reads.
    """

    number: int
    position: int
    inputs: Shape


@dataclass(frozen=True)
class Connected:
    """A layer in a program: its operations, forward and backward.

    Attributes:
        output: The tensor that the next layer reads.
        forward: What computes it.
        adjoint: Given ∂L/∂output, the operation that computes ∂L/∂input.
        gradients: Given ∂L/∂output, the operations that compute the parameters' gradients.
    """

    output: Tensor
    forward: tuple[Operation, ...]
    adjoint: Callable[[Tensor], Operation]
    gradients: Callable[[Tensor], tuple[Operation, ...]] = lambda _: ()


class Layer(Protocol):
    """A layer of a network. It knows nothing of its neighbours."""

    def output_shape(self, inputs: Shape) -> Shape:
        """Return the shape of one sample of its output, given that of its input.

        Raises:
            ValueError: It cannot read inputs of this shape.
        """
        ...

    def parameters(self, place: Place) -> tuple[Parameter, ...]:
        """Return what it learns."""
        ...

    def connect(self, place: Place, inputs: Tensor, method: Method) -> Connected:
        """Return its operations, given the tensor that it reads."""
        ...
