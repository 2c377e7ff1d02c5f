"""Which samples make up each batch: a fresh order every epoch, the last batch smaller."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tui_nn.randomness import Purpose, generator


@dataclass(frozen=True)
class Schedule:
    """The order in which train is seen.

    Attributes:
        samples: How many there are in train.
        batch_size: How many make a step; the last batch of an epoch has what is left.
        seed: Decides every epoch's order.
    """

    samples: int
    batch_size: int
    seed: int

    @property
    def batches(self) -> int:
        """How many batches make an epoch."""
        return -(-self.samples // self.batch_size)

    def indices(self, epoch: int, batch: int) -> NDArray[np.intp]:
        """Return the samples of a batch.

        Args:
            epoch: From 1.
            batch: From 0.
        """
        start = batch * self.batch_size
        return _order(self.samples, self.seed, epoch)[start : start + self.batch_size]


@lru_cache(maxsize=4)
def _order(samples: int, seed: int, epoch: int) -> NDArray[np.intp]:
    order = generator(seed, Purpose.SHUFFLE, epoch).permutation(samples)
    order.setflags(write=False)
    return order
