"""A guess at what somebody did: which mistakes, where, and what they leave unexplained."""

from msgspec import Struct
from msgspec.structs import replace

from tui_nn.nn.tensor import Array

AGAIN = 0.01  # what the same mistake costs in another layer, beside 1 in the first


class Suspect(Struct, frozen=True):
    """A mistake in one place.

    Attributes:
        name: Its name in the table; "" for a factor that no mistake has.
        layer: The layer whose line is wrong.
        array: The gradient that it spoils; "" for all from that layer's δ on.
        rate: η, where it was solved for.
        factor: By how much everything is too large, where that was solved for.
    """

    name: str
    layer: int
    array: str = ""
    rate: float | None = None
    factor: float | None = None

    def spoils(self, array: str, layer: int) -> bool:
        """Return whether a gradient of a layer depends on what it got wrong."""
        return array == self.array if self.array else layer <= self.layer


class Guess(Struct, frozen=True, eq=False):
    """What somebody may have done down to a layer.

    Attributes:
        delta: δ of the layer in hand, as it is with these mistakes.
        suspects: The mistakes.
        unexplained: Gradients that they do not lead to.
    """

    delta: Array
    suspects: tuple[Suspect, ...] = ()
    unexplained: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Which mistakes, each once."""
        return tuple(dict.fromkeys(each.name for each in self.suspects))

    @property
    def cost(self) -> tuple[int, float]:
        """How bad it is: what is left unexplained, then how many mistakes it takes."""
        return len(self.unexplained), len(self.names) + AGAIN * len(self.suspects)

    def suspecting(self, *suspects: Suspect, unexplained: tuple[str, ...] = ()) -> "Guess":
        """Return the guess with more mistakes."""
        return replace(
            self,
            suspects=(*self.suspects, *suspects),
            unexplained=(*self.unexplained, *unexplained),
        )
