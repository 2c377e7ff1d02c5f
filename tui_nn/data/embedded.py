"""The digits that come with the program, so that it starts without a network."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tui_nn.assets import asset
from tui_nn.data.dataset import SPLITS, Dataset, Split
from tui_nn.data.npz import open_npz, read_first, read_labels, read_split
from tui_nn.errors import TuiNNError

PATH = asset("digits.npz")
FIRST = 8  # images that are read alone: those that the app may show in its first frame


class EmbeddedSplit(Split):
    """A split whose images are decompressed when somebody asks for more than the first ones."""

    _name: str

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "_name", name)  # a split is frozen

    @cached_property
    def images(self) -> NDArray[np.uint8]:
        """Read all."""
        with open_npz(PATH) as archive:
            return read_split(PATH, archive, f"{self._name}_images", f"{self._name}_labels").images

    @cached_property
    def labels(self) -> NDArray[np.uint8]:
        """Read them alone."""
        with open_npz(PATH) as archive:
            return read_labels(PATH, archive, f"{self._name}_labels")

    @cached_property
    def _first(self) -> NDArray[np.uint8]:
        with open_npz(PATH) as archive:
            return read_first(PATH, archive, f"{self._name}_images", FIRST)

    def image(self, index: int) -> NDArray[np.uint8]:
        """Return one image."""
        is_read = "images" in self.__dict__ or index >= FIRST
        image: NDArray[np.uint8] = (self.images if is_read else self._first)[index]
        return image


def load_embedded() -> Dataset:
    """Return the embedded digits, with the splits ``train``, ``validation`` and ``test``.

    Raises:
        TuiNNError: The installation lacks the file, or it is damaged.
    """
    if not PATH.is_file():
        raise TuiNNError(f"{PATH}: the embedded digits are missing; install tui-nn again")
    return Dataset("embedded", {each: EmbeddedSplit(each) for each in SPLITS})
