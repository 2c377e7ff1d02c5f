"""The record of epochs: what is put in comes out, in a fraction of the memory of objects."""

import math
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_nn.training.stepping.epochs import EpochRecord, Epochs, GrowingEpochs

NUMBERS = st.floats(allow_nan=False)
SHARES = st.none() | st.floats(0, 1)


@st.composite
def runs(draw: Callable[..., object]) -> list[EpochRecord]:
    """Records of a run; some, as earlier versions made them, without recall or inactive units."""
    lengths = st.sampled_from([0, 3])
    return [
        EpochRecord(
            number,
            5 * number,
            *(draw(NUMBERS) for _ in range(5)),
            validation_recall=tuple(draw(SHARES) for _ in range(draw(lengths))),
            inactive_units=tuple(draw(st.integers(0, 999)) for _ in range(draw(lengths))),
        )
        for number in range(1, draw(st.integers(0, 9)) + 1)
    ]


def lasting(losses: Sequence[float]) -> Epochs:
    return Epochs.of(
        EpochRecord(number, 10 * number, 1.0, 0.5, loss, 0.25)
        for number, loss in enumerate(losses, start=1)
    )


@given(runs())
def test_what_is_put_in_comes_out(records: list[EpochRecord]) -> None:
    epochs = Epochs.of(records)
    assert list(epochs) == records
    assert epochs == tuple(records)
    assert repr(epochs) == repr(tuple(records))
    assert [each.seconds for each in epochs] == [each.seconds for each in records]
    assert list(epochs[1:]) == records[1:]
    assert list(epochs[::-2]) == records[::-2]
    for name in ("epoch", "step", "train_loss", "validation_accuracy", "seconds"):
        assert epochs.column(name).tolist() == [getattr(each, name) for each in records]


@given(runs(), runs())
def test_epochs_handed_out_never_change(first: list[EpochRecord], more: list[EpochRecord]) -> None:
    growing = GrowingEpochs.of(Epochs.of(first))
    handed = growing.so_far
    assert growing.so_far is handed, "until another one is added"
    for record in more:
        growing.add(record)
    assert list(handed) == first
    assert list(growing.so_far) == first + more


def test_those_until_a_step() -> None:
    epochs = lasting([0.4, 0.3, 0.2])
    assert [len(epochs.until(step)) for step in (0, 9, 10, 29, 30, 99)] == [0, 0, 1, 2, 3, 3]


@pytest.mark.parametrize(
    ("losses", "epoch"),
    [([], None), ([math.nan], None), ([math.inf, 3, 2, 2], 3), ([1, math.nan, -math.inf], 1)],
)
def test_the_lowest_is_the_first_of_those_that_are_finite(
    losses: list[float], epoch: int | None
) -> None:
    lowest = lasting(losses).lowest
    assert (lowest and lowest.epoch) == epoch


def test_an_epoch_takes_the_memory_of_its_numbers() -> None:
    """Of an hour, there are 10,000 and more: nothing else may be kept of each."""
    record = EpochRecord(1, 938, 0.1, 0.9, 0.2, 0.8, 1.5, (0.5,) * 10, (3, 4))
    numbers = 7 + 10 + 2
    growing, count = GrowingEpochs(), 1 << 12
    tracemalloc.start()
    try:
        for number in range(count):
            growing.add(replace(record, epoch=number + 1, train_loss=number / 3))
            _ = growing.so_far
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < 1.1 * count * numbers * 8
