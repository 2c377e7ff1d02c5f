"""Saved runs: safetensors that PyTorch loads as they are, with the run in their metadata.

Parameters are named, and lie, as ``torch.nn.Sequential`` of ``Linear`` layers has them, where the
activations take the odd places: ``0.weight`` [out, in], ``0.bias``, ``2.weight``, … What the
optimiser remembers stands beside them, as ``optimizer.m.0.weight``.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from threadpoolctl import threadpool_info

from tui_nn.errors import TuiNNError
from tui_nn.nn.explain import Index
from tui_nn.nn.program import ARITHMETIC, Program
from tui_nn.nn.state import State
from tui_nn.nn.tensor import Array, Kept
from tui_nn.training.recipe.recipe import Recipe, from_table
from tui_nn.training.stepping.epochs import EpochRecord
from tui_nn.training.stepping.history import History
from tui_nn.training.stepping.journal import Edit, Journal, check_edit
from tui_nn.training.stepping.place import Place
from tui_nn.training.stops.breakpoints import Breakpoint, saved_type
from tui_nn.training.stops.watches import Watch
from tui_nn.training.storage.formats import translate_edits, translate_operation
from tui_nn.training.storage.metadata import (
    Metadata,
    compressed,
    convert,
    decompressed,
    pack,
    pack_each,
    read_metadata,
    unpack,
)
from tui_nn.training.storage.writing import write_tensors

HISTORY = "history"  # the tensor of a long one, whose place in the metadata is empty
LONG = 1 << 16  # steps; a few millions would not fit into the metadata


class Checkpoint(Struct, frozen=True, eq=False):
    """A run as it is saved.

    Attributes:
        recipe: The recipe with which it began.
        state: Parameters and what the optimiser remembers, float32, at the step's beginning.
        place: Where the program counter was.
        threads: BLAS threads that it was trained with.
        history: What was recorded until then.
        edits: What a person changed.
        breakpoints: Where it stops.
        watches: Which of its numbers are watched.
        machine: What computed it: the version of NumPy, and which BLAS.
        arithmetic: By which of our own ways of computing a step, ``ARITHMETIC`` then.
    """

    recipe: Recipe
    state: State
    place: Place
    threads: int
    history: History
    edits: tuple[Edit, ...] = ()
    breakpoints: tuple[Breakpoint, ...] = ()
    watches: tuple[Watch, ...] = ()
    machine: str = ""
    arithmetic: int = ARITHMETIC

    @property
    def step(self) -> int:
        """Completed updates."""
        return self.place.step

    @property
    def caution(self) -> str:
        """Why going on with it here does not give the same bits, or ""."""
        return caution(self.machine, self.arithmetic)


class SavedEdit(msgspec.Struct, frozen=True):
    """An edit as a file holds it."""

    step: int
    name: str
    value: float
    operation: int = 0
    index: Index = ()
    before: float | None = None

    @classmethod
    def of(cls, edit: Edit) -> "SavedEdit":
        """Return an edit as it is saved."""
        place = edit.place
        return cls(place.step, edit.name, edit.value, place.operation, edit.index, edit.before)

    @property
    def edit(self) -> Edit:
        """The edit that was saved."""
        place = Place(self.step, self.operation)
        return Edit(place, self.name, self.value, self.index, self.before)


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write a saved run.

    Raises:
        TuiNNError: It cannot be written.
    """
    rows = checkpoint.history.rows
    is_long = len(rows) > LONG
    metadata = Metadata(
        recipe=pack(checkpoint.recipe),
        step=checkpoint.step,
        operation=checkpoint.place.operation,
        seed=checkpoint.recipe.training.seed,
        threads=checkpoint.threads,
        machine=checkpoint.machine or machine(),
        arithmetic=checkpoint.arithmetic,
        edits=pack(tuple(map(SavedEdit.of, checkpoint.edits))),
        epochs=pack_each(map(_table_of, checkpoint.history.epochs)),
        history="" if is_long else pack(rows),
        breakpoints=pack(checkpoint.breakpoints),
        watches=pack(checkpoint.watches),
    )
    pieces = (HISTORY, compressed(rows)) if is_long else None
    write_tensors(path, _to_torch(checkpoint), metadata.texts(), pieces)


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a saved run.

    Raises:
        TuiNNError: The file cannot be read, is damaged, or was not saved by tui-nn.
    """
    with open_tensors(path) as file:
        return _read(str(path), file)


@contextmanager
def open_tensors(path: Path) -> Iterator[Any]:
    """Open a safetensors file; its tensors are read as they are asked for.

    Raises:
        TuiNNError: The file cannot be read, or is damaged.
    """
    try:
        with path.open("rb"):  # safetensors' own words for a missing file are hard to read
            pass
        with safe_open(path, framework="numpy") as file:
            yield file
    except OSError as error:
        raise TuiNNError(f"{path}: cannot be read: {error.strerror or error}") from None
    except SafetensorError as error:
        raise TuiNNError(f"{path}: damaged, or not a safetensors file: {error}") from None


def machine() -> str:
    """Return what decides the last bits of a result: NumPy, and which BLAS with which kernels."""
    for library in threadpool_info():
        if library["user_api"] == "blas":
            fields = (library.get(key) for key in ("internal_api", "version", "architecture"))
            blas = " ".join(str(field) for field in fields if field)
            return f"NumPy {np.__version__}, {blas}"
    return f"NumPy {np.__version__}"


def caution(made_with: str, arithmetic: int) -> str:
    """Return why going on here does not give the bits that it would have given where it was made.

    Args:
        made_with: The machine.
        arithmetic: How a step was computed there.
    """
    here, but = machine(), "continues, not bit for bit"
    if made_with and made_with != here:
        return f"{but}: it was trained with {made_with}, this is {here}"
    if arithmetic != ARITHMETIC:
        return f"{but}: another version of tui-nn trained it, which adds up in another order"
    return ""


def _read(path: str, file: Any) -> Checkpoint:
    metadata = read_metadata(path, file.metadata() or {})
    recipe = from_table(unpack(path, metadata.recipe, dict[str, Any]), f"{path}: recipe")
    edits = _read_edits(path, metadata, recipe)
    # Edits may have turned on what the recipe did not ask for.
    program = recipe.program(Journal(edits).rates(recipe.rates, metadata.step))
    rows = _read_history(path, file, metadata, 4 + program.network.depth)
    epochs = read_epochs(path, metadata.epochs)
    if rows.shape != (metadata.step, 4 + program.network.depth):
        raise TuiNNError(f"{path}: damaged history: {rows.shape[0]} steps of {metadata.step}")
    try:
        operation = translate_operation(metadata.format, program, metadata.operation)
    except ValueError as error:
        raise TuiNNError(f"{path}: damaged metadata: {error}") from None
    if epochs and epochs[-1].step > metadata.step:
        raise TuiNNError(f"{path}: damaged epochs: one ends after step {metadata.step}")
    return Checkpoint(
        recipe=recipe,
        state=_read_state(path, file, program),
        place=Place(metadata.step, operation),
        threads=metadata.threads,
        history=History.of(rows, epochs),
        edits=edits,
        breakpoints=unpack(path, metadata.breakpoints, saved_type()),
        watches=unpack(path, metadata.watches, tuple[Watch, ...]),
        machine=metadata.machine,
        arithmetic=metadata.arithmetic,
    )


def _read_history(path: str, file: Any, metadata: Metadata, columns: int) -> NDArray[np.float64]:
    if metadata.history:
        return unpack(path, metadata.history, np.ndarray)
    if HISTORY not in file.keys():  # noqa: SIM118 - it is a file
        raise TuiNNError(f"{path}: {HISTORY}: missing")
    content = file.get_tensor(HISTORY)
    return decompressed(path, content.tobytes(), metadata.step, columns)


def read_epochs(path: str, text: str) -> tuple[EpochRecord, ...]:
    """Return the epochs of a file.

    Raises:
        TuiNNError: They are not what was written.
    """
    tables = unpack(path, text, tuple[dict[str, Any], ...])
    epochs = convert(path, tables, tuple[EpochRecord, ...])
    numbers = [each.epoch for each in epochs]
    # Some are left out where a run went on with fewer samples.
    if numbers != sorted(set(numbers)) or min(numbers, default=1) < 1:
        raise TuiNNError(f"{path}: damaged epochs")
    return epochs


def _table_of(epoch: EpochRecord) -> dict[str, Any]:
    """Return an epoch as JSON can hold it: what is not finite as a text, such as inf."""

    def held(value: Any) -> Any:
        return str(value) if isinstance(value, float) and not math.isfinite(value) else value

    return {key: held(value) for key, value in asdict(epoch).items()}


def _read_edits(path: str, metadata: Metadata, recipe: Recipe) -> tuple[Edit, ...]:
    saved = unpack(path, metadata.edits, tuple[SavedEdit, ...])
    edits = tuple(each.edit for each in saved)
    for edit in edits:
        try:
            check_edit(edit, recipe)
        except TuiNNError as error:
            raise TuiNNError(f"{path}: damaged edits: {error}") from None
    try:
        return translate_edits(metadata.format, edits, recipe)
    except ValueError as error:
        raise TuiNNError(f"{path}: damaged edits: {error}") from None


def _to_torch(checkpoint: Checkpoint) -> dict[str, Array]:
    """Return PyTorch's name to array of all that a run keeps from step to step."""
    tensors, program = checkpoint.state.tensors, checkpoint.recipe.program()
    counts = {name: np.array(checkpoint.step, np.int64) for name in _torch_counts(program)}
    return counts | {
        torch_name: tensors[name].transpose(parameter.torch_axes)
        for name, (torch_name, parameter) in _torch_names(program).items()
    }


