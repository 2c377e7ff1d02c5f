"""Paths of saved runs, as people type them."""

from pathlib import Path

from tui_nn.errors import TuiNNError
from tui_nn.training.runs.kept import SUFFIX


def typed_path(text: str) -> Path:
    """Return the file that somebody typed: ``~`` is their home, the suffix is optional.

    Raises:
        TuiNNError: Nothing was typed, or it is no file.
    """
    if not text.strip():
        raise TuiNNError("type the name of a file")
    try:
        path = Path(text.strip()).expanduser()
    except RuntimeError:
        raise TuiNNError(f"{text.strip()}: there is no such user here") from None
    if text.rstrip().endswith("/") or path.is_dir():
        raise TuiNNError(f"{path} is a folder: type the name of a file in it")
    return path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)
