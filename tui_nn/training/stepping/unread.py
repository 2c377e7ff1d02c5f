"""The first batch of a run, whose samples are read when somebody looks at them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.batch import BatchLoader
from tui_nn.nn.tensor import Array, Arrays


@dataclass(frozen=True, eq=False)
class UnreadBatch(Mapping[str, Array]):
    """The arrays of a step, but for the samples, which take longer to read than the rest.

    Attributes:
        others: All but the samples and what is said of them.
        names: The names of those.
        read: Returns them, in arrays of their own, the same ones each time.
    """

    others: Arrays
    names: tuple[str, ...]
    read: Callable[[], Arrays]

    @classmethod
    def of(
        cls, tensors: Arrays, indices: NDArray[np.intp], make_loader: Callable[[], BatchLoader]
    ) -> "UnreadBatch":
        """Return the batch of some samples.

        Args:
            tensors: The buffers for all arrays.
            indices: Which samples.
            make_loader: Makes what reads them.
        """
        names = BatchLoader.writes(tensors)
        others = {name: array for name, array in tensors.items() if name not in names}
        empty = {name: np.empty_like(tensors[name]) for name in names}
        return cls(others, names, cache(partial(_read, {**tensors, **empty}, indices, make_loader)))

    def beside(self, others: Arrays) -> "UnreadBatch":
        """Return the samples beside other arrays, such as copies."""
        return replace(self, others=others)

    def __getitem__(self, name: str) -> Array:
        return self.read()[name] if name in self.names else self.others[name]

    def __iter__(self) -> Iterator[str]:
        yield from (*self.others, *self.names)

    def __len__(self) -> int:
        return len(self.others) + len(self.names)


def _read(
    tensors: Arrays, indices: NDArray[np.intp], make_loader: Callable[[], BatchLoader]
) -> Arrays:
    make_loader().load(indices, tensors)
    return tensors
