"""The digits that come with the program, so that it starts without a network."""

from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tui_nn.assets import asset
from tui_nn.data.dataset import SPLITS, Dataset, Split
from tui_nn.data.npz import open_npz, read_labels, read_split
from tui_nn.errors import TuiNNError

PATH = asset("digits.npz")


class EmbeddedSplit(Split):
    """A split that is decompressed when somebody asks for its images."""

    def __init__(self, name: str, reading: "Future[Split] | None" = None) -> None:
        """Make a split.

        Args:
            name: Which one.
            reading: It, where it is being decompressed already.
        """
        self.__dict__.update(_name=name, _reading=reading)  # a split is frozen

    _name: str
    _reading: "Future[Split] | None"

    @cached_property
    def images(self) -> NDArray[np.uint8]:
        """Read them all, or wait until they are read."""
        return (self._reading.result() if self._reading else _read(self._name)).images

    @cached_property
    def labels(self) -> NDArray[np.uint8]:
        """Read them alone."""
        with open_npz(PATH) as archive:
            return read_labels(PATH, archive, f"{self._name}_labels")


def load_embedded() -> Dataset:
    """Return the embedded digits, with the splits ``train``, ``validation`` and ``test``.

    The first step needs the images of ``train``: they are decompressed in a thread, which leaves
    Python to others meanwhile.

    Raises:
        TuiNNError: The installation lacks the file, or it is damaged.
    """
    if not PATH.is_file():
        raise TuiNNError(f"{PATH}: the embedded digits are missing; install tui-nn again")
    train, *others = SPLITS
    pool = ThreadPoolExecutor(1, thread_name_prefix="digits")
    splits = {train: EmbeddedSplit(train, pool.submit(_read, train))}
    pool.shutdown(wait=False)
    return Dataset("embedded", splits | {each: EmbeddedSplit(each) for each in others})


def _read(name: str) -> Split:
    with open_npz(PATH) as archive:
        return read_split(PATH, archive, f"{name}_images", f"{name}_labels")
