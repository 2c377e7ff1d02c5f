"""Reads IDX, the format of MNIST's files. A damaged file is an error, never fewer digits."""

import gzip
import io
import zlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import CLASSES, PIXELS
from tui_nn.errors import TuiNNError

MAX_SAMPLES = 1_000_000  # four times the largest set; bounds what a header can make us allocate
_GZIP_MAGIC = b"\x1f\x8b"
_MOST_PER_PACKED_BYTE = 1032  # deflate cannot pack more bytes than this into one
_CHUNK = 1 << 20  # gzip copies what it unpacks; by pieces, the copy stays small


class _Format(NamedTuple):
    """One kind of IDX file. The magic number spells out the element type and the dimensions."""

    magic: int
    what: str
    shape: tuple[int, ...]  # of one sample
    dtype: str


_IMAGES = _Format(0x0803, "images", (PIXELS, PIXELS), "u1")
_LABELS = _Format(0x0801, "labels", (), "u1")
_QMNIST_LABELS = _Format(0x0C02, "labels", (8,), ">i4")  # the class, then where it came from


def read_images(path: Path) -> NDArray[np.uint8]:
    """Return the images of an IDX file, gzipped or not.

    Returns:
        uint8 [N, 28, 28].

    Raises:
        TuiNNError: The file is missing, damaged, or not IDX images of 28×28.
    """
    return _read(path, _IMAGES)


def read_labels(path: Path) -> NDArray[np.uint8]:
    """Return the labels of an IDX file, gzipped or not; of QMNIST's wider files, the class.

    Returns:
        uint8 [N], each 0 to 9.

    Raises:
        TuiNNError: The file is missing, damaged, not IDX labels, or has a label over 9.
    """
    values = _read(path, _LABELS, _QMNIST_LABELS)
    labels = values.reshape(len(values), -1)[:, 0]
    wrong = labels[(labels < 0) | (labels >= CLASSES)]
    if len(wrong):
        raise TuiNNError(f"{path}: label {wrong[0]} where 0 to {CLASSES - 1} was expected")
    return labels.astype(np.uint8)


def _read(path: Path, *formats: _Format) -> NDArray[Any]:
    what = formats[0].what
    try:
        with path.open("rb") as file:
            packed = file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
            size = file.seek(0, io.SEEK_END)
            file.seek(0)
            stream: io.BufferedIOBase = gzip.GzipFile(fileobj=file) if packed else file
            samples = _allocate(path, stream, formats, size, packed)
            _fill(path, stream, samples, what)
            return samples
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise TuiNNError(f"{path}: expected IDX {what}, could not read them: {reason}") from error


def _allocate(
    path: Path, stream: io.BufferedIOBase, formats: tuple[_Format, ...], size: int, packed: bool
) -> NDArray[Any]:
    """Return an array for the samples that the header announces, once they are believable."""
    what = formats[0].what
    if not size:
        raise TuiNNError(f"{path}: an empty file where IDX {what} were expected")
    magic = int.from_bytes(_header(path, stream, 4, what))
    chosen = next((each for each in formats if each.magic == magic), None)
    if chosen is None:
        raise TuiNNError(
            f"{path}: expected IDX {what}, whose magic number is {formats[0].magic:#010x}, "
            f"found {magic:#010x}"
        )
    dimensions = _header(path, stream, 4 * (1 + len(chosen.shape)), what)
    count, *shape = np.frombuffer(dimensions, ">u4").tolist()
    if tuple(shape) != chosen.shape:
        found, expected = ("×".join(map(str, each)) for each in (shape, chosen.shape))
        raise TuiNNError(f"{path}: {what} of {found} where {expected} was expected")
    if not 0 < count <= MAX_SAMPLES:
        raise TuiNNError(
            f"{path}: its header announces {count:,} {what}, expected 1 to {MAX_SAMPLES:,}"
        )
    nbytes = count * int(np.prod(shape, dtype=int)) * np.dtype(chosen.dtype).itemsize
    if nbytes > size * (_MOST_PER_PACKED_BYTE if packed else 1):
        raise TuiNNError(
            f"{path}: truncated: its header announces {count:,} {what} ({nbytes:,} bytes), "
            f"the file has {size:,} bytes; copy or fetch it again"
        )
    return np.empty((count, *shape), chosen.dtype)


def _header(path: Path, stream: io.BufferedIOBase, size: int, what: str) -> bytes:
    header = stream.read(size)
    if len(header) < size:
        raise TuiNNError(f"{path}: truncated: it ends within the header of IDX {what}")
    return header


def _fill(path: Path, stream: io.BufferedIOBase, samples: NDArray[Any], what: str) -> None:
    """Read the samples, and check that the file ends with them."""
    buffer = samples.reshape(-1).view(np.uint8).data
    filled = 0
    while filled < len(buffer) and (got := stream.readinto(buffer[filled : filled + _CHUNK])):
        filled += got
    if filled < len(buffer):
        raise TuiNNError(
            f"{path}: truncated: expected {len(buffer):,} bytes for the {len(samples):,} {what} "
            f"that its header announces, found {filled:,}; copy or fetch it again"
        )
    # Also what makes gzip verify its checksum; unpacks no more than a buffer of an overlong file.
    if stream.read(1):
        raise TuiNNError(
            f"{path}: continues after the {len(samples):,} {what} that its header announces"
        )
