"""Checks somebody's gradients: of a file, or of arrays."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from tui_nn.errors import TuiNNError
from tui_nn.mistakes.checking.choosing import Wishes, choose
from tui_nn.mistakes.checking.files import as_handed, read_handed
from tui_nn.mistakes.checking.report import Report
from tui_nn.nn.tensor import Array

_NOTHING = Wishes()


def check_file(path: Path, problem: Path | None = None, wishes: Wishes = _NOTHING) -> Report:
    """Check the gradients of a file.

    Args:
        path: An .npz.
        problem: Another, with what the first leaves out: the weights and the batch.
        wishes: What is said of the network.

    Raises:
        TuiNNError: A file cannot be read, or the arrays do not fit together.
    """
    arrays, texts, unknown = read_handed(path)
    if problem is not None:
        posed, texts, _ = read_handed(problem)
        _check_same(path, arrays, problem, posed)
        arrays = {**posed, **arrays}
    wishes = Wishes(
        wishes.activation or texts.get("activation") or None,
        wishes.output or texts.get("output"),
        wishes.loss or texts.get("loss_function"),
        wishes.l2,
    )
    try:
        return Report(choose(arrays, wishes), unknown)
    except TuiNNError as error:
        raise TuiNNError(f"{path}: {error}") from None


def check_arrays(given: Mapping[str, object], wishes: Wishes = _NOTHING) -> Report:
    """Check the gradients among some arrays.

    Raises:
        TuiNNError: Something is missing, is no array, or does not fit.
    """
    arrays, unknown = as_handed(given)
    return Report(choose(arrays, wishes), unknown)


def _check_same(
    path: Path, arrays: Mapping[str, Array], problem: Path, posed: Mapping[str, Array]
) -> None:
    """Make sure that an answer is one to this problem.

    Raises:
        TuiNNError: It has other weights, or another batch.
    """
    for name in posed.keys() & arrays.keys():
        theirs, ours = arrays[name], posed[name]
        if name == "y" and theirs.size != ours.size:
            continue  # labels of what is one-hot
        if theirs.size != ours.size or not np.allclose(np.sort(theirs, None), np.sort(ours, None)):
            raise TuiNNError(
                f"{path}: its {name} is not that of {problem}: is it the answer to another seed?"
            )
