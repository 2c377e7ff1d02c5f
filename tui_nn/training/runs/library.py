"""Saved runs by name: those that come with tui-nn, those saved automatically, and any file."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec import Struct

from tui_nn.assets import asset
from tui_nn.errors import TuiNNError
from tui_nn.files import state_folder
from tui_nn.training.recipe.recipe import Recipe, from_table
from tui_nn.training.runs.kept import SUFFIX, kept_runs
from tui_nn.training.stepping.epochs import EpochRecord
from tui_nn.training.storage.checkpoint import (
    caution,
    open_tensors,
    read_epochs,
)
from tui_nn.training.storage.metadata import read_metadata, unpack

_MOST = 20  # files of a folder that are offered


class Summary(Struct, frozen=True):
    """What a file says of its run, without the tensors.

    Attributes:
        recipe: What was trained, and how.
        step: Completed updates.
        epochs: Those that are over.
        edits: How many changes a person made.
        stops: How many breakpoints and watches it has.
        size: Of the file, in bytes.
        saved_at: When it was written, in seconds since 1970.
        caution: Why going on would not give the same bits as on the machine it was made on, or "".
    """

    recipe: Recipe
    step: int
    epochs: tuple[EpochRecord, ...]
    edits: int
    stops: int
    size: int
    saved_at: float
    caution: str


class SavedRun(Struct, frozen=True):
    """A file that can be opened, or why it cannot.

    Attributes:
        name: What the list calls it.
        path: Where it is.
        summary: What it holds; None where that cannot be read.
        fault: Why it cannot be read, or "".
    """

    name: str
    path: Path
    summary: Summary | None
    fault: str = ""


def trained_names() -> list[str]:
    """Return the names of the trained networks that come with tui-nn, the smallest first."""
    files = asset("trained").glob(f"*{SUFFIX}")
    return [path.stem for path in sorted(files, key=lambda path: path.stat().st_size)]


def run_path(name: str) -> Path:
    """Return the file of a saved run, given the name of a trained network or a path.

    Raises:
        TuiNNError: There is none.
    """
    if name in trained_names():
        return asset("trained", f"{name}{SUFFIX}")
    path = Path(name)
    if path.exists():
        return path
    known = ", ".join(trained_names())
    raise TuiNNError(f"no saved run {name}: expected a {SUFFIX} file or one of {known}")


def is_kept_here(path: Path) -> bool:
    """Return whether a file is one that comes with tui-nn or was saved automatically."""
    return path.parent in (asset("trained"), state_folder())


def summarize(path: Path) -> Summary:
    """Return what a file says of its run.

    Raises:
        TuiNNError: It cannot be read, is damaged, or was not saved by tui-nn.
    """
    with open_tensors(path) as file:
        status = path.stat()
        metadata = read_metadata(str(path), file.metadata() or {})
    where = str(path)
    stops = unpack(where, metadata.breakpoints, list[Any])
    stops += unpack(where, metadata.watches, list[Any])
    return Summary(
        recipe=from_table(unpack(where, metadata.recipe, dict[str, Any]), f"{path}: recipe"),
        step=metadata.step,
        epochs=read_epochs(where, metadata.epochs),
        edits=len(unpack(where, metadata.edits, list[Any])),
        stops=len(stops),
        size=status.st_size,
        saved_at=status.st_mtime,
        caution=caution(metadata.machine, metadata.arithmetic),
    )


def list_saved_runs(folder: Path) -> list[SavedRun]:
    """Return the files that are offered: an interrupted run, the trained networks, the rest.

    Args:
        folder: Its files are offered too, the newest first.
    """
    named = list(kept_runs())
    trained = [(name, asset("trained", f"{name}{SUFFIX}")) for name in trained_names()]
    named[1:1] = trained  # after the interrupted one
    named += [(path.stem, path) for path in _newest(folder)]
    return [_listed(name, path) for name, path in named]


def _newest(folder: Path) -> list[Path]:
    with suppress(OSError):
        files = [path for path in folder.glob(f"*{SUFFIX}") if path.is_file()]
        return sorted(files, key=lambda path: path.stat().st_mtime, reverse=True)[:_MOST]
    return []


def _listed(name: str, path: Path) -> SavedRun:
    try:
        return SavedRun(name, path, summarize(path))
    except TuiNNError as error:
        return SavedRun(name, path, None, str(error))
