"""Saved networks: safetensors that PyTorch loads as they are, with the run in their metadata.

Tensors are named, and lie, as ``torch.nn.Sequential`` of ``Linear`` layers has them, where the
activations take the odd places: ``0.weight`` [out, in], ``0.bias``, ``2.weight``, …
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save
from threadpoolctl import threadpool_info

from tui_nn.errors import TuiNNError
from tui_nn.nn.tensors import Array, State
from tui_nn.training.breakpoints import Breakpoint
from tui_nn.training.recipe import Recipe, from_table
from tui_nn.training.watches import Watch

T = TypeVar("T")

FORMAT = "1"  # of the metadata; goes up when an older program could no longer read it


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A trained network.

    Attributes:
        recipe: What was trained, and how.
        state: The parameters, float32.
        step: Completed updates.
        threads: BLAS threads that it was trained with.
        breakpoints: What it was made to stop at.
        watches: Which of its numbers were watched.
    """

    recipe: Recipe
    state: State
    step: int
    threads: int
    breakpoints: tuple[Breakpoint, ...] = ()
    watches: tuple[Watch, ...] = ()


class _Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says about itself. All are texts there; more may be there, from later on."""

    format: str = msgspec.field(name="tui_nn.format")
    recipe: str
    step: int
    seed: int
    threads: int
    numpy: str
    blas: str
    breakpoints: str = "[]"
    watches: str = "[]"


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write a file that is either whole or not there.

    Raises:
        TuiNNError: It cannot be written.
    """
    metadata = _Metadata(
        format=FORMAT,
        recipe=msgspec.json.encode(checkpoint.recipe).decode(),
        step=checkpoint.step,
        seed=checkpoint.recipe.training.seed,
        threads=checkpoint.threads,
        numpy=np.__version__,
        blas=_blas(),
        breakpoints=msgspec.json.encode(checkpoint.breakpoints).decode(),
        watches=msgspec.json.encode(checkpoint.watches).decode(),
    )
    texts = {key: str(value) for key, value in msgspec.to_builtins(metadata).items()}
    content = save(_to_torch(checkpoint), texts)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        try:
            with partial.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise TuiNNError(f"{path}: cannot be saved: {error.strerror or error}") from None


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a saved network.

    Raises:
        TuiNNError: The file cannot be read, is damaged, or is not one of ours.
    """
    try:
        with path.open("rb"):  # safetensors' own words for a missing file are hard to read
            pass
        with safe_open(path, framework="numpy") as file:
            metadata = _read_metadata(path, file.metadata() or {})
            recipe = _read_recipe(path, metadata.recipe)
            state = _read_state(path, file, recipe)
            breakpoints = _read_list(path, metadata.breakpoints, tuple[Breakpoint, ...])
            watches = _read_list(path, metadata.watches, tuple[Watch, ...])
    except OSError as error:
        raise TuiNNError(f"{path}: cannot be read: {error.strerror or error}") from None
    except SafetensorError as error:
        raise TuiNNError(f"{path}: damaged, or not a safetensors file: {error}") from None
    return Checkpoint(recipe, state, metadata.step, metadata.threads, breakpoints, watches)


def _to_torch(checkpoint: Checkpoint) -> dict[str, Array]:
    """Return PyTorch's name to array of every parameter."""
    tensors = checkpoint.state.tensors
    return {
        # safetensors writes an array's memory as it lies, whatever its strides say.
        _torch_name(name): np.ascontiguousarray(tensors[name].T)
        for name in checkpoint.recipe.architecture().shapes
    }


def _torch_name(name: str) -> str:
    """Return how PyTorch calls a parameter: ``W1`` is ``0.weight``, ``b2`` is ``2.bias``."""
    kind = {"W": "weight", "b": "bias"}[name[0]]
    return f"{2 * (int(name[1:]) - 1)}.{kind}"


def _read_metadata(path: Path, texts: dict[str, str]) -> _Metadata:
    if "tui_nn.format" not in texts:
        raise TuiNNError(f"{path}: was not saved by tui-nn: it does not say what was trained")
    if texts["tui_nn.format"] != FORMAT:
        raise TuiNNError(
            f"{path}: expected format {FORMAT}, found {texts['tui_nn.format']}: "
            "another version of tui-nn saved it"
        )
    try:
        # Not strict: safetensors' metadata are texts, so "12" stands for 12.
        metadata = msgspec.convert(texts, _Metadata, strict=False)
    except msgspec.ValidationError as error:
        raise TuiNNError(f"{path}: damaged metadata: {error}") from None
    if metadata.step < 0 or metadata.threads < 1:
        raise TuiNNError(
            f"{path}: damaged metadata: step {metadata.step}, {metadata.threads} threads"
        )
    return metadata


def _read_recipe(path: Path, text: str) -> Recipe:
    try:
        table = msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise TuiNNError(f"{path}: damaged recipe: {error}") from None
    return from_table(table, f"{path}: recipe")


def _read_list(path: Path, text: str, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise TuiNNError(f"{path}: damaged breakpoints or watches: {error}") from None


def _read_state(path: Path, file: Any, recipe: Recipe) -> State:
    """Return the parameters, having made sure that they are exactly the recipe's."""
    shapes = recipe.architecture().shapes
    expected = {_torch_name(name): shape[::-1] for name, shape in shapes.items()}
    found = set(file.keys())
    if strangers := sorted(found ^ expected.keys()):
        fault = "missing" if strangers[0] in expected else "unknown"
        raise TuiNNError(f"{path}: {strangers[0]}: {fault}; expected {', '.join(expected)}")
    for name, shape in expected.items():
        header = file.get_slice(name)
        if header.get_dtype() != "F32" or tuple(header.get_shape()) != shape:
            raise TuiNNError(
                f"{path}: {name}: expected F32 {list(shape)}, "
                f"found {header.get_dtype()} {header.get_shape()}"
            )
    state = State(shapes, np.float32)
    for name, parameter in state.tensors.items():
        parameter[...] = file.get_tensor(_torch_name(name)).T
    return state


def _blas() -> str:
    """Return which BLAS computes, and with whose kernels: it decides the last bits."""
    for library in threadpool_info():
        if library["user_api"] == "blas":
            fields = (library.get(key) for key in ("internal_api", "version", "architecture"))
            return " ".join(str(field) for field in fields if field)
    return "unknown"
