"""Files: checked before they are written, written whole or not at all, and their size in words."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import BinaryIO

from tui_nn.errors import TuiNNError

_WRITTEN = count()


def make_sure_of_folder(path: Path) -> None:
    """Check that a file can be written, before an hour of training rather than after it.

    Raises:
        TuiNNError: The folder of the file does not exist, or is not writable.
    """
    if not path.parent.is_dir():
        raise TuiNNError(f"{path}: there is no folder {path.parent}")
    if not os.access(path.parent, os.W_OK):
        raise TuiNNError(f"{path}: the folder {path.parent} is not writable")


def write_file(path: Path, content: bytes | str) -> None:
    """Write a file atomically; a text is written as UTF-8, with its line ends as they are.

    Raises:
        TuiNNError: It cannot be written; a file that was there before is unchanged.
    """
    try:
        with open_replacement(path) as file:
            file.write(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise TuiNNError(f"{path}: cannot be written: {error.strerror or error}") from None


@contextmanager
def open_replacement(path: Path) -> Iterator[BinaryIO]:
    """Open a temporary file that replaces ``path`` when the block ends without an exception.

    Raises:
        OSError: It cannot be written.
    """
    # Two threads may write the same file: each its own, of which the last to end stays.
    partial = path.with_name(f".{path.name}.{os.getpid()}.{next(_WRITTEN)}")
    try:
        with partial.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def state_folder() -> Path:
    """Return where runs are saved automatically and faults are logged.

    It is ``$TUI_NN_STATE``, else the user's own folder for such things.
    """
    import platformdirs

    chosen = os.environ.get("TUI_NN_STATE")
    return Path(chosen) if chosen else platformdirs.user_state_path("tui-nn", appauthor=False)


def size_words(size: int) -> str:
    """Return a number of bytes for people: ``446 kB``."""
    return f"{size / 1e6:.1f} MB" if size >= 999_500 else f"{max(size / 1e3, 1):.0f} kB"
