"""Reads the arrays of an .npz by our names; nothing in it is ever unpickled."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from tui_nn.data.npz import Kind, check_names, open_npz, read_array
from tui_nn.errors import TuiNNError
from tui_nn.files import size_words
from tui_nn.mistakes.checking.names import read_names
from tui_nn.nn.tensor import Array

_NUMBERS = Kind("numbers", np.typecodes["AllInteger"] + np.typecodes["Float"] + "?", scalar=True)
_TEXTS = Kind("text", "U", scalar=True)
TEXTS = ("activation", "output", "loss_function", "hand_in", "title")
"""What says how the network is to be read, and is no array of numbers."""

_MOST = 1 << 30  # bytes of all arrays together
_LONGEST = 100  # arrays


def read_handed(path: Path) -> tuple[dict[str, Array], dict[str, str], tuple[str, ...]]:
    """Return the arrays of an .npz by our names, its texts, and what is none of ours.

    Raises:
        TuiNNError: The file is damaged, or what it holds is nothing that can be checked.
    """
    with open_npz(path) as archive:
        check_names(path, archive)
        members = archive.infolist()
        size = sum(each.file_size for each in members)
        if size > _MOST or len(members) > _LONGEST:
            raise TuiNNError(
                f"{path}: {len(members)} arrays of {size_words(size)} together, "
                f"expected up to {_LONGEST} of up to {size_words(_MOST)}"
            )
        try:
            names = read_names(each.filename.removesuffix(".npy") for each in members)
        except TuiNNError as error:
            raise TuiNNError(f"{path}: {error}") from None
        arrays, texts = dict[str, Array](), dict[str, str]()
        for ours, theirs in names.known.items():
            if ours in TEXTS:
                held = read_array(path, archive, theirs, _TEXTS)
                texts[ours] = ",".join(map(str, held.reshape(-1)))
            else:
                arrays[ours] = read_array(path, archive, theirs, _NUMBERS)
    return arrays, texts, names.unknown


def as_handed(given: Mapping[str, object]) -> tuple[dict[str, Array], tuple[str, ...]]:
    """Return arrays by our names, and what is none of ours.

    Raises:
        TuiNNError: Something is no array of numbers.
    """
    names = read_names(given)
    arrays: dict[str, Array] = {}
    for ours, theirs in names.known.items():
        held = np.asarray(given[theirs])
        if held.dtype.char not in _NUMBERS.types:
            raise TuiNNError(f"{theirs}: expected an array of numbers, found {held.dtype}")
        arrays[ours] = held
    return arrays, names.unknown
