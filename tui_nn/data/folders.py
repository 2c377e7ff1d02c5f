"""The four IDX files of a set in one folder, and torchvision's layout: ``ROOT/MNIST/raw``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tui_nn.data.dataset import Dataset, Split
from tui_nn.data.idx import read_images, read_labels
from tui_nn.errors import TuiNNError


class Files(NamedTuple):
    """How a set names its files, without ``.gz``."""

    train_images: str
    train_labels: str
    test_images: str
    test_labels: str


class NamedSet(NamedTuple):
    """A set that ``--data`` knows by name.

    Attributes:
        name: What ``--data`` is given.
        title: What it shows, in a few words.
        torchvision: Its class in ``torchvision.datasets``, which also names its folder.
        files: Its four files.
        transposed: Whether its images are stored on their side, column by column.
        parts: The arguments with which that class fetches train and test.
    """

    name: str
    title: str
    torchvision: str
    files: Files
    transposed: bool = False
    parts: tuple[Mapping[str, Any], ...] = ({"train": True}, {"train": False})

    def raw(self, root: Path) -> Path:
        """Return the folder of the set's files below a data folder, as torchvision has it."""
        return root / self.torchvision / "raw"


def _files(train: str, test: str, labels: str = "labels-idx1-ubyte") -> Files:
    images = "images-idx3-ubyte"
    return Files(f"{train}-{images}", f"{train}-{labels}", f"{test}-{images}", f"{test}-{labels}")


_MNIST = _files("train", "t10k")
_EMNIST = _files("emnist-digits-train", "emnist-digits-test")
_QMNIST = _files("qmnist-train", "qmnist-test", "labels-idx2-int")

SETS = {
    each.name: each
    for each in (
        NamedSet("mnist", "handwritten digits", "MNIST", _MNIST),
        NamedSet("fashion-mnist", "clothes, shoes and bags", "FashionMNIST", _MNIST),
        NamedSet("kmnist", "cursive Japanese characters", "KMNIST", _MNIST),
        NamedSet(
            "emnist-digits",
            "handwritten digits, four times MNIST",
            "EMNIST",
            _EMNIST,
            transposed=True,
            parts=tuple({"split": "digits", "train": train} for train in (True, False)),
        ),
        NamedSet(
            "qmnist",
            "MNIST with all 60,000 test digits",
            "QMNIST",
            _QMNIST,
            parts=({"what": "train"}, {"what": "test"}),
        ),
    )
}


def is_here(each: NamedSet, folder: Path) -> bool:
    """Return whether all four files of a set are in a folder. Does not look into them."""
    return all(_find(folder, file) for file in each.files)


def load_set(each: NamedSet, folder: Path, name: str) -> Dataset:
    """Return the set whose four files are in a folder.

    Args:
        each: The set that the files belong to.
        folder: Where the files are, gzipped or not.
        name: What ``--data`` was given.

    Returns:
        Splits ``train`` and ``test``.

    Raises:
        TuiNNError: A file is missing or damaged, or the counts of images and labels differ.
    """
    files = each.files
    return Dataset(
        name,
        {
            "train": _load_split(each, folder, files.train_images, files.train_labels),
            "test": _load_split(each, folder, files.test_images, files.test_labels),
        },
    )


def find_set(folder: Path) -> tuple[NamedSet, Path] | None:
    """Return which set a folder holds, and where in it, or None.

    The files may be in the folder itself, in its ``raw``, or in torchvision's layout below it.

    Raises:
        TuiNNError: Several sets are below the folder and MNIST is not among them.
    """
    for place in (folder, folder / "raw"):
        for each in SETS.values():
            if any(_find(place, file) for file in each.files):
                return each, place
    below = [
        each for each in SETS.values() if any(_find(each.raw(folder), file) for file in each.files)
    ]
    if len(below) > 1 and below[0] is not SETS["mnist"]:
        folders = " or ".join(str(folder / each.torchvision) for each in below)
        raise TuiNNError(f"{folder}: holds several data sets; choose one: {folders}")
    return (below[0], below[0].raw(folder)) if below else None


def _find(folder: Path, file: str) -> Path | None:
    """Return where a file is. Unpacked goes first, as in torchvision; Kaggle writes ``.idx``.

    Some archives put each into a folder of its own name.
    """
    dotted = file.replace("-idx", ".idx")
    names = (file, f"{file}.gz", dotted, f"{dotted}.gz")
    candidates = (place / each for each in names for place in (folder, folder / each))
    return next((each for each in candidates if each.is_file()), None)


def _load_split(each: NamedSet, folder: Path, images_file: str, labels_file: str) -> Split:
    # A missing file goes to the reader under its plain name, which then says that it is missing.
    images_path, labels_path = (
        _find(folder, file) or folder / file for file in (images_file, labels_file)
    )
    images, labels = read_images(images_path), read_labels(labels_path)
    if len(images) != len(labels):
        raise TuiNNError(
            f"{labels_path}: {len(labels):,} labels where {len(images):,} were expected, "
            f"one for each image of {images_path.name}"
        )
    if each.transposed:
        images = np.ascontiguousarray(images.transpose(0, 2, 1))
    return Split(images, labels)
