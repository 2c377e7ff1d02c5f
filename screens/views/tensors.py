"""Any tensor of a step as a picture: one row of the batch, or the weights of one neuron."""

from dataclasses import dataclass

import numpy as np

from screens.selection import Selection
from screens.views.numbers import figure, grid_shape
from screens.widgets.scale import Kind
from tui_nn.data.dataset import PIXELS
from tui_nn.nn.explain import Index
from tui_nn.nn.network import Network
from tui_nn.nn.symbols import symbol
from tui_nn.nn.tensors import Array, Tensors

_BY_SAMPLE = ("a", "z", "delta", "slope", "p", "y", "m", "s", "l", "dx")


@dataclass(frozen=True, eq=False)
class TensorView:
    """A tensor, or the part of it that is looked at.

    Attributes:
        name: The tensor.
        title: Its symbol, and which part.
        values: [rows, columns] to draw.
        kind: How it is coloured: pixels are grey, everything else has a sign.
        text: The value in words where there is only one, else "".
        indices: Element of the tensor at each place of ``values``: [rows, columns, dimensions].
    """

    name: str
    title: str
    values: Array
    indices: Array
    kind: Kind = "signed"
    text: str = ""


def is_batched(name: str) -> bool:
    """Return whether a tensor has a row for each sample."""
    return name.rstrip("0123456789") in _BY_SAMPLE


def tensor_view(name: str, tensors: Tensors, network: Network, selection: Selection) -> TensorView:
    """Return the part of a tensor that is looked at.

    Args:
        name: The tensor.
        tensors: Where to find it.
        network: Whose tensor it is.
        selection: Which row of the batch, and which neuron.
    """
    tensor = tensors[name]
    if is_batched(name):
        return _row_view(name, tensor, selection)
    if tensor.ndim == 2:
        return _neuron_view(name, tensor, network, selection)
    if tensor.ndim == 0:
        return _single(name, symbol(name), tensor.reshape(1, 1), np.zeros((1, 1, 0), np.intp))
    shape = grid_shape(len(tensor))
    return TensorView(name, symbol(name), tensor.reshape(shape), _grid(shape))


def _row_view(name: str, tensor: Array, selection: Selection) -> TensorView:
    row = min(selection.row, len(tensor))
    values = tensor.mean(axis=0) if row == 0 else tensor[row - 1]
    which = "mean of batch" if row == 0 else f"row {row}"
    shape = (PIXELS, PIXELS) if name in ("a0", "dx") else grid_shape(values.size)
    within = _grid(shape) if tensor.ndim == 2 else np.zeros((*shape, 0), np.intp)
    # In the mean, an element stands for the first row's: one sample can be taken apart.
    rows = np.full((*shape, 1), max(row - 1, 0))
    indices = np.concatenate([rows, within], axis=2)
    title = f"{symbol(name)} {which}"
    if values.size == 1:
        return _single(name, title, values.reshape(1, 1), indices)
    kind: Kind = "grey" if name == "a0" else "signed"
    return TensorView(name, title, values.reshape(shape), indices, kind)


def _neuron_view(name: str, tensor: Array, network: Network, selection: Selection) -> TensorView:
    layer = layer_of(name)
    neuron = min(selection.neuron, tensor.shape[1] - 1) if selection.layer == layer else 0
    shape = (PIXELS, PIXELS) if layer == 1 else grid_shape(network.sizes[layer - 1])
    inputs = _grid(shape)
    neurons = np.full((*shape, 1), neuron)
    title = f"{symbol(name)} neuron {neuron}"
    return TensorView(
        name, title, tensor[:, neuron].reshape(shape), np.concatenate([inputs, neurons], axis=2)
    )


def layer_of(name: str) -> int:
    """Return the layer in a tensor's name, or 0 where it has none."""
    digits = name.lstrip("abcdefghijklmnopqrstuvwxyzWL")
    return int(digits) if digits else 0


def _single(name: str, title: str, values: Array, indices: Array) -> TensorView:
    text = f"= {figure(float(values[0, 0]), 5)}"
    return TensorView(name, title, values, indices, text=text)


def _grid(shape: tuple[int, int]) -> Array:
    """Return the flat number of each place, as the one dimension of an index."""
    return np.arange(shape[0] * shape[1]).reshape(*shape, 1)


def element_at(view: TensorView, row: int, column: int) -> Index:
    """Return which element of the tensor stands at a place of the picture."""
    return tuple(int(part) for part in view.indices[row, column])


def largest_place(values: Array) -> tuple[int, int]:
    """Return where the value of the largest magnitude stands; what is not finite is larger."""
    size = np.where(np.isfinite(values), np.abs(values), np.inf)
    row, column = divmod(int(np.argmax(size)), values.shape[1])
    return row, column
