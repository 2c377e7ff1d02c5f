"""A part of a tensor: a row of the batch, a neuron's weights, a kernel, or all of it."""

from collections.abc import Sequence

import numpy as np

from screens.inspect.selection import Selection
from tui_nn.nn.explain import Index
from tui_nn.nn.tensor import Axis, Shape, Tensor

Part = tuple[int | None, ...]
"""A number for each axis of a tensor, or None for all along it: ``(None, 3)`` is ``[:,3]``."""

# Of the axes that a tensor has, the last one here is what its pictures show: a row of the batch
# shows its neurons, a neuron's weights its inputs. What is not here is an image's own axis.
_CONTEXT = (Axis.SAMPLE, Axis.UNIT, Axis.INPUT)


def part_holding(indices: Sequence[Index]) -> Part:
    """Return the smallest part of a tensor that holds some of its elements."""
    numbers = np.array(indices, np.intp).reshape(len(indices), -1).T
    return tuple(int(each[0]) if (each == each[0]).all() else None for each in numbers)


def part_around(tensor: Tensor, index: Index) -> Part:
    """Return the part of a tensor in which an element is shown among its like."""
    shown = _is_shown(tensor)
    return tuple(None if free else at for free, at in zip(shown, index, strict=True))


def selected_part(tensor: Tensor, shape: Shape, selection: Selection) -> Part:
    """Return the part of a tensor that is looked at.

    Args:
        tensor: The tensor.
        shape: That of its array.
        selection: Which row of the batch, and which neuron.
    """
    chosen = {Axis.SAMPLE: selection.row or 0}
    if selection.layer == tensor.layer:
        chosen[Axis.UNIT] = selection.neuron
    index = [
        min(chosen.get(axis, 0), count - 1) for axis, count in zip(tensor.axes, shape, strict=True)
    ]
    return part_around(tensor, tuple(index))


def part_title(tensor: Tensor, part: Part) -> str:
    """Return how a part is written: ``W2[:,30]``; all of a tensor is its symbol."""
    if all(at is None for at in part):
        return tensor.symbol
    return f"{tensor}[{','.join(':' if at is None else str(at) for at in part)}]"


def _is_shown(tensor: Tensor) -> list[bool]:
    """Return for each axis whether pictures go along it."""
    ranks = [_CONTEXT.index(each) if each in _CONTEXT else len(_CONTEXT) for each in tensor.axes]
    return [rank == max(ranks) for rank in ranks]