def _torch_counts(program: Program) -> list[str]:
    """Return the names under which PyTorch counts the batches of a batch normalisation.

    Here that is the step: it is written for PyTorch alone.
    """
    positions = {each.torch_name.partition(".")[0] for each in program.network.statistics}
    return [f"{position}.num_batches_tracked" for position in sorted(positions, key=int)]


def _torch_names(program: Program) -> dict[str, tuple[str, Kept]]:
    """Return each name of a state with its name in the file, and what it lies as."""
    names: dict[str, tuple[str, Kept]] = {
        each.name: (each.torch_name, each) for each in program.network.statistics
    }
    for parameter in program.network.parameters:
        names[parameter.name] = parameter.torch_name, parameter
        for slot in (each for each in program.slots.values() if each.of == parameter):
            kind = slot.name.removesuffix(parameter.name)
            names[slot.name] = f"optimizer.{kind}.{parameter.torch_name}", parameter
    return names


def _read_state(path: str, file: Any, program: Program) -> State:
    """Return the state, having made sure that it is exactly the recipe's."""
    shapes = {name: each.shape for name, each in program.kept.items()}
    names = _torch_names(program)
    expected = {
        torch_name: tuple(shapes[name][axis] for axis in parameter.torch_axes)
        for name, (torch_name, parameter) in names.items()
    }
    found = set(file.keys()) - {HISTORY} - set(_torch_counts(program))
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
    for name, tensor in state.tensors.items():
        torch_name, parameter = names[name]
        tensor.transpose(parameter.torch_axes)[...] = file.get_tensor(torch_name)
    return state
