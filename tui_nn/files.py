"""What is asked of a file before, and said after, something is written to it."""

import os
from pathlib import Path

from tui_nn.errors import TuiNNError


def make_sure_of_folder(path: Path) -> None:
    """Say before an hour of training, not after it, that its result cannot be kept.

    Raises:
        TuiNNError: The folder of the file is not there, or may not be written to.
    """
    if not path.parent.is_dir():
        raise TuiNNError(f"{path}: there is no folder {path.parent}")
    if not os.access(path.parent, os.W_OK):
        raise TuiNNError(f"{path}: the folder {path.parent} may not be written to")


def size_words(size: int) -> str:
    """Return a number of bytes for people: ``446 kB``."""
    return f"{size / 1e6:.1f} MB" if size >= 999_500 else f"{max(size / 1e3, 1):.0f} kB"
