"""The table of formats: what a path may hold. A new one is a row."""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from tui_nn.data.files.arrays import read_arrays
from tui_nn.data.files.idx_files import read_known_set, read_own_set
from tui_nn.data.files.options import ReadOptions
from tui_nn.data.files.pictures import read_pictures
from tui_nn.data.files.reading import Reading
from tui_nn.data.files.refused import refuse
from tui_nn.data.files.tables import read_table_file, read_table_folder


class Format(Struct, frozen=True):
    """A kind of file or folder that holds a data set.

    Attributes:
        words: What it looks like, for people; "" for what is only refused.
        read: Returns what a path holds; None if the path is of another format.
    """

    words: str
    read: Callable[[Path, ReadOptions], Reading | None]


def _read_npz(path: Path, options: ReadOptions) -> Reading | None:
    is_npz = path.is_file() and path.suffix.lower() == ".npz"
    return read_arrays(path, options) if is_npz else None


FORMATS: list[Format] = [
    Format("", refuse),
    Format(
        "a folder with MNIST/raw/train-images-idx3-ubyte and its three companions or with these "
        "four files themselves",
        read_known_set,
    ),
    Format("IDX files of your own (mine-images-idx3-ubyte, mine-labels-idx1-ubyte)", read_own_set),
    Format("a folder with train.csv and test.csv", read_table_folder),
    Format("a table (.csv, .tsv or .txt, also .gz or .zip)", read_table_file),
    Format("an .npz with x_train, y_train, x_test, y_test, or with X and y", _read_npz),
    Format("a folder of pictures (7/123.png, or training/7/123.png)", read_pictures),
]
"""Every format, tried in this order."""
