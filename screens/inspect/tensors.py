"""Any tensor of a step as a picture: one row of the batch, or the weights of one neuron."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from screens.inspect.selection import Selection
from screens.shapes.format import figure, grid_shape
from screens.shapes.scale import Kind
from tui_nn.data.dataset import PIXELS
from tui_nn.nn.explain import Index
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Array, Arrays, Role, Tensor


@dataclass(frozen=True, eq=False)
class TensorView:
    """A tensor, or the part of it that is looked at.

    Attributes:
        tensor: The tensor.
        title: Its symbol, and which part.
        short: The same where there is little room.
        values: [rows, columns] to draw.
        kind: How it is coloured: pixels are grey, everything else has a sign.
        text: The value in words where there is only one, else "".
        indices: Element of the tensor at each place of ``values``: [rows, columns, dimensions].
    """

    tensor: Tensor
    title: str
    short: str
    values: Array
    indices: Array
    kind: Kind = "signed"
    text: str = ""

    @property
    def name(self) -> str:
        """The tensor's name."""
        return self.tensor.name


def tensor_view(name: str, tensors: Arrays, program: Program, selection: Selection) -> TensorView:
    """Return the part of a tensor that is looked at.

    Args:
        name: The tensor.
        tensors: Where to find it.
        program: Whose tensor it is.
        selection: Which row of the batch, and which neuron.
    """
    tensor, values = program.tensor(name), tensors[name]
    if tensor.batched:
        return _row_view(tensor, values, program, selection)
    if values.ndim == 2:
        return _neuron_view(tensor, values, program.network.sizes, selection)
    if values.size == 1:
        index = np.zeros((1, 1, values.ndim), np.intp)
        return _single(tensor, tensor.symbol, values.reshape(1, 1), index)
    shape = grid_shape(len(values))
    symbol = tensor.symbol
    return TensorView(tensor, symbol, symbol, values.reshape(shape), _grid(shape))


def _row_view(tensor: Tensor, array: Array, program: Program, selection: Selection) -> TensorView:
    row = min(selection.row, len(array))
    values = array.mean(axis=0) if row == 0 else array[row - 1]
    which = "mean of batch" if row == 0 else f"row {row}"
    is_pixels = tensor.shape == program.network.inputs and tensor.layer == 0
    shape = (PIXELS, PIXELS) if is_pixels else grid_shape(values.size)
    within = _grid(shape) if array.ndim == 2 else np.zeros((*shape, 0), np.intp)
    # In the mean, an element stands for the first row's: one sample can be explained.
    rows = np.full((*shape, 1), max(row - 1, 0))
    indices = np.concatenate([rows, within], axis=2)
    title = f"{tensor} {which}"
    if values.size == 1:
        return _single(tensor, title, values.reshape(1, 1), indices)
    kind: Kind = "grey" if tensor.role is Role.INPUT else "signed"
    return TensorView(tensor, title, tensor.symbol, values.reshape(shape), indices, kind)


def _neuron_view(
    tensor: Tensor, array: Array, sizes: tuple[int, ...], selection: Selection
) -> TensorView:
    layer = tensor.layer or 0
    neuron = min(selection.neuron, array.shape[1] - 1) if selection.layer == layer else 0
    shape = (PIXELS, PIXELS) if layer == 1 else grid_shape(sizes[layer - 1])
    inputs = _grid(shape)
    neurons = np.full((*shape, 1), neuron)
    title = f"{tensor} neuron {neuron}"
    indices = np.concatenate([inputs, neurons], axis=2)
    short = f"{tensor}[:,{neuron}]"
    return TensorView(tensor, title, short, array[:, neuron].reshape(shape), indices)


def _single(tensor: Tensor, title: str, values: Array, indices: Array) -> TensorView:
    text = f"= {figure(float(values[0, 0]), 5)}"
    return TensorView(tensor, title, tensor.symbol, values, indices, text=text)


def _grid(shape: tuple[int, int]) -> Array:
    """Return the flat number of each place, as the one dimension of an index."""
    return np.arange(shape[0] * shape[1]).reshape(*shape, 1)


def element_at(view: TensorView, row: int, column: int) -> Index:
    """Return which element of the tensor stands at a place of the picture."""
    return tuple(int(part) for part in view.indices[row, column])


@dataclass(frozen=True)
class Fit:
    """How some tensors stand side by side.

    Attributes:
        shown: How many of those that were read.
        columns: How wide a picture is at most.
        short: Whether titles are the short ones.
    """

    shown: int
    columns: int
    short: bool = False

    def title(self, view: TensorView) -> str:
        """Return what stands over a tensor."""
        return view.short if self.short else view.title

    def width(self, view: TensorView) -> int:
        """Return the columns of a tensor's picture, or of the number that stands for it."""
        return len(view.text) or min(view.values.shape[1], self.columns)

    def taken(self, views: Sequence[TensorView]) -> int:
        """Return the columns of some tensors, with a gap after each."""
        return sum(1 + max(self.width(view), len(self.title(view))) for view in views)


_WIDTHS = (28, 21, 14, 10, 7)
_ARROW = 2


def side_by_side(
    reads: Sequence[TensorView], write: TensorView | None, room: int, widest: int
) -> Fit:
    """Return how large pictures can be drawn beside each other, and how many of them.

    Args:
        reads: What an operation read.
        write: What it wrote, if it has been run.
        room: Columns there are.
        widest: Columns that a picture may take at most.
    """
    last = [] if write is None else [write]
    room -= _ARROW * len(last)
    widths = [width for width in _WIDTHS if width <= widest]
    for short in (False, True):
        for columns in widths:
            fit = Fit(len(reads), columns, short)
            if fit.taken([*reads, *last]) <= room:
                return fit
    shown = len(reads)
    while shown and fit.taken([*reads[:shown], *last]) > room:
        shown -= 1
    return Fit(shown, widths[-1], short=True)
