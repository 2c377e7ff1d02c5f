"""Paths as people type them."""

from pathlib import Path

from tui_nn.errors import TuiNNError
from tui_nn.training.runs.kept import SUFFIX


def expanded(text: str) -> Path:
    """Return a path that somebody typed: ``~`` is their home, ``~name`` another's.

    Raises:
        TuiNNError: There is nobody of that name.
    """
    try:
        return Path(text.strip()).expanduser()
    except RuntimeError:
        raise TuiNNError(f"{text.strip()}: there is no such user here") from None


def typed_path(text: str) -> Path:
    """Return the saved run that somebody typed; its suffix is optional.

    Raises:
        TuiNNError: Nothing was typed, or it is no file.
    """
    if not text.strip():
        raise TuiNNError("type the name of a file")
    path = expanded(text)
    if text.rstrip().endswith("/") or path.is_dir():
        raise TuiNNError(f"{path} is a folder: type the name of a file in it")
    return path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)
