"""Operations that move a window over pictures: what it stands on at each of its positions."""

from typing import NamedTuple

from msgspec import Struct

from tui_nn.nn.layers.conv2d import Convolve, KernelGradient
from tui_nn.nn.layers.pooling import AveragePool, MaxPool
from tui_nn.nn.layers.window import Window
from tui_nn.nn.operation import Operation
from tui_nn.nn.tensor import Tensor


class Region(NamedTuple):
    """A rectangle of a picture, its ends included."""

    top: int
    left: int
    bottom: int
    right: int


class Windowed(Struct, frozen=True):
    """An operation whose window moves over a picture.

    Attributes:
        window: The window.
        picture: What it moves over, [B, C, H, W].
        places: What has an element for each of its positions, [B, O, H′, W′]: what the operation
            writes, or the error there.
        kernel: The weights that are laid on what is under it, if there are any.
        gradient: What is added up over the positions instead, if that is what it computes.
        has_largest: Whether the largest number under it wins.
    """

    window: Window
    picture: Tensor
    places: Tensor
    kernel: Tensor | None = None
    gradient: Tensor | None = None
    has_largest: bool = False

    @property
    def mixes(self) -> bool:
        """Whether each map of the result is made of all maps of the picture."""
        return self.kernel is not None or self.gradient is not None

    @property
    def count(self) -> int:
        """How many positions there are."""
        return self.places.shape[1] * self.places.shape[2]

    def place(self, position: int) -> tuple[int, int]:
        """Return the row and column of a position."""
        return divmod(position % self.count, self.places.shape[2])

    def region(self, row: int, column: int) -> Region | None:
        """Return what is under the window at a position; None where that is only padding."""
        seen = [*self.window.seen_at(row, column, self.picture.shape)]
        if not seen:
            return None
        return Region(seen[0][2], seen[0][3], seen[-1][2], seen[-1][3])


def windowed(operation: Operation) -> Windowed | None:
    """Return how an operation's window moves; None for one that has none to follow."""
    kernel = operation.kernel
    match kernel:
        case Convolve():
            return Windowed(kernel.window, kernel.a, kernel.z, kernel=kernel.W)
        case KernelGradient():
            return Windowed(kernel.window, kernel.a, kernel.delta, gradient=kernel.dW)
        case MaxPool():
            return Windowed(kernel.window, kernel.a, kernel.s, has_largest=True)
        case AveragePool():
            return Windowed(kernel.window, kernel.a, kernel.s)
    return None
