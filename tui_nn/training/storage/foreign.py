"""Opens the weights of others: PyTorch's, Keras', NumPy's, whatever the layers are called."""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from msgspec import Struct

from tui_nn.data.npz import Kind, check_names, open_npz, read_array
from tui_nn.errors import TuiNNError
from tui_nn.nn.activations import ACTIVATIONS
from tui_nn.nn.tensor import Array
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.storage.checkpoint import open_tensors

LARGEST = 2_000_000  # numbers, which a saved run holds as text
_NUMBERS = Kind("weights", np.typecodes["Float"] + np.typecodes["AllInteger"])
_PARTS = {
    "W": ("weight", "weights", "kernel", "w"),
    "b": ("bias", "biases", "b", "beta"),
}
_UNUSED = re.compile(r"optimizer\.|history$|.*num_batches_tracked$|d[wb]\d|[xy]$|[za]\d+$", re.I)


class ForeignWeights(NamedTuple):
    """A recipe that begins with the weights of others.

    Attributes:
        recipe: With their layers.
        note: How they were read.
    """

    recipe: Recipe
    note: str


class _Pair(Struct, frozen=True, eq=False):
    """The weights and the biases of a layer, as they lie in a file."""

    name: str
    W: Array
    b: Array | None


def with_weights(recipe: Recipe, path: Path, activation: str | None = None) -> ForeignWeights:
    """Return a recipe with the weights of a file, and with its layers.

    Args:
        recipe: Says the data and how it is trained.
        path: An .npz or a safetensors file.
        activation: Of the hidden layers, one name or one for each separated by commas; None for
            what the recipe says.

    Raises:
        TuiNNError: The file cannot be read, or its layers do not fit the recipe's data.
    """
    pairs = list(_pairs(path, _tensors(path)))
    inputs, outputs = recipe.form.numbers, recipe.task.outputs
    pairs, turned = _chained(path, pairs, inputs, outputs)
    weights: dict[str, object] = {}
    for number, pair in enumerate(pairs, start=1):
        W = pair.W.T if turned else pair.W
        b = np.zeros(W.shape[1]) if pair.b is None else pair.b
        weights |= {f"W{number}": W.tolist(), f"b{number}": b.tolist()}
    sizes = [inputs, *(pair.W.shape[0 if turned else 1] for pair in pairs)]
    functions, assumed = _functions(recipe, len(pairs) - 1, activation)
    network = msgspec.structs.replace(
        recipe.network,
        layers=sizes,
        activation=functions,
        dropout=0.0,
        output="sigmoid" if outputs == 1 else recipe.network.output,
        weights=weights,
    )
    names = ", ".join(pair.name for pair in pairs)
    lying = "[out, in]" if turned else "[in, out]"
    said = f"{path.name}: {'-'.join(map(str, sizes))}, {assumed}; {names} are {lying}."
    return ForeignWeights(msgspec.structs.replace(recipe, network=network), said)


def _functions(recipe: Recipe, hidden: int, activation: str | None) -> tuple[str | list[str], str]:
    """Return the hidden layers' activations, and what is said of them."""
    if not hidden:
        return "relu", "no hidden layer"
    if activation is None:
        named = recipe.network.activation
        name = named if isinstance(named, str) else named[0]
        return name, f"{name} assumed (else --activation)"
    names = [each.strip().lower() for each in activation.split(",")]
    for name in names:
        if name not in ACTIVATIONS:
            raise TuiNNError(f"no activation {name}: expected one of {', '.join(ACTIVATIONS)}")
    if len(names) not in (1, hidden):
        raise TuiNNError(f"{len(names)} activations, expected one, or {hidden}")
    return (names[0] if len(names) == 1 else names), ", ".join(names)


def _tensors(path: Path) -> dict[str, Array]:
    """Return the tensors of a file that may be weights, in the order of their names."""
    if path.suffix.lower() == ".safetensors":
        found = dict(_of_safetensors(path))
    elif path.suffix.lower() == ".npz":
        with open_npz(path) as archive:
            check_names(path, archive)
            names = [each.removesuffix(".npy") for each in archive.namelist()]
            used = [name for name in names if not _UNUSED.match(name)]
            found = {name: read_array(path, archive, name, _NUMBERS) for name in used}
    else:
        raise TuiNNError(
            f"{path}: expected an .npz or a .safetensors file: numpy.savez(path, "
            "*model.get_weights()) makes one of Keras' weights, "
            "safetensors.torch.save_file(model.state_dict(), path) of PyTorch's"
        )
    if sum(each.size for each in found.values()) > LARGEST:
        raise TuiNNError(f"{path}: more than {LARGEST:,} numbers")
    for name, array in found.items():
        if not np.isfinite(array).all():
            raise TuiNNError(f"{path}: {name}: some of its numbers are not finite")
    return {name: found[name].astype(np.float64) for name in sorted(found, key=_natural)}


