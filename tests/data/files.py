"""Writes small data sets in every format, for the tests of their readers."""

import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import Dataset, Split
from tui_nn.data.folders import SETS
from tui_nn.errors import TuiNNError

T = TypeVar("T")

MAGIC = {("u", 3): 0x0803, ("u", 1): 0x0801, ("i", 2): 0x0C02}


def digits(train: int = 12, test: int = 5, seed: int = 0) -> Dataset:
    """A data set of noise. No image is like another, so a mix-up shows."""
    random = np.random.default_rng(seed)

    def split(count: int) -> Split:
        images = random.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        return Split(images, random.integers(0, 10, count, dtype=np.uint8))

    return Dataset("noise", {"train": split(train), "test": split(test)})


def same(one: Dataset, other: Dataset) -> bool:
    return one.splits.keys() == other.splits.keys() and all(
        np.array_equal(one[name].images, other[name].images)
        and np.array_equal(one[name].labels, other[name].labels)
        for name in one.splits
    )


def idx(array: NDArray[Any]) -> bytes:
    """The IDX file of an array: its magic number, its dimensions, its elements."""
    header = np.array([MAGIC[array.dtype.kind, array.ndim], *array.shape], ">u4")
    return header.tobytes() + array.astype(array.dtype.newbyteorder(">")).tobytes()


def idx_files(dataset: Dataset, name: str = "mnist") -> dict[str, bytes]:
    """The four IDX files of a set, as its authors publish them."""
    each = SETS[name]
    arrays = []
    for split in (dataset["train"], dataset["test"]):
        images, labels = split.images, split.labels
        if name == "emnist-digits":
            images = images.transpose(0, 2, 1)
        if name == "qmnist":
            wide = np.full((len(labels), 8), -1, dtype=np.int32)
            wide[:, 0] = labels
            labels = wide
        arrays += [images, labels]
    return {file: idx(array) for file, array in zip(each.files, arrays, strict=True)}


def write_idx(folder: Path, dataset: Dataset, name: str = "mnist", packed: bool = False) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in idx_files(dataset, name).items():
        if packed:
            (folder / f"{file}.gz").write_bytes(gzip.compress(content))
        else:
            (folder / file).write_bytes(content)
    return folder


def publish(folder: Path, dataset: Dataset, name: str = "mnist") -> dict[str, str]:
    """Write gzipped files as a mirror has them. Returns their checksums."""
    write_idx(folder, dataset, name, packed=True)
    return {f"{file}.gz": md5(folder / f"{file}.gz") for file in SETS[name].files}


def md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes()).hexdigest()


def csv(split: Split, header: bool = False) -> str:
    rows = np.column_stack([split.labels, split.images.reshape(len(split), -1)])
    lines = [",".join(map(str, row)) for row in rows.tolist()]
    if header:
        lines.insert(0, ",".join(["label", *(f"pixel{i}" for i in range(784))]))
    return "\n".join(lines) + "\n"


def outcome(read: Callable[[], T]) -> T | str:
    """What a reader returns, or the one line that it says instead. Any other error is a failure."""
    try:
        return read()
    except TuiNNError as error:
        message = str(error)
    assert "\n" not in message
    return message


def keras(dataset: Dataset) -> dict[str, NDArray[Any]]:
    """The arrays of Keras' mnist.npz."""
    return {
        "x_train": dataset["train"].images,
        "y_train": dataset["train"].labels,
        "x_test": dataset["test"].images,
        "y_test": dataset["test"].labels,
    }
