"""Runs that are saved without being asked: at quitting, when interrupted, and while they go on."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tui_nn.errors import TuiNNError
from tui_nn.files import state_folder
from tui_nn.training.storage.checkpoint import Checkpoint, save_checkpoint

SUFFIX = ".safetensors"
LAST, INTERRUPTED = "last", "interrupted"
"""The run at quitting, and a run that was interrupted."""

_BEFORE = "interrupted-before"  # two connections may drop at once
_AUTOSAVE = "autosave-"  # and the number of the process, so that no two write the same file
_MOST = 5  # runs of processes that were killed; older ones make way


def keep_run(checkpoint: Checkpoint, name: str) -> Path:
    """Save a run automatically, as LAST or INTERRUPTED; the program is about to end.

    Returns:
        Where: among the system's temporary files if the folder for it is full or read-only.

    Raises:
        TuiNNError: It can be written to neither.
    """
    path = _path(name)
    if name == INTERRUPTED and path.exists():
        with suppress(OSError):
            path.replace(_path(_BEFORE))
    try:
        return _written(path, checkpoint)
    except TuiNNError:
        elsewhere = Path(tempfile.gettempdir(), f"tui-nn-{name}-{os.getpid()}{SUFFIX}")
        with suppress(TuiNNError):
            return _written(elsewhere, checkpoint)
        raise


def autosave_run(checkpoint: Checkpoint) -> Path:
    """Save a run that goes on, for the case that this process is killed.

    Raises:
        TuiNNError: It cannot be written.
    """
    return _written(_path(f"{_AUTOSAVE}{os.getpid()}"), checkpoint)


def discard_autosave() -> None:
    """Remove what this process has saved for that case, and the oldest of others that died."""
    own = _path(f"{_AUTOSAVE}{os.getpid()}")
    for path in (own, *_left_behind()[_MOST:]):
        with suppress(OSError):
            path.unlink(missing_ok=True)


def find_interrupted() -> Path | None:
    """Return the file of the last run, if that was interrupted or killed and not resumed since."""
    newest = _newest_first([_path(INTERRUPTED), *_left_behind(), _path(LAST)])
    return newest[0] if newest and newest[0] != _path(LAST) else None


def adopt(path: Path) -> Path:
    """Rename an interrupted run that is gone on with, so that it is not offered again."""
    if path == _path(INTERRUPTED) or path in _left_behind():
        with suppress(OSError):
            return path.replace(_path(LAST))
    return path


def kept_runs() -> Iterator[tuple[str, Path]]:
    """Yield what is kept here, each with what a list calls it."""
    interrupted = find_interrupted()
    if interrupted is not None:
        yield "the interrupted run", interrupted
    named = [("the last run", _path(LAST)), ("an interrupted run", _path(INTERRUPTED))]
    named += [("an interrupted run", path) for path in _left_behind()]
    named += [("an earlier interrupted run", _path(_BEFORE))]
    yield from ((words, path) for words, path in named if path.is_file() and path != interrupted)


def _path(name: str) -> Path:
    return state_folder() / f"{name}{SUFFIX}"


def _written(path: Path, checkpoint: Checkpoint) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TuiNNError(f"{path}: cannot be written: {error.strerror or error}") from None
    save_checkpoint(path, checkpoint)
    return path


def _left_behind() -> list[Path]:
    """Return what processes that are no more have saved, the newest first."""
    files = state_folder().glob(f"{_AUTOSAVE}*{SUFFIX}")
    return _newest_first([path for path in files if not _is_alive(path.stem)])


def _is_alive(stem: str) -> bool:
    number = stem.removeprefix(_AUTOSAVE)
    if not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # somebody else's
        return True
    return True


def _newest_first(paths: list[Path]) -> list[Path]:
    """Return those files that exist."""
    found = []
    for path in paths:
        with suppress(OSError):
            found.append((path.stat().st_mtime_ns, path))
    return [path for _, path in sorted(found, reverse=True)]
