"""Reads the .npz files that people have: Keras' ``x_train`` …, ``X`` and ``y``, flat or not."""

import math
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.files.labels import LabelError, as_labels
from tui_nn.data.files.options import ReadOptions
from tui_nn.data.files.pixels import PixelCollector, PixelError
from tui_nn.data.files.reading import Part, Reading
from tui_nn.data.files.standard import standard_images
from tui_nn.data.npz import Kind, check_names, open_npz, read_array
from tui_nn.errors import TuiNNError

_NUMBERS = np.typecodes["AllInteger"] + np.typecodes["Float"] + "?"
_IMAGES = Kind("images", _NUMBERS)
_LABELS = Kind("labels", _NUMBERS)
# Spelt small and without underscores: `X_train`, `train_images`, `images`.
_SPLITS = {
    "train": ("train", "training", ""),
    "validation": ("validation", "valid", "val"),
    "test": ("test", "testing"),
}
_PAIRS = (("x", "y"), ("images", "labels"), ("data", "target"), ("data", "labels"))
_PIECE = 1000  # images that are brought to bytes at a time


def read_arrays(path: Path, options: ReadOptions) -> Reading:
    """Return the digits of an .npz.

    Raises:
        TuiNNError: The file is damaged, or its arrays are no digits.
    """
    with open_npz(path) as archive:
        check_names(path, archive)
        names = [name.removesuffix(".npy") for name in archive.namelist()]
        plain = {name.lower().replace("_", ""): name for name in names}
        parts = {}
        for split, words in _SPLITS.items():
            images, labels = _find_pair(plain, words)
            if images is not None:
                parts[split] = _read_part(path, archive, images, labels, options)
            elif labels is not None:
                raise TuiNNError(f"{path}: {labels} has labels, but there are no images for them")
    if not parts:
        found_words = ", ".join(names[:6]) or "none"
        raise TuiNNError(
            f"{path}: expected arrays called x_train and y_train, or X and y; found {found_words}"
        )
    return Reading(parts)


def _find_pair(plain: dict[str, str], words: tuple[str, ...]) -> tuple[str | None, str | None]:
    """Return what the images and the labels of a split are called, None where missing."""
    pairs = [
        (plain.get(one), plain.get(other))
        for word in words
        for images, labels in _PAIRS
        for one, other in ((images + word, labels + word), (word + images, word + labels))
    ]
    # The fullest; of two that are as full, the first.
    return max(pairs, key=lambda pair: (None not in pair, pair[0] is not None, pair[1] is not None))


def _read_part(
    path: Path, archive: zipfile.ZipFile, name: str, labels_name: str | None, options: ReadOptions
) -> Part:
    pixels, scale = _read_pixels(path, archive, name)
    images, done = standard_images(pixels, options.transpose)
    labels = None
    if labels_name is not None:
        values = read_array(path, archive, labels_name, _LABELS)
        if len(values) != len(images):
            raise TuiNNError(
                f"{path}: {len(values):,} labels in {labels_name} where {len(images):,} were "
                f"expected, one for each image of {name}"
            )
        try:
            labels = as_labels(values)
        except LabelError as error:
            raise TuiNNError(f"{path}: {labels_name}: {error}") from None
    return Part(images, labels, tuple(filter(None, (scale, *done))))


def _read_pixels(path: Path, archive: zipfile.ZipFile, name: str) -> tuple[NDArray[np.uint8], str]:
    array = read_array(path, archive, name, _IMAGES)
    shape = _picture(array)
    if shape is None:
        turned = "; are its rows the pixels? X.T turns it" if array.shape[:1] == (784,) else ""
        raise TuiNNError(
            f"{path}: {name}: expected images, [N, 28, 28] or [N, 784], found {array.dtype} of "
            f"shape {array.shape}{turned}"
        )
    collector = PixelCollector()
    try:
        for start in range(0, len(array), _PIECE):
            collector.add(array[start : start + _PIECE])
        flat, scale = collector.finish()
    except PixelError as error:
        raise TuiNNError(f"{path}: {name}: {error}") from None
    return flat.reshape(-1, *shape), scale


def _picture(array: NDArray[Any]) -> tuple[int, int] | None:
    """Return the height and width of an array's images, or None if it has none."""
    sides = array.shape[1:]
    if len(sides) == 3 and 1 in (sides[0], sides[2]):  # one channel
        sides = sides[1:] if sides[0] == 1 else sides[:2]
    if len(sides) == 1 and math.isqrt(sides[0]) ** 2 == sides[0]:
        sides = (math.isqrt(sides[0]),) * 2
    return (
        (sides[0], sides[1]) if len(sides) == 2 and min(sides) >= 4 and max(sides) <= 1024 else None
    )
