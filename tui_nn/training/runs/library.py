"""Saved runs by name: those that come along, those that are kept by themselves, and any file."""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np

from tui_nn.assets import asset
from tui_nn.data.dataset import Dataset
from tui_nn.data.sources import lasting_name, load
from tui_nn.errors import TuiNNError
from tui_nn.training.recipe.recipe import Recipe, from_table
from tui_nn.training.session.session import Session
from tui_nn.training.stepping.history import EpochRecord
from tui_nn.training.storage.checkpoint import (
    Checkpoint,
    caution,
    load_checkpoint,
    open_tensors,
    read_epochs,
    save_checkpoint,
)
from tui_nn.training.storage.metadata import read_metadata, unpack

SUFFIX = ".safetensors"
LAST, INTERRUPTED = "last", "interrupted"
"""What is kept by itself: the run one quit, and the run that was cut off."""

_BEFORE = "interrupted-before"  # two lines may drop at once
_MOST = 20  # files of a folder that are offered


class ResumedRun(NamedTuple):
    """A run to go on with.

    Attributes:
        session: The run.
        path: Its file.
        notes: What is not as it was when it was saved, in sentences.
    """

    session: Session
    path: Path
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Summary:
    """What a file says of its run, without its numbers.

    Attributes:
        recipe: What was trained, and how.
        step: Completed updates.
        epochs: Those that are over.
        edits: How many changes a person made.
        stops: How many breakpoints and watches it has.
        size: Of the file, in bytes.
        saved_at: When it was written, in seconds since 1970.
        caution: Why going on would not give the same bits as where it was made, or "".
    """

    recipe: Recipe
    step: int
    epochs: tuple[EpochRecord, ...]
    edits: int
    stops: int
    size: int
    saved_at: float
    caution: str


@dataclass(frozen=True)
class SavedRun:
    """A file that can be opened, or why it cannot.

    Attributes:
        name: What it is called here.
        path: Where it is.
        summary: What it holds; None where that cannot be read.
        fault: Why it cannot be read, or "".
    """

    name: str
    path: Path
    summary: Summary | None
    fault: str = ""


def state_folder() -> Path:
    """Return where runs are kept by themselves: ``$TUI_NN_STATE``, else the user's own folder."""
    import platformdirs

    chosen = os.environ.get("TUI_NN_STATE")
    return Path(chosen) if chosen else platformdirs.user_state_path("tui-nn", appauthor=False)


def trained_names() -> list[str]:
    """Return the names of the trained networks that come along, the smallest first."""
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
    """Return whether a file is one of those that no person named."""
    return path.parent in (asset("trained"), state_folder())


def keep_run(checkpoint: Checkpoint, name: str) -> Path:
    """Keep a run without being asked to, as LAST or INTERRUPTED.

    Raises:
        TuiNNError: It cannot be written.
    """
    folder = state_folder()
    path = folder / f"{name}{SUFFIX}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if name == INTERRUPTED and path.exists():
            path.replace(folder / f"{_BEFORE}{SUFFIX}")
    except OSError as error:
        raise TuiNNError(f"{path}: cannot be written: {error.strerror or error}") from None
    save_checkpoint(path, checkpoint)
    return path


def find_interrupted() -> Path | None:
    """Return the file of the last run, if that was cut off and not taken up again since."""
    interrupted, last = (state_folder() / f"{name}{SUFFIX}" for name in (INTERRUPTED, LAST))
    with suppress(OSError):
        when = interrupted.stat().st_mtime_ns
        if not last.exists() or when > last.stat().st_mtime_ns:
            return interrupted
    return None


def summarize(path: Path) -> Summary:
    """Return what a file says of its run.

    Raises:
        TuiNNError: It cannot be read, is damaged, or is not one of ours.
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
        caution=caution(metadata.machine),
    )


def list_saved_runs(folder: Path) -> list[SavedRun]:
    """Return the files that are offered: a run that was cut off, the trained networks, the rest.

    Args:
        folder: Whose files are offered beside, the newest first.
    """
    named = []
    if (interrupted := find_interrupted()) is not None:
        named.append(("the run that was cut off", interrupted))
    named += [(name, asset("trained", f"{name}{SUFFIX}")) for name in trained_names()]
    ours = {LAST: "the run before", INTERRUPTED: "a run cut off", _BEFORE: "a run cut off before"}
    for stem, words in ours.items():
        path = state_folder() / f"{stem}{SUFFIX}"
        if path.is_file() and path != interrupted:
            named.append((words, path))
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


@np.errstate(all="ignore")
def resume_run(
    path: Path,
    *,
    data: str | None = None,
    otherwise: Callable[[], Dataset] | None = None,
    history_memory: int = 0,
) -> ResumedRun:
    """Return a saved run to go on with.

    Args:
        path: Its file.
        data: What to go on with instead of the digits that it was trained on.
        otherwise: Asked for a data set where that one is not here; None if that is an error.
        history_memory: As for a new session.

    Raises:
        TuiNNError: The file cannot be read, is damaged or is not one of ours; or its data are
            not here, or cannot be split as its recipe says.
    """
    checkpoint = load_checkpoint(path)
    trained_on = checkpoint.recipe.data.name
    dataset, note = _data(path, trained_on, data, otherwise)
    recipe = checkpoint.recipe
    if note:
        section = msgspec.structs.replace(recipe.data, name=lasting_name(dataset.name))
        recipe = msgspec.structs.replace(recipe, data=section)
        checkpoint = replace(checkpoint, recipe=recipe)
    session = Session.resumed(checkpoint, dataset, history_memory=history_memory)
    notes = (note, _other_size(session, checkpoint), checkpoint.caution)
    if path == state_folder() / f"{INTERRUPTED}{SUFFIX}":
        with suppress(OSError):  # nobody need be told of it again
            path = path.replace(path.with_stem(LAST))
    return ResumedRun(session, path, tuple(filter(None, notes)))


def _data(
    path: Path, trained_on: str, wanted: str | None, otherwise: Callable[[], Dataset] | None
) -> tuple[Dataset, str]:
    """Return what to go on with, and what to say if it is not what it was trained on."""
    name = wanted or trained_on
    try:
        dataset = load(name)
    except TuiNNError as error:
        if wanted:
            raise
        if otherwise is None:
            raise TuiNNError(
                f"{path}: was trained on {name}, and: {error}; --data names others"
            ) from None
        dataset = otherwise()
        note = f"It was trained on {name}, which is not here: it goes on with {dataset.name}."
        return dataset, note
    if lasting_name(name) == lasting_name(trained_on):
        return dataset, ""
    return dataset, f"It was trained on {trained_on}: it goes on with {dataset.name}."


def _other_size(session: Session, checkpoint: Checkpoint) -> str:
    """Return what to say where the data of the same name are not as many as they were."""
    for record in checkpoint.history.epochs[-1:]:
        if session.schedule.first_step(record.epoch + 1) != record.step:
            return "An epoch here has another number of steps than those it was trained with."
    return ""
