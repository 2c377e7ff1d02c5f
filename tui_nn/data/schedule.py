"""Which samples make up each batch: a fresh order every epoch, the last batch smaller."""

from bisect import bisect_right
from functools import lru_cache

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tui_nn.randomness import Purpose, generator

WHOLE = 0  # a batch size: all samples at once


class Segment(Struct, frozen=True):
    """Epochs with one size of batch.

    Attributes:
        epoch: The first of them, from 1.
        step: Completed updates before it.
        batch_size: Samples of a step.
    """

    epoch: int
    step: int
    batch_size: int


class Order:
    """The order in which samples are seen, epoch by epoch."""

    def __init__(
        self,
        samples: int,
        seed: int,
        classes: NDArray[np.intp] | None = None,
        fixed: NDArray[np.intp] | None = None,
    ) -> None:
        """Prepare an order.

        Args:
            samples: How many there are in train.
            seed: Decides every epoch's order.
            classes: Class of each sample, [samples], if the rarer classes are to be drawn as
                often as the most frequent one; None to see every sample once an epoch.
            fixed: The order of every epoch, [samples]; None for a fresh one each time.
        """
        self._samples, self._seed, self._fixed = samples, seed, fixed
        self._members: list[NDArray[np.intp]] = []
        if classes is not None:
            self._members = [np.flatnonzero(classes == each) for each in np.unique(classes)]
        self._each = max(map(len, self._members), default=0)
        self.samples = len(self._members) * self._each if self._members else samples
        self.of_epoch = lru_cache(maxsize=4)(self._of_epoch)

    def _of_epoch(self, epoch: int) -> NDArray[np.intp]:
        if self._fixed is not None:
            return self._fixed
        pool = self._pool(epoch) if self._members else self._samples
        order = generator(self._seed, Purpose.SHUFFLE, epoch).permutation(pool)
        order.setflags(write=False)
        return order

    def _pool(self, epoch: int) -> NDArray[np.intp]:
        """Return every sample, those of the rarer classes as often as the most frequent one."""
        rng = generator(self._seed, Purpose.OVERSAMPLING, epoch)
        drawn = []
        for members in self._members:
            again, rest = divmod(self._each, len(members))
            drawn += [members] * again + [rng.permutation(members)[:rest]]
        return np.concatenate(drawn)


class Schedule:
    """Which samples are in which batch of which epoch, and which step that is.

    Attributes:
        samples: How many are seen in an epoch.
    """

    def __init__(
        self, order: Order, segments: tuple[Segment, ...], drops_last: bool = False
    ) -> None:
        """Make a schedule; see ``make_schedule``."""
        self._order, self._segments, self._drops_last = order, segments, drops_last
        self.samples = order.samples

    def with_batch_size(self, epoch: int, batch_size: int) -> "Schedule":
        """Return a schedule with other batches from an epoch on; 0 for all samples at once."""
        kept = tuple(each for each in self._segments if each.epoch < epoch)
        added = Segment(epoch, self.first_step(epoch), batch_size or self.samples)
        return Schedule(self._order, (*kept, added), self._drops_last)

    def place(self, step: int) -> tuple[int, int]:
        """Return epoch, from 1, and batch, from 0, of a step, counted from 0."""
        segment = self._segments[self._bisect(step)]
        epochs, batch = divmod(step - segment.step, self._batches(segment))
        return segment.epoch + epochs, batch

    def first_step(self, epoch: int) -> int:
        """Return how many updates go before an epoch."""
        segment = self._of(epoch)
        return segment.step + (epoch - segment.epoch) * self._batches(segment)

    def batches(self, epoch: int) -> int:
        """Return how many batches an epoch has."""
        return self._batches(self._of(epoch))

    def batch_size(self, epoch: int) -> int:
        """Return how many samples a batch of an epoch has, but for the last one."""
        return min(self._of(epoch).batch_size, self.samples)

    def indices(self, epoch: int, batch: int) -> NDArray[np.intp]:
        """Return the samples of a batch, the epoch from 1 and the batch from 0."""
        size = self.batch_size(epoch)
        return self._order.of_epoch(epoch)[batch * size : (batch + 1) * size]

    def _batches(self, segment: Segment) -> int:
        whole, left = divmod(self.samples, segment.batch_size)
        return whole + bool(left and not (self._drops_last and whole))

    def _bisect(self, step: int) -> int:
        return bisect_right(self._segments, step, key=lambda each: each.step) - 1

    def _of(self, epoch: int) -> Segment:
        place = bisect_right(self._segments, epoch, key=lambda each: each.epoch) - 1
        return self._segments[place]


def make_schedule(
    samples: int,
    batch_size: int,
    seed: int,
    classes: NDArray[np.intp] | None = None,
    fixed: NDArray[np.intp] | None = None,
    drops_last: bool = False,
) -> Schedule:
    """Return the schedule of a run.

    Args:
        samples: How many there are in train.
        batch_size: How many make a step, 0 for all; the last batch of an epoch has what is left.
        seed: Decides every epoch's order.
        classes: Class of each sample, [samples], if rarer classes are to be seen as often as
            the most frequent one; else None.
        fixed: The order of every epoch, [samples]; None for a fresh one each time.
        drops_last: Whether what is left after the last whole batch is not seen in that epoch.
    """
    order = Order(samples, seed, classes, fixed)
    return Schedule(order, (Segment(1, 0, batch_size or order.samples),), drops_last)
