"""Writes digits as IDX, the format of MNIST's files."""

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tui_nn.files import write_file

SUFFIXES = ("-images-idx3-ubyte", "-labels-idx1-ubyte")
"""What a pair of files ends in."""

_BYTES = 8  # the magic number's code for uint8


def write_labelled(
    images_path: Path, labels_path: Path, images: NDArray[np.uint8], labels: NDArray[np.uint8]
) -> None:
    """Write images and their labels.

    Args:
        images_path: The file of the images.
        labels_path: The file of the labels.
        images: uint8 [N, height, width].
        labels: uint8 [N].

    Raises:
        TuiNNError: A file cannot be written.
    """
    for path, values in ((images_path, images), (labels_path, labels)):
        header = struct.pack(f">HBB{values.ndim}I", 0, _BYTES, values.ndim, *values.shape)
        write_file(path, header + values.tobytes())
