"""The digits that come with the program, so that it starts without a network."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tui_nn.assets import asset
from tui_nn.data.dataset import SPLITS, Dataset, Split
from tui_nn.data.npz import open_npz, read_image, read_labels, read_split
from tui_nn.errors import TuiNNError

PATH = asset("digits.npz")


class EmbeddedSplit(Split):
    """A split that is decompressed when somebody asks for its images."""

    def __init__(self, name: str) -> None:
        """Make a split.

        Args:
            name: Which one.
        """
        self.__dict__.update(_name=name)  # a split is frozen

    _name: str

    @cached_property
    def images(self) -> NDArray[np.uint8]:
        """Read them all."""
        return _read(self._name).images

    def image(self, index: int) -> NDArray[np.uint8]:
        """Return one, for which those behind it are not read."""
        if "images" in vars(self):
            image: NDArray[np.uint8] = self.images[index]
            return image
        with open_npz(PATH) as archive:
            return read_image(PATH, archive, f"{self._name}_images", index)

    @cached_property
    def labels(self) -> NDArray[np.uint8]:
        """Read them alone."""
        with open_npz(PATH) as archive:
            return read_labels(PATH, archive, f"{self._name}_labels")


def load_embedded() -> Dataset:
    """Return the embedded digits, with the splits ``train``, ``validation`` and ``test``.

    Raises:
        TuiNNError: The installation lacks the file, or it is damaged.
    """
    if not PATH.is_file():
        raise TuiNNError(f"{PATH}: the embedded digits are missing; install tui-nn again")
    return Dataset("embedded", {name: EmbeddedSplit(name) for name in SPLITS})


def _read(name: str) -> Split:
    with open_npz(PATH) as archive:
        return read_split(PATH, archive, f"{name}_images", f"{name}_labels")
