"""A part of any tensor of a step as a picture, with its words."""

import math
from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from screens.inspect.parts import Part, part_title
from screens.shapes.format import figure, grid_shape
from screens.shapes.scale import Kind
from tui_nn.nn.explain import Index
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Array, Arrays, Axis, Role, Shape, Tensor

_PLANE = 2  # axes of a picture; what has more is drawn as several, side by side
_LABELLED = 10  # outputs at most that bear their digits


class TensorView(Struct, frozen=True, eq=False):
    """A tensor, or the part of it that is looked at.

    Attributes:
        tensor: The tensor.
        title: Its symbol, and which part: ``W2[:,30]``.
        axes: What the rows and columns are.
        values: [rows, columns] to draw.
        indices: Element of the tensor at each place of ``values``: [rows, columns, dimensions].
        kind: How it is coloured: pixels are grey, everything else has a sign.
        text: The value in words where there is only one, else "".
        labels: What each place is called, row by row, if anything: the digits of the outputs.
        read: Whether it is what the operation read: of a parameter, the value before the update.
        tile: Rows and columns of each of several pictures; 0 where it is one.
    """

    tensor: Tensor
    title: str
    axes: str
    values: Array
    indices: Array
    kind: Kind = "signed"
    text: str = ""
    labels: tuple[str, ...] = ()
    read: bool = False
    tile: tuple[int, int] = (0, 0)

    @property
    def name(self) -> str:
        """The tensor's name."""
        return self.tensor.name

    def place_of(self, index: Index) -> tuple[int, int] | None:
        """Return where an element of the tensor stands in the picture, if it does."""
        found = np.argwhere((self.indices == np.array(index, np.intp)).all(axis=2))
        return (int(found[0][0]), int(found[0][1])) if len(found) else None


def element_at(view: TensorView, row: int, column: int) -> Index:
    """Return which element of the tensor stands at a place of the picture."""
    return tuple(int(part) for part in view.indices[row, column])


def is_place_of(pictures: Sequence[TensorView], number: int, place: tuple[int, int]) -> bool:
    """Return whether there is a picture of a number, and a place in it."""
    if number >= len(pictures):
        return False
    shape: tuple[int, ...] = pictures[number].indices.shape
    return place[0] < shape[0] and place[1] < shape[1]


def tensor_view(
    name: str,
    tensors: Arrays,
    program: Program,
    part: Part,
    *,
    mean: bool = False,
    when: str = "",
    read: bool = False,
) -> TensorView:
    """Return a part of a tensor as a picture.

    Args:
        name: The tensor.
        tensors: Where to find it.
        program: Whose tensor it is.
        part: Which part.
        mean: Whether to show the mean over the batch in place of one row of it.
        when: A word after the title, such as ``before``.
        read: Whether it is what the operation read.
    """
    tensor, array = program.tensor(name), tensors[name]
    free = [place for place, at in enumerate(part) if at is None]
    fixed = [at or 0 for at in part]
    is_one = all(array.shape[place] == 1 for place in free)
    title = part_title(tensor, tuple(fixed) if is_one else part)
    if mean and _has_one_row(tensor, free):
        array = np.broadcast_to(array.mean(axis=_sample_axis(tensor), keepdims=True), array.shape)
        title = f"mean {tensor}"
    words = [_axis_word(tensor, array.shape, place, program) for place in free]
    if len(free) > _PLANE:
        indices = _tiled(fixed, free, array.shape, tensor)
        values = array[tuple(np.moveaxis(indices, -1, 0))]
        rows, columns = _plane(tensor, free)
        tile = array.shape[rows], array.shape[columns]
    else:
        tile = 0, 0
        values = array[tuple(slice(None) if n in free else at for n, at in enumerate(fixed))]
        values = values.reshape(_picture_shape(values, words, program.network.picture))
        indices = _indices(fixed, free, array.shape, values.shape)
    return TensorView(
        tensor=tensor,
        title=f"{title} {when}".rstrip(),
        axes=_axes_words(words, values.shape),
        values=values,
        indices=indices,
        kind="grey" if tensor.role is Role.INPUT and tensor.picture else "signed",
        text=f"= {figure(float(values[0, 0]), 5)}" if values.size == 1 else "",
        labels=tuple(map(str, range(values.size))) if _has_digits(words, values) else (),
        read=read,
        tile=tile if values.shape != tile else (0, 0),
    )


