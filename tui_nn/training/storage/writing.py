"""Writes safetensors files: what comes in pieces need not be in memory at once."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from tui_nn.errors import TuiNNError
from tui_nn.files import open_replacement
from tui_nn.nn.tensor import Array

_ALIGNED = 8  # bytes: the tensors begin at a multiple of it
_KINDS = {"f": "F32", "i": "I64"}
_LONGEST = 1 << 60  # bytes of what comes in pieces: it has as many digits as it can get


def write_tensors(
    path: Path,
    tensors: Mapping[str, Array],
    texts: Mapping[str, str],
    pieces: tuple[str, Iterable[bytes]] | None = None,
) -> None:
    """Write a file atomically, as safetensors' library reads it.

    That library would need several times the memory, and takes no header above 100 MB.

    Args:
        path: The file.
        tensors: Its tensors by name, of floats or of whole numbers.
        texts: Its metadata.
        pieces: The name of a tensor of bytes, and what it consists of.

    Raises:
        TuiNNError: It cannot be written; a file that was there before is unchanged.
    """
    tail = pieces[0] if pieces else ""
    room = -(-len(_header(tensors, texts, tail, _LONGEST)) // _ALIGNED) * _ALIGNED
    try:
        with open_replacement(path) as file:
            file.write(bytes(8 + room))  # to be overwritten when the length is known
            for tensor in tensors.values():
                file.write(np.ascontiguousarray(tensor, _stored(tensor)).data)
            length = sum(map(file.write, pieces[1])) if pieces else 0
            file.seek(0)
            file.write(room.to_bytes(8, "little"))
            file.write(_header(tensors, texts, tail, length).ljust(room))
    except OSError as error:
        raise TuiNNError(f"{path}: cannot be written: {error.strerror or error}") from None


def _header(
    tensors: Mapping[str, Array], texts: Mapping[str, str], tail: str, length: int
) -> bytes:
    """Return the JSON before the tensors: what each is, and where it lies behind it."""
    entries: dict[str, Any] = {"__metadata__": texts}
    end = 0
    for name, tensor in tensors.items():
        dtype = _stored(tensor)
        begin, end = end, end + tensor.size * dtype.itemsize
        entries[name] = _entry(_KINDS[dtype.kind], tensor.shape, begin, end)
    if tail:
        entries[tail] = _entry("U8", (length,), end, end + length)
    return msgspec.json.encode(entries)


def _stored(tensor: Array) -> np.dtype[Any]:
    """Return the type that a tensor is stored as."""
    return np.dtype("<i8" if tensor.dtype.kind == "i" else "<f4")


def _entry(kind: str, shape: tuple[int, ...], begin: int, end: int) -> dict[str, Any]:
    return {"dtype": kind, "shape": shape, "data_offsets": (begin, end)}
