"""What ``--data`` accepts: the embedded digits, sets known by name, and paths.

Loading never fetches, and returns a whole data set or raises, so that a mistake leaves what was
loaded before as it was.
"""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from tui_nn.data import embedded, torchvision_sets
from tui_nn.data.csv_digits import find_csv, load_csv
from tui_nn.data.dataset import Dataset
from tui_nn.data.folders import SETS, NamedSet, find_set, is_here, load_set
from tui_nn.data.mnist import Progress, fetch_mnist
from tui_nn.data.npz import load_npz
from tui_nn.errors import TuiNNError

EMBEDDED = "embedded"
_NAMES = (EMBEDDED, *SETS)
_PATHS = (
    "a folder in torchvision's layout or with the four IDX files, a .csv with its label first, "
    "or Keras' .npz"
)


class SourceInfo(NamedTuple):
    """One of the sets that ``--data`` knows by name.

    Attributes:
        name: What ``--data`` is given.
        title: What it shows, in a few words.
        here: Whether its files are here. They are not looked into.
        where: Where its files are, or would be.
        how: The command that gets it, empty where it is here.
    """

    name: str
    title: str
    here: bool
    where: Path
    how: str


def data_folder() -> Path:
    """Return where named sets live: ``$TUI_NN_DATA``, else the user's data folder."""
    import platformdirs

    chosen = os.environ.get("TUI_NN_DATA")
    return Path(chosen) if chosen else platformdirs.user_data_path("tui-nn", appauthor=False)


def available() -> list[SourceInfo]:
    """Return the sets that have a name, and whether they are here."""
    root, shipped = data_folder(), embedded.PATH.is_file()
    sources = [
        SourceInfo(
            EMBEDDED,
            "handwritten digits that come with tui-nn",
            shipped,
            embedded.PATH,
            "" if shipped else "pip install --force-reinstall tui-nn",
        )
    ]
    for each in SETS.values():
        here = is_here(each, each.raw(root))
        how = "" if here else _how_to_get(each)
        sources.append(SourceInfo(each.name, each.title, here, each.raw(root), how))
    return sources


def lasting_name(name: str) -> str:
    """Return a name that means the same data set in another folder, too."""
    if name in _NAMES or not Path(name).exists():
        return name
    return str(Path(name).resolve())


def load(name: str) -> Dataset:
    """Return the data set that ``--data`` names.

    Args:
        name: ``embedded``, ``mnist`` or another of ``available()``, or the path of a folder in
            torchvision's layout, a folder with the four IDX files or a pair of CSV files, a CSV
            file, or Keras' ``.npz``.

    Returns:
        Splits ``train`` and ``test``, and ``validation`` where the source has one.

    Raises:
        TuiNNError: The set is not here, or a file is not what was expected.
    """
    if name == EMBEDDED:
        return embedded.load_embedded()
    try:
        return _load_named(SETS[name]) if name in SETS else _load_path(name)
    except OSError as error:  # a name too long, a folder that may not be entered
        raise TuiNNError(f"{name}: cannot be read: {error.strerror or error}") from error


def fetch(
    name: str, progress: Progress | None = None, mirrors: Sequence[str] | None = None
) -> None:
    """Fetch a named set into the data folder. Does nothing where it is here and undamaged.

    Args:
        name: One of ``available()``.
        progress: Is told the file, the bytes that have arrived and the bytes in all; of MNIST
            alone, as torchvision reports nothing. Without it, a progress bar is drawn where
            stderr is a terminal.
        mirrors: Addresses to fetch MNIST from, instead of torchvision's.

    Raises:
        TuiNNError: There is no such set, or it could not be fetched or stored.
    """
    if name == EMBEDDED:
        return
    if name not in SETS:
        raise TuiNNError(f"no data set called {name!r} to fetch; expected {', '.join(SETS)}")
    each, root = SETS[name], data_folder()
    if is_here(each, each.raw(root)):
        with suppress(TuiNNError):
            load_set(each, each.raw(root), name)
            return
    if name == "mnist":
        fetch_mnist(root, progress, mirrors)
    else:
        quiet = progress is not None or not sys.stderr.isatty()
        torchvision_sets.fetch_through_torchvision(each, root, quiet)


def _load_named(each: NamedSet) -> Dataset:
    raw = each.raw(data_folder())
    if not is_here(each, raw):
        raise TuiNNError(
            f"{each.name} is not here: its four files are not all in {raw}; "
            f"run: {_how_to_get(each)}"
        )
    return load_set(each, raw, each.name)


def _how_to_get(each: NamedSet) -> str:
    command = f"tui-nn data fetch {each.name}"
    if each.name == "mnist" or torchvision_sets.is_installed():
        return command
    return f"{torchvision_sets.INSTALL} && {command}"


def _load_path(name: str) -> Dataset:
    path = Path(name)
    if path.is_dir():
        return _load_folder(path, name)
    if not path.exists():
        raise TuiNNError(
            f"no data set or file called {name!r}; expected {', '.join(_NAMES)}, or {_PATHS}"
        )
    readers = {".csv": load_csv, ".npz": load_npz}
    if path.suffix.lower() not in readers:
        raise TuiNNError(f"{name}: not a kind of file that holds a data set; expected {_PATHS}")
    return readers[path.suffix.lower()](path, name)


def _load_folder(folder: Path, name: str) -> Dataset:
    if (found := find_set(folder)) is not None:
        return load_set(*found, name)
    if (pair := find_csv(folder)) is not None:
        return load_csv(pair, name)
    raise TuiNNError(
        f"{name}: no data set in this folder; expected MNIST/raw/train-images-idx3-ubyte and its "
        "three companions, the four files themselves, or mnist_train.csv and mnist_test.csv"
    )