def _plane(tensor: Tensor, free: list[int]) -> list[int]:
    """Return the two axes of each picture, where there are several."""
    plane = [place for place in free if tensor.axes[place] in (Axis.ROW, Axis.COLUMN)]
    return plane if len(plane) == _PLANE else free[-_PLANE:]


def _sample_axis(tensor: Tensor) -> int:
    return tensor.axes.index(Axis.SAMPLE)


def _has_one_row(tensor: Tensor, free: list[int]) -> bool:
    return tensor.batched and _sample_axis(tensor) not in free


def _axis_word(tensor: Tensor, shape: Shape, place: int, program: Program) -> str:
    """Return what an axis of a tensor counts."""
    axis, layer = tensor.axes[place], tensor.layer
    if axis is Axis.SAMPLE:
        return "row"
    if axis in (Axis.CHANNEL, Axis.ROW, Axis.COLUMN):
        return axis.name.lower()
    if axis is Axis.INPUT:
        of_image = layer in (0, 1) and shape[place] == math.prod(program.network.picture or (0,))
        return "pixel" if of_image else "input"
    is_output = tensor.role is Role.LABEL or layer == program.network.depth
    return "output" if is_output else "neuron"


def _picture_shape(values: Array, words: list[str], picture: Shape) -> tuple[int, int]:
    if values.ndim == 2:
        return values.shape[0], values.shape[1]
    return (picture[0], picture[1]) if words == ["pixel"] else grid_shape(values.size)


def _axes_words(words: list[str], shape: Shape) -> str:
    """Return what rows and columns are: ``input 0…63``, or ``↓ row 0…31 → output 0…9``."""
    if len(words) == 2:
        row, column = words
        return f"↓ {row} 0…{shape[0] - 1} → {column} 0…{shape[1] - 1}"
    if len(words) > _PLANE:
        return " × ".join(words)
    if words == ["pixel"]:
        return "pixel (row,column)"
    return "".join(f"{word} 0…{shape[0] * shape[1] - 1}" for word in words)


def _has_digits(words: list[str], values: Array) -> bool:
    return words == ["output"] and 1 < values.size <= _LABELLED


def _indices(fixed: list[int], free: list[int], whole: Shape, shape: Shape) -> Array:
    """Return which element of the tensor stands at each place of the picture."""
    indices = np.empty((*shape, len(fixed)), np.intp)
    indices[:] = fixed
    if len(free) == 1:
        indices[..., free[0]] = np.arange(whole[free[0]]).reshape(shape)
    elif free:
        indices[..., free[0]], indices[..., free[1]] = np.indices(shape)
    return indices


def _tiled(fixed: list[int], free: list[int], whole: Shape, tensor: Tensor) -> Array:
    """Return which element stands at each place of several pictures: a row of them, or a table.

    Of three axes, the pictures stand side by side, many of them in a grid; of four, one axis goes
    down and the other across.
    """
    plane = _plane(tensor, free)
    *above, across = [place for place in free if place not in plane]
    grid = np.indices([whole[place] for place in (*above, across, *plane)])
    rows, columns = whole[plane[0]], whole[plane[1]]
    count = whole[across]
    down, wide = (int(np.prod([whole[each] for each in above])), count)
    if not above:
        down, wide = grid_shape(count)
    grid = grid.reshape(len(free), down, wide, rows, columns).swapaxes(2, 3)
    grid = grid.reshape(len(free), down * rows, wide * columns)
    indices = np.empty((*grid.shape[1:], len(fixed)), np.intp)
    indices[:] = fixed
    for place, numbers in zip((*above, across, *plane), grid, strict=True):
        indices[..., place] = numbers
    return indices
