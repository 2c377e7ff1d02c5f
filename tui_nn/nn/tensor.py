"""What a tensor is: its name, its symbol, its role in a step, its layer and its shape.

A tensor here is the description; the numbers are NumPy arrays, in a mapping from name to array.
"""

import math
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import force_setattr, replace
from numpy.typing import NDArray

Array = NDArray[Any]
Arrays = Mapping[str, Array]
Shape = tuple[int, ...]

FEW = 16  # numbers of a sample: NumPy spends more on each short loop than in it


class Role(StrEnum):
    """What a tensor is for."""

    INPUT = "input"
    LABEL = "label"
    SAMPLE_WEIGHT = "sample weight"
    WEIGHT = "weight"
    BIAS = "bias"
    PRE_ACTIVATION = "pre-activation"
    ACTIVATION = "activation"
    DROPPED = "activation after dropout"
    POOLED = "pooled map"
    CHOICE = "which won"
    RESHAPED = "the same in another shape"
    STATISTIC = "statistic of the batch"
    RUNNING = "running statistic"
    NORMALIZED = "normalised sum"
    SCALED = "normalised sum, scaled and shifted"
    GAMMA = "scale"
    BETA = "shift"
    DRAW = "random draw"
    MASK = "mask"
    OUTPUT = "output"
    NORMALIZER = "softmax normalizer"
    COST = "cost of an output"
    SAMPLE_LOSS = "loss of a sample"
    LOSS = "loss"
    UNIT_PENALTY = "penalty of a unit"
    PENALTY = "penalty"
    OBJECTIVE = "objective"
    ERROR = "gradient of an activation"
    DELTA = "delta"
    SLOPE = "slope"
    GRADIENT = "gradient"
    CHUNK_SUM = "sum over earlier chunks"
    SQUARES = "sum of squares"
    NORM = "norm"
    SCALE = "clipping factor"
    CLIPPED = "clipped gradient"
    SLOT = "optimizer slot"
    CHANGE = "change"
    STAND_IN = "stands in for another"
    SCRATCH = "scratch"


class Axis(StrEnum):
    """What an axis of an array runs over."""

    SAMPLE = "sample"
    INPUT = "input"
    UNIT = "unit"
    CHANNEL = "channel"
    ROW = "row of a picture"
    COLUMN = "column of a picture"


class Tensor(Struct, frozen=True):
    """One named array of a program.

    Attributes:
        name: As files, breakpoints and journals spell it, such as ``dW2``.
        role: What it is for.
        symbol: As the standard texts write it, such as ``∇W2``; the name by default.
        layer: The layer that it belongs to, from 1; 0 for the inputs, None for no layer.
        of: The tensor whose gradient, slot, change, mask … it is.
        axes: What its axes run over; with ``Axis.SAMPLE`` among them it is batched.
        shape: Its shape without the sample axis.
        dtype: None for the program's own floating type.
        scratch: Whether it only holds intermediate results, and is never shown or copied.
        buffered: Whether it is in memory; if not, it is worked out when somebody looks at it.
        title: A few words that say what it is, where the role does not.
        aliases: Other ways to type its name.
        picture: Rows and columns of the picture that its numbers of one sample make, if they do.
    """

    name: str
    role: Role
    symbol: str = ""
    layer: int | None = None
    of: "Tensor | None" = None
    axes: tuple[Axis, ...] = ()
    shape: Shape = ()
    dtype: type[np.generic] | None = None
    scratch: bool = False
    buffered: bool = True
    title: str = ""
    aliases: tuple[str, ...] = ()
    picture: Shape = ()

    def __post_init__(self) -> None:
        if not self.symbol:
            force_setattr(self, "symbol", self.name)

    def __str__(self) -> str:
        return self.symbol

    @property
    def batched(self) -> bool:
        """Whether it has one entry for each sample of a batch."""
        return Axis.SAMPLE in self.axes

    @property
    def single(self) -> bool:
        """Whether it is one number."""
        return not self.axes

    def allocate(self, samples: int, dtype: np.dtype[Any]) -> Array:
        """Return zeros of its shape, with room for a number of samples."""
        return self.view(self.buffer(samples, dtype), samples)

    def buffer(self, samples: int, dtype: np.dtype[Any]) -> Array:
        """Return zeros that ``view`` gives its shape, with room for a number of samples."""
        size = math.prod(self.shape) * (samples if self.batched else 1)
        return np.zeros(size, self.dtype or dtype)

    def view(self, flat: Array, samples: int) -> Array:
        """Return the beginning of a buffer in its shape, without a gap in memory.

        Where a sample has few numbers, or is a picture, the samples lie innermost: loops run
        along them.
        """
        if not self.batched:
            return flat.reshape(self.shape)
        place, size = self.axes.index(Axis.SAMPLE), math.prod(self.shape)
        used = flat[: samples * size]
        if size <= FEW or Axis.ROW in self.axes:
            return np.moveaxis(used.reshape(*self.shape, samples), -1, place)
        return used.reshape(*self.shape[:place], samples, *self.shape[place:])

    def like(self, name: str, role: Role, symbol: str = "", **changes: Any) -> "Tensor":
        """Return a tensor of the same layer, axes and shape that belongs to this one."""
        made = Tensor(name, role, symbol, self.layer, self, self.axes, self.shape)
        return replace(made, **{"picture": self.picture, **changes})


class Kept(Tensor, frozen=True):
    """A tensor of a layer that is kept from step to step, and saved with the network.

    Attributes:
        initial: The constant that it begins at.
        torch_name: Its name in a state dict of ``torch.nn.Sequential``, such as ``0.weight``.
        torch_axes: The order in which PyTorch has its axes.
    """

    initial: float = 0.0
    torch_name: str = ""
    torch_axes: tuple[int, ...] = ()


class Parameter(Kept, frozen=True):
    """A tensor that is learned.

    Attributes:
        fans: How many inputs and outputs each of its numbers connects, for its initial draw;
            None where it begins at a constant.
        decays: Whether a penalty for large weights includes it.
    """

    fans: tuple[int, int] | None = None
    decays: bool = False
