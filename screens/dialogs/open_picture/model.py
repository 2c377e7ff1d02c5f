"""The pictures that one may want to open."""

from pathlib import Path

from screens.inspect.paths import expanded
from tui_nn.data.files.pictures import SUFFIXES
from tui_nn.errors import TuiNNError

MOST = 100
NONE_HERE = "No pictures in this folder: type where one is."
HINT = "A photo of one digit: dark ink on light paper, or the other way round."


def pictures_in(folder: Path) -> tuple[Path, ...]:
    """Return the pictures of a folder, the newest first."""
    try:
        found = [each for each in folder.iterdir() if each.suffix.lower() in SUFFIXES]
        found.sort(key=lambda each: each.stat().st_mtime, reverse=True)
    except OSError:
        return ()
    return tuple(found[:MOST])


def picture_path(text: str) -> Path:
    """Return the picture that somebody typed; ``~`` is their home.

    Raises:
        TuiNNError: Nothing was typed, or it is no file.
    """
    if not text.strip():
        raise TuiNNError("type the name of a picture")
    path = expanded(text.strip().strip("'\""))
    if path.is_dir():
        raise TuiNNError(f"{path} is a folder: type the name of a picture in it")
    return path
