"""What a saved run says about itself: texts, since safetensors' metadata can hold nothing else."""

import base64
import binascii
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from tui_nn.errors import TuiNNError
from tui_nn.training.storage.formats import CURRENT, READABLE

T = TypeVar("T")

_PIECE = 1 << 14  # rows that are compressed at a time


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of a file. More may be there, from later on."""

    recipe: str
    step: int
    operation: int
    seed: int
    threads: int
    machine: str
    edits: str
    epochs: str
    history: str
    breakpoints: str
    watches: str
    arithmetic: int = 1  # of files from before it was written
    format: str = msgspec.field(name="tui_nn.format", default=CURRENT)

    def texts(self) -> dict[str, str]:
        """Return the fields as safetensors takes them."""
        return {key: str(value) for key, value in msgspec.to_builtins(self).items()}


def read_metadata(where: str, texts: dict[str, str]) -> Metadata:
    """Return the fields of a file.

    Args:
        where: What errors call the file.
        texts: As they were found.

    Raises:
        TuiNNError: It is not a run of ours, or is damaged.
    """
    if "tui_nn.format" not in texts:
        raise TuiNNError(f"{where}: was not saved by tui-nn: it does not say what was trained")
    if texts["tui_nn.format"] not in READABLE:
        raise TuiNNError(
            f"{where}: expected format {CURRENT}, found {texts['tui_nn.format']}: "
            "another version of tui-nn saved it"
        )
    try:
        # Not strict: all are texts, so "12" stands for 12.
        metadata = msgspec.convert(texts, Metadata, strict=False)
    except msgspec.ValidationError as error:
        raise TuiNNError(f"{where}: damaged metadata: {error}") from None
    if metadata.step < 0 or metadata.threads < 1:
        raise TuiNNError(
            f"{where}: damaged metadata: step {metadata.step}, {metadata.threads} threads"
        )
    return metadata


def pack(value: Any) -> str:
    """Return a value as a text: JSON, or the compressed bytes of an array of float64."""
    if isinstance(value, np.ndarray):
        content = b"".join(compressed(value))
        return f"{value.shape[0]} {value.shape[1]} {base64.b64encode(content).decode()}"
    return msgspec.json.encode(value).decode()


def pack_each(values: Iterable[Any]) -> str:
    """Return many values as the JSON of a list, one after the other in memory."""
    encoder, text = msgspec.json.Encoder(), bytearray(b"[")
    for value in values:
        encoder.encode_into(value, text, -1)
        text += b","
    return f"{text.removesuffix(b',').decode()}]"


def compressed(rows: NDArray[np.float64]) -> Iterator[bytes]:
    """Yield the compressed bytes of some rows, a piece at a time."""
    packer = zlib.compressobj(1)
    for begin in range(0, len(rows), _PIECE):
        yield packer.compress(np.ascontiguousarray(rows[begin : begin + _PIECE], "<f8").data)
    yield packer.flush()


def decompressed(where: str, content: bytes, rows: int, columns: int) -> NDArray[np.float64]:
    """Return the rows that were compressed.

    Args:
        where: What errors call the file.
        content: The compressed bytes.
        rows: How many there are.
        columns: How long each of them is.

    Raises:
        TuiNNError: They are something else.
    """
    try:
        return _rows(content, rows, columns)
    except (ValueError, zlib.error) as error:
        raise TuiNNError(f"{where}: damaged history: {error}") from None


def unpack(where: str, text: str, kind: type[T]) -> T:
    """Return what ``pack`` made a text of.

    Args:
        where: What errors call the file.
        text: The text.
        kind: What it has to be.

    Raises:
        TuiNNError: It is something else.
    """
    try:
        return _array(text) if kind is np.ndarray else msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, msgspec.ValidationError, ValueError, zlib.error) as error:
        raise TuiNNError(f"{where}: damaged metadata: {error}") from None


def convert(where: str, value: object, kind: type[T]) -> T:
    """Return a plain value as a ``kind``.

    Args:
        where: What errors call the file.
        value: Of lists, tables, texts and numbers.
        kind: What it has to be; a text may stand for a number.

    Raises:
        TuiNNError: It is something else.
    """
    try:
        return msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError as error:
        raise TuiNNError(f"{where}: damaged metadata: {error}") from None


def _array(text: str) -> Any:
    rows, columns, content = text.split(" ")
    if not (rows.isdigit() and columns.isdigit()):
        raise ValueError(f"an array of {rows} × {columns}")
    try:
        return _rows(base64.b64decode(content, validate=True), int(rows), int(columns))
    except binascii.Error as error:
        raise ValueError(str(error)) from None


def _rows(content: bytes, rows: int, columns: int) -> NDArray[np.float64]:
    """Return an array, without more memory than it takes, whatever the bytes unfold to."""
    size = rows * columns * 8
    flat = zlib.decompressobj().decompress(content, size + 1)
    if len(flat) != size:
        raise ValueError(f"not {rows} × {columns} numbers")
    return np.frombuffer(flat, "<f8").reshape(rows, columns).astype(np.float64)