def _of_safetensors(path: Path) -> Iterator[tuple[str, Array]]:
    with open_tensors(path) as file:
        for name in file.keys():  # noqa: SIM118 - it is a file
            if _UNUSED.match(name):
                continue
            header = file.get_slice(name)
            if header.get_dtype() not in ("F16", "F32", "F64"):
                raise TuiNNError(
                    f"{path}: {name}: expected F16, F32 or F64, found {header.get_dtype()}"
                )
            if np.prod(header.get_shape()) > LARGEST:
                raise TuiNNError(f"{path}: {name}: more than {LARGEST:,} numbers")
            yield name, file.get_tensor(name)


def _natural(name: str) -> list[tuple[int, str]]:
    """Return a key by which fc10 comes after fc2."""
    return [
        (int(piece), "") if piece.isdigit() else (-1, piece)
        for piece in re.split(r"(\d+)", name.lower())
        if piece
    ]


def _pairs(path: Path, tensors: dict[str, Array]) -> Iterator[_Pair]:
    """Yield the layers: W and b of the same stem, or, where there is none, b after W."""
    for name, array in tensors.items():
        if array.ndim not in (1, 2):
            raise TuiNNError(
                f"{path}: {name} is {list(array.shape)}: only dense layers are opened, W [in, out] "
                "or [out, in] and b"
            )
    stems = {name: _stem(name) for name in tensors}
    matrices = [name for name, array in tensors.items() if array.ndim == 2]
    vectors = [name for name, array in tensors.items() if array.ndim == 1]
    if not matrices:
        raise TuiNNError(
            f"{path}: expected weights, W1, b1 …: found {', '.join(tensors) or 'none'}"
        )
    by_stem = {stems[name]: name for name in vectors}
    if not by_stem.keys() <= {stems[name] for name in matrices}:
        by_stem = {stems[W]: b for W, b in zip_longest(matrices, vectors) if W and b}
        if len(vectors) > len(matrices):
            raise TuiNNError(f"{path}: {vectors[-1]} belongs to no weights")
    for name in matrices:
        b = by_stem.get(stems[name])
        yield _Pair(name, tensors[name], None if b is None else tensors[b])


def _stem(name: str) -> str:
    """Return a name without what says that it is weights or biases: fc1, dense, 0, 1."""
    pieces = re.split(r"[._/:]+", name.lower())
    words = [word for words in _PARTS.values() for word in words]
    kept = [piece for piece in pieces if piece not in words]
    if len(kept) == len(pieces):  # W1, and b1
        kept = [re.sub(r"^(?:weights?|bias(?:es)?|w|b)(?=\d*$)", "", piece) for piece in pieces]
    return ".".join(kept)


def _chained(
    path: Path, pairs: Sequence[_Pair], inputs: int, outputs: int
) -> tuple[list[_Pair], bool]:
    """Return the layers from the inputs to the outputs, and whether W is [out, in].

    Raises:
        TuiNNError: They do not follow on one another, either way round.
    """
    is_torch = path.suffix.lower() == ".safetensors" and not any(
        "kernel" in pair.name.lower() for pair in pairs
    )
    for turned in (is_torch, not is_torch):
        for tried in (list(pairs), _by_shape(pairs, inputs, turned)):
            if tried and _follows(tried, inputs, outputs, turned):
                return tried, turned
    shapes = ", ".join(f"{pair.name} {list(pair.W.shape)}" for pair in pairs)
    raise TuiNNError(
        f"{path}: {shapes} do not lead from the data's {inputs} numbers to {outputs} outputs"
    )


def _follows(pairs: Sequence[_Pair], inputs: int, outputs: int, turned: bool) -> bool:
    width = inputs
    for pair in pairs:
        reads, writes = pair.W.shape[::-1] if turned else pair.W.shape
        if reads != width or (pair.b is not None and len(pair.b) != writes):
            return False
        width = writes
    return width == outputs


def _by_shape(pairs: Sequence[_Pair], inputs: int, turned: bool) -> list[_Pair]:
    """Return the layers as one reads what another says; empty where that is not to be told."""
    left, width, found = list(pairs), inputs, list[_Pair]()
    while left:
        nexts = [pair for pair in left if pair.W.shape[1 if turned else 0] == width]
        if len(nexts) != 1:
            return []
        left.remove(nexts[0])
        found.append(nexts[0])
        width = nexts[0].W.shape[0 if turned else 1]
    return found
