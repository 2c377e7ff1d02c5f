"""Opens a text file, packed or not, in whichever encoding it was written."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import IO, TextIO, cast

from tui_nn.errors import TuiNNError

SUFFIXES = (".csv", ".tsv", ".txt", ".data")
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# What gzip and zipfile raise for a file that is damaged or encrypted.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError)


def is_text(path: Path) -> bool:
    """Return whether a file is named as a text file is, packed or not."""
    suffixes = [each.lower() for each in path.suffixes[-2:]]
    if suffixes[-1:] == [".gz"]:
        suffixes.pop()
    return suffixes[-1:] == [".zip"] or (bool(suffixes) and suffixes[-1] in SUFFIXES)


@contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    """Open a text file; of a .zip, the one text file in it, or the one called train.

    Raises:
        TuiNNError: It is missing or damaged, or a .zip holds none or several.
    """
    try:
        with path.open("rb") as file, _unpacked(path, file) as stream:
            yield io.TextIOWrapper(stream, _encoding(stream), errors="replace")
    except OSError as error:
        raise TuiNNError(f"{path}: expected a CSV file: {error.strerror or error}") from error
    except _DAMAGE as error:
        raise TuiNNError(
            f"{path}: cannot be unpacked: {str(error)[:200]}; copy it again"
        ) from error


def is_packed(path: Path) -> bool:
    """Return whether a file is gzipped or a .zip, by its first bytes."""
    with path.open("rb") as file:
        return file.read(4).startswith((_GZIP, _ZIP))


@contextmanager
def _unpacked(path: Path, file: io.BufferedReader) -> Iterator[IO[bytes]]:
    magic = file.peek(4)
    if magic.startswith(_GZIP):
        with gzip.GzipFile(fileobj=file) as stream:
            yield cast(IO[bytes], stream)
    elif magic.startswith(_ZIP):
        with zipfile.ZipFile(file) as archive, archive.open(_member(path, archive)) as member:
            yield member
    else:
        yield file


def _member(path: Path, archive: zipfile.ZipFile) -> str:
    names = [
        name
        for name in archive.namelist()
        if PurePath(name).suffix.lower() in SUFFIXES and not name.startswith("__MACOSX/")
    ]
    train = [name for name in names if PurePath(name).stem == "train"]
    chosen = names if len(names) == 1 else train
    if len(chosen) != 1:
        found = ", ".join(names[:4]) or "none"
        raise TuiNNError(f"{path}: expected one CSV file in it, found {found}; unpack it first")
    return chosen[0]


def _encoding(stream: IO[bytes]) -> str:
    first: bytes = stream.peek(4)[:4]  # type: ignore[attr-defined]  # each of the three has it
    for mark, encoding in _MARKS.items():
        if first.startswith(mark):
            return encoding
    if first[1:2] == b"\0":  # UTF-16 without its mark: a digit, a comma or a letter, and a zero
        return "utf-16-le"
    return "utf-16-be" if first[:1] == b"\0" else "utf-8"
