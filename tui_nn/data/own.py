"""The person's own digits: drawn in the app, kept in one file, in the order in which they came.

``own`` is all of them; ``own:12-1c291ca3`` the first twelve, with a checksum, as recipes and saved
runs name them: digits that are kept later change nothing of a run.
"""

import io
import os
import re
import threading
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import PIXELS, Dataset
from tui_nn.data.idx_writing import write_labelled
from tui_nn.data.npz import open_npz, read_split
from tui_nn.errors import TuiNNError
from tui_nn.files import write_file

OWN = "own"
HOW_TO_GET = "tui-nn, then 6 to draw a digit and d to keep it"
_KEEPING = threading.Lock()  # one digit after the other, or one of two would be lost
_PINNED = re.compile(rf"{OWN}:(\d+)-([0-9a-f]{{8}})")


class OwnDigits(NamedTuple):
    """Digits with their labels.

    Attributes:
        images: uint8 [N, 28, 28].
        labels: uint8 [N].
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    def first(self, count: int) -> "OwnDigits":
        """Return the first few of them."""
        return OwnDigits(self.images[:count], self.labels[:count])

    @property
    def checksum(self) -> str:
        """Eight digits that tell whether they are the same ones."""
        return f"{zlib.crc32(self.labels.tobytes(), zlib.crc32(self.images.tobytes())):08x}"


def own_path() -> Path:
    """Return the file of the person's own digits: in ``$TUI_NN_OWN``, else their data folder."""
    import platformdirs

    chosen = os.environ.get("TUI_NN_OWN")
    folder = Path(chosen) if chosen else platformdirs.user_data_path("tui-nn", appauthor=False)
    return folder / "own.npz"


def read_own() -> OwnDigits:
    """Return all digits that were kept, perhaps none.

    Raises:
        TuiNNError: The file is damaged.
    """
    path = own_path()
    if not path.exists():
        return OwnDigits(np.zeros((0, PIXELS, PIXELS), np.uint8), np.zeros(0, np.uint8))
    with open_npz(path) as archive:
        split = read_split(path, archive, "X", "y")
    return OwnDigits(split.images, split.labels)


def keep_digit(image: NDArray[np.uint8], label: int) -> int:
    """Keep a digit after those that were kept before; return how many there are now.

    One that is kept already gets the label that is given now: it was mislabelled.

    Args:
        image: uint8 [28, 28].
        label: The digit that it is.

    Raises:
        TuiNNError: The file is damaged, or cannot be written; it stays as it was.
    """
    with _KEEPING:
        images, labels = read_own()
        same = (images == image).all(axis=(1, 2))
        if same.any():
            digits = OwnDigits(images, np.where(same, np.uint8(label), labels))
        else:
            digits = OwnDigits(
                np.concatenate([images, image[None]]), np.append(labels, np.uint8(label))
            )
        _write(digits)
    return len(digits.labels)


def forget_last_digit() -> tuple[int, int]:
    """Remove the digit that was kept last; return what it was, and how many are left.

    Raises:
        TuiNNError: There is none, the file is damaged, or it cannot be written.
    """
    with _KEEPING:
        digits = _some(read_own())
        left = len(digits.labels) - 1
        _write(digits.first(left))
    return int(digits.labels[-1]), left


def _write(digits: OwnDigits) -> None:
    path, packed = own_path(), io.BytesIO()
    if not len(digits.labels):
        _remove(path)
        return
    np.savez_compressed(packed, X=digits.images, y=digits.labels)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TuiNNError(f"{path.parent}: cannot be made: {error.strerror or error}") from None
    write_file(path, packed.getvalue())


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise TuiNNError(f"{path}: cannot be removed: {error.strerror or error}") from None


def export_own(images: Path, labels: Path) -> int:
    """Write all digits as a pair of IDX files, as MNIST's are; return how many they are.

    Raises:
        TuiNNError: There are none, or a file cannot be written.
    """
    digits = _some(read_own())
    write_labelled(images, labels, *digits)
    return len(digits.labels)


def is_own(name: str) -> bool:
    """Return whether a name means the person's own digits, or the first few of them."""
    return name == OWN or _PINNED.fullmatch(name) is not None


def pinned_name(name: str) -> str:
    """Return the name that means the same digits when more will have been kept."""
    if name != OWN:
        return name
    digits = read_own()
    return f"{OWN}:{len(digits.labels)}-{digits.checksum}" if len(digits.labels) else OWN


def load_own(name: str) -> Dataset:
    """Return the digits that a name means, as a data set.

    Raises:
        TuiNNError: There are none, or they are not those that the name means.
    """
    from tui_nn.data.files.reading import Part, Reading, measured_too

    digits = _some(read_own())
    if pinned := _PINNED.fullmatch(name):
        count = int(pinned[1])
        digits = digits.first(count)
        if (len(digits.labels), digits.checksum) != (count, pinned[2]):
            raise TuiNNError(f"{name}: the first {count} digits in {own_path()} are others by now")
    parts = measured_too({"train": Part(digits.images, digits.labels)})
    return Reading(parts).dataset(own_path(), name)


def _some(digits: OwnDigits) -> OwnDigits:
    if not len(digits.labels):
        raise TuiNNError(f"no digits of your own are kept yet: {HOW_TO_GET}")
    return digits
