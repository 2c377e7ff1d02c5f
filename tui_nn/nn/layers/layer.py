"""What every layer of a network has to say about itself."""

from collections.abc import Callable
from typing import Protocol

from msgspec import Struct

from tui_nn.nn.method import Method
from tui_nn.nn.operation import Operation
from tui_nn.nn.tensor import Axis, Kept, Parameter, Role, Shape, Tensor


class Place(Struct, frozen=True):
    """Where a layer stands in a network.

    Attributes:
        number: The number in its tensors' names: dense layers and convolutions are counted from
            1, and what follows one of them, such as its activation, has the same number.
        position: Its index among all layers, as ``torch.nn.Sequential`` counts them.
        inputs: The shape of one sample of what it reads.
    """

    number: int
    position: int
    inputs: Shape


class Connected(Struct, frozen=True):
    """A layer in a program: its operations, forward and backward.

    Attributes:
        output: The tensor that the next layer reads.
        forward: What computes it.
        adjoint: Given ∂L/∂output, the operations up to the one that computes ∂L/∂input.
        gradients: Given ∂L/∂output, the operations that compute the parameters' gradients.
        following: The updates of what the layer keeps and does not learn.
    """

    output: Tensor
    forward: tuple[Operation, ...]
    adjoint: Callable[[Tensor], tuple[Operation, ...]]
    gradients: Callable[[Tensor], tuple[Operation, ...]] = lambda _: ()
    following: tuple[Operation, ...] = ()


class Layer(Protocol):
    """A layer of a network. It knows nothing of its neighbours."""

    @property
    def numbered(self) -> bool:
        """Whether it is counted: its units are a layer's, and not those of the layer before."""
        ...

    def output_shape(self, inputs: Shape) -> Shape:
        """Return the shape of one sample of its output, given that of its input.

        Raises:
            ValueError: It cannot read inputs of this shape.
        """
        ...

    def parameters(self, place: Place) -> tuple[Parameter, ...]:
        """Return what it learns."""
        ...

    def statistics(self, place: Place) -> tuple[Kept, ...]:
        """Return what it keeps from step to step and does not learn."""
        ...

    def connect(self, place: Place, inputs: Tensor, method: Method) -> Connected:
        """Return its operations, given the tensor that it reads."""
        ...


class Following(Struct, frozen=True):
    """What follows a numbered layer and keeps nothing: an activation, a pooling, a new shape."""

    @property
    def numbered(self) -> bool:
        return False

    def parameters(self, place: Place) -> tuple[Parameter, ...]:
        return ()

    def statistics(self, place: Place) -> tuple[Kept, ...]:
        return ()


class Numbered(Struct, frozen=True):
    """A layer that is counted; what it keeps it learns."""

    @property
    def numbered(self) -> bool:
        return True

    def statistics(self, place: Place) -> tuple[Kept, ...]:
        return ()


def make_bias(place: Place, units: int) -> Parameter:
    """Return b [units], which begins at 0."""
    return Parameter(
        name=f"b{place.number}",
        role=Role.BIAS,
        layer=place.number,
        axes=(Axis.UNIT,),
        shape=(units,),
        torch_name=f"{place.position}.bias",
        torch_axes=(0,),
    )
