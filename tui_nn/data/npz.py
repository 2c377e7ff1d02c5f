"""Reads arrays from .npz files, without ever unpickling anything."""

import io
import lzma
import math
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import CLASSES, PIXELS, Split
from tui_nn.data.idx import MAX_SAMPLES
from tui_nn.errors import TuiNNError
from tui_nn.files import size_words

# What zipfile and NumPy raise for an archive that is damaged, encrypted or exotic.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError,
    RuntimeError, NotImplementedError,
)  # fmt: skip


_LARGEST = 440 << 20  # bytes of an array: 70,000 images as float64, and a copy stays below 1 GiB


class Kind(NamedTuple):
    """What an array must be: its element types, as NumPy's codes, and the shape of a sample.

    Any shape will do where that is None, and a single number where it is ``scalar``.
    """

    what: str
    types: str
    shape: tuple[int, ...] | None = None
    scalar: bool = False


_IMAGES = Kind(f"uint8 images of {PIXELS}×{PIXELS}", "B", (PIXELS, PIXELS))
_LABELS = Kind("integer labels", np.typecodes["AllInteger"], ())


def open_npz(path: Path) -> zipfile.ZipFile:
    """Open an .npz, which is a zip of .npy files.

    Raises:
        TuiNNError: The file is missing or not a zip.
    """
    try:
        return zipfile.ZipFile(path)
    except _DAMAGE as error:
        reason = getattr(error, "strerror", None) or _short(error)
        raise TuiNNError(f"{path}: expected an .npz file: {reason}") from error


def check_names(path: Path, archive: zipfile.ZipFile) -> None:
    """Check that no array of an archive has lost its name, since what is not found is left out.

    Raises:
        TuiNNError: A name in the archive's directory is not the one before the array.
    """
    try:
        for member in archive.infolist():
            archive.open(member).close()
    except _DAMAGE as error:
        raise TuiNNError(f"{path}: damaged: {_short(error)}; copy it again") from error


def read_split(path: Path, archive: zipfile.ZipFile, images: str, labels: str) -> Split:
    """Return the split made of two arrays of an archive.

    Args:
        path: The archive's path, for messages.
        archive: From ``open_npz``.
        images: Name of a uint8 array [N, 28, 28].
        labels: Name of an integer array [N], each 0 to 9.

    Raises:
        TuiNNError: An array is missing, damaged or of another kind, or the counts differ.
    """
    pixels = read_array(path, archive, images, _IMAGES)
    classes = read_labels(path, archive, labels)
    if len(pixels) != len(classes):
        raise TuiNNError(
            f"{path}: {len(classes):,} labels in {labels} where {len(pixels):,} were expected, "
            f"one for each image of {images}"
        )
    return Split(pixels, classes)


def read_image(path: Path, archive: zipfile.ZipFile, images: str, index: int) -> NDArray[np.uint8]:
    """Return one image of an array, reading no further.

    Args:
        path: The archive's path, for messages.
        archive: From ``open_npz``.
        images: Name of a uint8 array [N, 28, 28].
        index: Which one, from 0.

    Raises:
        TuiNNError: The array is missing, damaged or of another kind.
    """
    member, size = _member(path, archive, images, _IMAGES), PIXELS * PIXELS
    try:
        with archive.open(member) as file:
            _check_header(path, file, member.file_size, images, _IMAGES)
            file.seek(index * size, io.SEEK_CUR)
            return np.frombuffer(file.read(size), np.uint8).reshape(PIXELS, PIXELS)
    except _DAMAGE as error:
        raise _unlike(path, images, _IMAGES, error) from error


def read_labels(path: Path, archive: zipfile.ZipFile, labels: str) -> NDArray[np.uint8]:
    """Return the labels of a split, without its images.

    Raises:
        TuiNNError: The array is missing, damaged or of another kind.
    """
    classes = read_array(path, archive, labels, _LABELS)
    wrong = classes[(classes < 0) | (classes >= CLASSES)]
    if len(wrong):
        raise TuiNNError(
            f"{path}: label {wrong[0]} in {labels} where 0 to {CLASSES - 1} was expected"
        )
    return classes.astype(np.uint8)


def read_array(path: Path, archive: zipfile.ZipFile, name: str, kind: Kind) -> NDArray[Any]:
    """Return an array of an archive.

    Raises:
        TuiNNError: It is missing, damaged or of another kind.
    """
    member = _member(path, archive, name, kind)
    try:
        with archive.open(member) as file:
            _check_header(path, file, member.file_size, name, kind)
        # In one piece, which is decompressed without keeping Python from other threads.
        file = io.BytesIO(archive.read(member))
        array: NDArray[Any] = np.lib.format.read_array(file, allow_pickle=False)
        return np.require(array, requirements="C")
    except _DAMAGE as error:
        raise _unlike(path, name, kind, error) from error


def _member(path: Path, archive: zipfile.ZipFile, name: str, kind: Kind) -> zipfile.ZipInfo:
    try:
        return archive.getinfo(f"{name}.npy")
    except KeyError:
        raise TuiNNError(f"{path}: expected {kind.what} in {name}, found no such array") from None


def _unlike(path: Path, name: str, kind: Kind, error: Exception) -> TuiNNError:
    return TuiNNError(f"{path}: expected {kind.what} in {name}: {_short(error)}")


def _check_header(path: Path, file: IO[bytes], size: int, name: str, kind: Kind) -> None:
    """Check an array before NumPy allocates what its header asks for."""
    if np.lib.format.read_magic(file) != (1, 0):  # later versions are for structured arrays
        raise ValueError("its .npy header is not of version 1.0")
    shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    if dtype.hasobject:
        raise TuiNNError(
            f"{path}: expected {kind.what} in {name}, found pickled objects, which are never loaded"
        )
    wrong_shape = not (shape or kind.scalar) or (kind.shape is not None and shape[1:] != kind.shape)
    if dtype.char not in kind.types or wrong_shape:
        raise TuiNNError(f"{path}: expected {kind.what} in {name}, found {dtype} of shape {shape}")
    count = shape[0] if shape else 1
    if not 0 < count <= MAX_SAMPLES:
        raise TuiNNError(
            f"{path}: {name} announces {count:,} samples, expected 1 to {MAX_SAMPLES:,}"
        )
    expected, found = math.prod(shape) * dtype.itemsize, size - file.tell()
    if expected != found:
        raise TuiNNError(
            f"{path}: truncated: {name} announces {expected:,} bytes, the file holds {found:,}"
        )
    if expected > _LARGEST:
        raise TuiNNError(
            f"{path}: {name} has {size_words(expected)} of {dtype}, which is too much; "
            "save it as uint8"
        )


def _short(error: Exception) -> str:
    """Return what a library says of damage, without the pages of bytes that it may quote."""
    return str(error)[:200]
