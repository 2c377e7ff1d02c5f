"""What a saved run says about itself: texts, since safetensors' metadata can hold nothing else."""

import base64
import binascii
import zlib
from typing import Any, TypeVar

import msgspec
import numpy as np

from tui_nn.errors import TuiNNError
from tui_nn.training.storage.formats import CURRENT, READABLE

T = TypeVar("T")


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
        content = zlib.compress(np.ascontiguousarray(value, "<f8").tobytes(), 1)
        return f"{value.shape[0]} {value.shape[1]} {base64.b64encode(content).decode()}"
    return msgspec.json.encode(value).decode()


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
        flat = np.frombuffer(zlib.decompress(base64.b64decode(content, validate=True)), "<f8")
    except binascii.Error as error:
        raise ValueError(str(error)) from None
    return flat.reshape(int(rows), int(columns)).astype(np.float64)
