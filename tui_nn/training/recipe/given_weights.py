"""Weights that a recipe gives, instead of having them drawn: in the recipe itself, or in a file."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tui_nn.errors import TuiNNError
from tui_nn.nn.tensor import Array, Kept

Table = Mapping[str, Any]


def arrays_of(table: Table, parameters: Iterable[Kept]) -> dict[str, Array]:
    """Return what a recipe's table gives, by the parameters' names.

    Args:
        table: Name of a parameter, such as ``W1``, to its numbers; what is not there is drawn.
        parameters: Those that the network has.

    Raises:
        ValueError: There is no such parameter, or it has another shape.
    """
    known = {each.name: each for each in parameters}
    found = {}
    for name, numbers in table.items():
        if name not in known:
            raise ValueError(f"no parameter {name}; there are {', '.join(known)}")
        try:
            values = np.array(numbers, np.float64)
        except (ValueError, TypeError):
            raise ValueError(f"{name}: expected rows of numbers, all of one length") from None
        if values.shape != (shape := known[name].shape):
            raise ValueError(f"{name}: expected {list(shape)}, found {list(values.shape)}")
        if not np.isfinite(values).all():
            raise ValueError(f"{name}: expected finite numbers")
        found[name] = values
    return found


def table_of(tensors: Mapping[str, Array], parameters: Iterable[Kept]) -> dict[str, Any]:
    """Return weights as a recipe's table holds them."""
    return {each.name: tensors[each.name].tolist() for each in parameters}


def read_table(path: Path, parameters: Iterable[Kept]) -> dict[str, Any]:
    """Return the weights in a safetensors file as a recipe's table holds them.

    Its tensors are named, and lie, as ``torch.nn.Sequential`` has them: as in a saved run.

    Raises:
        TuiNNError: The file cannot be read, or holds none of the network's parameters.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        tensors = load_file(path)
    except (OSError, SafetensorError) as error:
        raise TuiNNError(f"{path}: cannot be read: {error}") from None
    table = {
        each.name: tensors[each.torch_name].transpose(np.argsort(each.torch_axes)).tolist()
        for each in parameters
        if each.torch_name in tensors and tensors[each.torch_name].ndim == len(each.torch_axes)
    }
    if not table:
        expected = ", ".join(each.torch_name for each in parameters)
        raise TuiNNError(f"{path}: holds none of {expected}")
    return table
