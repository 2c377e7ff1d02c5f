"""Reads IDX files: the four of a known set, or a set of one's own with names of its own."""

from pathlib import Path

from tui_nn.data.dataset import Dataset
from tui_nn.data.files.options import ReadOptions
from tui_nn.data.files.reading import Part, Reading, measured_too
from tui_nn.data.files.standard import standard_images
from tui_nn.data.folders import find_set, load_set
from tui_nn.data.idx import read_images, read_labels
from tui_nn.errors import TuiNNError

_TEST = ("t10k", "test")


def read_known_set(path: Path, options: ReadOptions) -> Reading | None:
    """Return a set whose four files have the names that their authors gave them, or None."""
    found = find_set(path) if path.is_dir() else None
    return _reading(load_set(*found, str(path)), options) if found else None


def read_own_set(path: Path, options: ReadOptions) -> Reading | None:
    """Return a set of files like ``mine-images-idx3-ubyte`` and ``mine-labels-idx1-ubyte``.

    Args:
        path: A file of images, or a folder of them.
        options: What the person says of them.

    Returns:
        The set, ``test`` or ``t10k`` in a name meaning that split; None if these are no such files.
    """
    files = [path] if path.is_file() else sorted(path.glob("*images*idx*"))
    parts = {}
    for file in files:
        if "images" in file.name and "idx" in file.name and file.is_file():
            split = "test" if any(word in file.name for word in _TEST) else "train"
            if split in parts:
                raise TuiNNError(f"{path}: several files of {split} images; choose one: {file}")
            parts[split] = _part(file, options)
    return Reading(measured_too(parts)) if parts else None


def _part(file: Path, options: ReadOptions) -> Part:
    images, done = standard_images(read_images(file), options.transpose)
    name = file.name.replace("images", "labels").replace("idx3", "idx1")
    partner = file.with_name(name)
    if not partner.exists():
        return Part(images, None, done)
    labels = read_labels(partner)
    if len(labels) != len(images):
        raise TuiNNError(
            f"{partner}: {len(labels):,} labels where {len(images):,} were expected, "
            f"one for each image of {file.name}"
        )
    return Part(images, labels, done)


def _reading(dataset: Dataset, options: ReadOptions) -> Reading:
    parts = {}
    for name, split in dataset.splits.items():
        images, done = standard_images(split.images, options.transpose)
        parts[name] = Part(images, split.labels, done)
    return Reading(parts)
