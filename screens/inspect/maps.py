"""A sample's numbers of a tensor as a picture: a vector as a grid, maps side by side in a row."""

from screens.shapes.blocks import largest_place
from screens.shapes.format import grid_shape
from tui_nn.nn.explain import Index
from tui_nn.nn.tensor import Array, Axis, Shape, Tensor

Place = tuple[int, int]


def picture_shape(shape: Shape) -> Place:
    """Return rows and columns of the picture of a sample's numbers."""
    if len(shape) == 1:
        return grid_shape(shape[0])
    channels, rows, columns = shape
    return rows, channels * columns


def as_picture(values: Array) -> Array:
    """Return a sample's numbers, [n] or [C, H, W], as [rows, columns]."""
    if values.ndim == 1:
        return values.reshape(picture_shape(values.shape))
    return values.transpose(1, 0, 2).reshape(picture_shape(values.shape))


def index_at(shape: Shape, place: Place) -> Index:
    """Return which of a sample's numbers stands at a place of their picture."""
    row, column = place
    if len(shape) == 1:
        return (row * picture_shape(shape)[1] + column,)
    return column // shape[2], row, column % shape[2]


def place_at(shape: Shape, index: Index) -> Place:
    """Return where one of a sample's numbers stands in their picture."""
    if len(shape) == 1:
        row, column = divmod(index[0], picture_shape(shape)[1])
        return row, column
    channel, row, column = index
    return row, channel * shape[2] + column


def largest_of(values: Array, unit: int) -> Index:
    """Return which of a sample's numbers is the unit's: of a map, the largest."""
    if values.ndim == 1:
        return (unit,)
    return (unit, *largest_place(values[unit]))


def unit_axis(tensor: Tensor) -> int | None:
    """Return which axis of a tensor counts its layer's neurons or maps, if any does."""
    for axis in (Axis.UNIT, Axis.CHANNEL):
        if axis in tensor.axes and tensor.layer:
            return tensor.axes.index(axis)
    return None
