"""Files cut, flipped and lying: one clear line, nothing changed, and memory stays bounded."""

import gzip
import io
import json
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from tests.data.files import csv, idx, keras, outcome
from tests.data.test_kinds_of_tables import DIGITS
from tui_nn.data.dataset import Dataset
from tui_nn.data.sources import load, load_unlabelled

FEW = DIGITS.take(np.arange(6))
LIMIT = 1 << 30  # bytes


def packed_npz() -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **keras(Dataset("few", {"train": FEW, "test": FEW})))  # type: ignore[arg-type]
    return file.getvalue()


def packed_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("digits.csv", csv(FEW))
    return file.getvalue()


def picture(form: str) -> bytes:
    file = io.BytesIO()
    Image.fromarray(FEW.images[0]).save(file, form)
    return file.getvalue()


LABELS = idx(FEW.labels)
WHOLE: dict[str, bytes] = {
    "d-images-idx3-ubyte": idx(FEW.images),
    "g-images-idx3-ubyte.gz": gzip.compress(idx(FEW.images)),
    "d.csv": csv(FEW, header=True).encode(),
    "u.csv": csv(FEW).encode("utf-16"),
    "d.csv.gz": gzip.compress(csv(FEW).encode()),
    "d.zip": packed_zip(),
    "d.npz": packed_npz(),
    "d.png": picture("PNG"),
    "d.jpg": picture("JPEG"),
    "d.gif": picture("GIF"),
    "d.bmp": picture("BMP"),
    "d.tiff": picture("TIFF"),
    "d.webp": picture("WEBP"),
}


def read(folder: Path, name: str, content: bytes) -> Any:
    """Read a file both ways, and see that it is still what it was."""
    path = folder / name
    path.write_bytes(content)
    if "idx3" in name:
        (folder / name.replace("images", "labels").replace("idx3", "idx1")).write_bytes(
            gzip.compress(LABELS) if name.endswith(".gz") else LABELS
        )
    alone = outcome(lambda: load_unlabelled(str(path)))
    found = outcome(lambda: load(str(path)))
    assert path.read_bytes() == content
    for said in (found, alone):
        if isinstance(said, str):
            assert said.startswith(str(path)), said
            assert len(said) < 1000
        else:
            assert len(getattr(said, "splits", {"": said}))
    return found


@pytest.mark.parametrize("name", WHOLE)
def test_whole_they_are_read(tmp_path: Path, name: str) -> None:
    found = read(tmp_path, name, WHOLE[name])
    is_picture = name in ("d.png", "d.jpg", "d.gif", "d.bmp", "d.tiff", "d.webp")
    assert isinstance(found, str) == is_picture, found
    if is_picture:
        assert "no images with labels to learn from" in found


@pytest.mark.parametrize("name", WHOLE)
@given(data=st.data())
def test_cut_anywhere(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    whole = WHOLE[name]
    end = data.draw(st.integers(0, 64) | st.integers(0, len(whole) - 1) | st.integers(-64, -1))
    found = read(tmp_path_factory.getbasetemp(), name, whole[:end])
    if not isinstance(found, str):  # a table may lack a row, or a digit of its last pixel
        assert name in ("d.csv", "u.csv")
        assert sum(map(len, found.splits.values())) <= len(FEW)


@pytest.mark.parametrize("name", WHOLE)
@given(data=st.data())
def test_flipped_and_spliced_anywhere(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    content = bytearray(WHOLE[name])
    for _ in range(data.draw(st.integers(1, 4))):
        places = st.integers(0, 64) | st.integers(0, len(content) - 1) | st.integers(-200, -1)
        place = data.draw(places) % len(content)
        content[place] ^= 1 << data.draw(st.integers(0, 7))
    start, more = data.draw(st.integers(0, len(content))), data.draw(st.binary(max_size=9))
    content[start : start + data.draw(st.sampled_from([0, 0, 9]))] = more
    read(tmp_path_factory.getbasetemp(), name, bytes(content))


@pytest.mark.parametrize("suffix", ["csv", "csv.gz", "zip", "npz", "png", "jpg", "mat", "pkl"])
@given(content=st.binary(max_size=300))
@example(content=b"")
def test_anything_may_be_in_a_file(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, content: bytes
) -> None:
    read(tmp_path_factory.getbasetemp(), f"any.{suffix}", content)


# What lies about its size. Each is read in a process of its own, whose memory is then known.


def zeros_gz(head: bytes) -> bytes:
    """A gzipped head with 2 GiB of zeros behind it; gzip takes one file after the other."""
    return gzip.compress(head) + gzip.compress(bytes(1 << 24)) * 128


def lying_npz(shape: tuple[int, ...], descr: str) -> bytes:
    """An archive whose directory says that an array is as long as its header says."""
    file, head = io.BytesIO(), io.BytesIO()
    np.lib.format.write_array_header_1_0(
        head, {"descr": descr, "fortran_order": False, "shape": shape}
    )
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("X.npy", head.getvalue() + bytes(1 << 20))
        archive.getinfo("X.npy").file_size = len(head.getvalue()) + int(
            np.prod(shape, dtype=int) * np.dtype(descr).itemsize
        )
    return file.getvalue()


def lying_png() -> bytes:
    header = b"IHDR" + (60_000).to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
    chunk = len(header[4:]).to_bytes(4, "big") + header + zlib.crc32(header).to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + chunk + WHOLE["d.png"][33:]


LIES = {
    "i-images-idx3-ubyte.gz": lambda: zeros_gz(
        np.array([0x0803, 3_000_000, 28, 28], ">u4").tobytes()
    ),
    "j-images-idx3-ubyte.gz": lambda: zeros_gz(np.array([0x0803, 9, 28, 28], ">u4").tobytes()),
    "line.csv.gz": lambda: zeros_gz(b"5,"),
    "rows.csv.gz": lambda: gzip.compress((csv(FEW).encode() * 12 + b"x\n") * 300, 1),
    "line.csv": lambda: csv(FEW).encode() * 8 + b"1" + b",0" * 50_000_000,
    "floats.npz": lambda: lying_npz((300_000, 784), "<f8"),
    "short.npz": lambda: lying_npz((500_000, 784), "|u1"),
    "large.png": lying_png,
}

READ = """
import json, resource, sys
from tui_nn.data.sources import load_unlabelled
from tui_nn.errors import TuiNNError
try:
    said = str(load_unlabelled(sys.argv[1]).remarks)
except TuiNNError as error:
    said = str(error)
print(json.dumps([said, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""


@pytest.mark.parametrize("name", LIES)
def test_sizes_that_lie_take_no_memory(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(LIES[name]())
    run = subprocess.run(
        [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, timeout=300
    )
    said, kilobytes = json.loads(run.stdout)
    assert said.startswith(str(path)), said
    assert "\n" not in said
    assert kilobytes * 1024 < LIMIT
