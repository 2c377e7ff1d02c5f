"""Between vectors and pictures: the same numbers in another shape, and in another order in memory.

A vector has a sample's numbers side by side; pictures have the samples innermost, [C, H, W, B].
"""

from collections.abc import Callable

import numpy as np
from msgspec import Struct

from tui_nn.nn import derived
from tui_nn.nn.explain import Index, Terms, element, product, summed
from tui_nn.nn.layers.conv2d import PICTURE
from tui_nn.nn.layers.layer import Connected, Following, Place
from tui_nn.nn.layers.window import innermost
from tui_nn.nn.method import Method
from tui_nn.nn.operation import Call, Operation, Phase, StepContext
from tui_nn.nn.tensor import Array, Arrays, Axis, Role, Shape, Tensor


class Reshape(Struct, frozen=True):
    """Copies each sample's numbers into a tensor of another shape, in their order."""

    source: Tensor
    out: Tensor

    def bind(self, tensors: Arrays) -> Call:
        source, out = (_vectors(tensors[each.name]) for each in (self.source, self.out))
        return lambda _: np.copyto(out, source)

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        row, *place = index
        number = int(np.ravel_multi_index(place, self.out.shape))
        at = np.unravel_index(number, self.source.shape)
        same = product(element(read, self.source, row, *map(int, at)))
        return summed(stored, [same], [same])


def _vectors(array: Array) -> Array:
    """Return an array as [B, numbers of a sample], a view of it."""
    if array.ndim == 2:
        return array
    return innermost(array).reshape(-1, len(array)).T


def _reshape(phase: Phase, layer: int, source: Tensor, out: Tensor, how: str) -> Operation:
    shape = "×".join(map(str, out.shape))
    forward = f"{out} = {source}.{how}"
    return Operation(
        phase=phase,
        layer=layer,
        formula=f"{out} = {source} as {shape}",
        reads=(source,),
        writes=(out,),
        kernel=Reshape(source, out),
        why="The same numbers in another shape: nothing is computed.",
        torch=forward if phase is Phase.FORWARD else f"loss.backward()  # {out.of}.grad",
    )


class Flatten(Following, frozen=True):
    """Writes the maps of a sample one after the other, as a vector for dense layers."""

    def output_shape(self, inputs: Shape) -> Shape:
        if len(inputs) != 3:
            raise ValueError(f"it flattens pictures (channels, rows, columns), not {inputs}")
        return (int(np.prod(inputs)),)

    def connect(self, place: Place, inputs: Tensor, method: Method) -> Connected:
        shape, axes = self.output_shape(inputs.shape), (Axis.SAMPLE, Axis.UNIT)
        flat = inputs.like(f"f{inputs.layer}", Role.RESHAPED, shape=shape, axes=axes)
        forward = _reshape(Phase.FORWARD, place.number, inputs, flat, "flatten(1)")
        return Connected(flat, (forward,), _back(place.number, inputs))


def pictures(a0: Tensor, shape: Shape) -> Connected:
    """Return what makes pictures of the vectors that are loaded.

    Args:
        a0: The vectors, [B, n].
        shape: Channels, rows and columns of a picture.
    """
    image = a0.like("image", Role.RESHAPED, shape=shape, axes=PICTURE)
    how = f"reshape(-1, {', '.join(map(str, shape))})"
    forward = _reshape(Phase.FORWARD, 1, a0, image, how)
    return Connected(image, (forward,), _back(1, a0))


def _back(layer: int, inputs: Tensor) -> Callable[[Tensor], tuple[Operation, ...]]:
    return lambda error: (_reshape(Phase.BACKWARD, layer, error, derived.error(inputs), ""),)
