"""A training step allocates nothing that grows with its batch."""

import tracemalloc
from collections.abc import Iterator

import numpy as np
import pytest

from tests.training.runs import session
from tui_nn.data.dataset import Dataset, Split
from tui_nn.training.recipe.network_section import NetworkSection
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.recipe.training_section import TrainingSection
from tui_nn.training.stepping import stepper

SMALL, LARGE = 64, 1000  # a larger one is worked through in chunks


@pytest.fixture(scope="module")
def noise() -> Dataset:
    random = np.random.default_rng(0)

    def split(count: int) -> Split:
        images = random.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        return Split(images, random.integers(0, 10, count, dtype=np.uint8))

    return Dataset("noise", {"train": split(16_384), "validation": split(5), "test": split(5)})


@pytest.fixture(autouse=True)
def small_buffers() -> Iterator[None]:
    """Ufuncs convert types through a buffer of fixed size, behind which much could hide."""
    usual = np.setbufsize(64)
    yield
    np.setbufsize(usual)


def peak_of_a_step(noise: Dataset, activation: str, batch_size: int, keep_before: bool) -> int:
    """The most bytes that a step holds beyond what it found; the least of some steps."""
    using = Recipe(
        name="noise",
        network=NetworkSection(layers=[784, 16, 12, 10], activation=activation),  # type: ignore[arg-type]
        training=TrainingSection(batch_size=batch_size),
    )
    run = session(using, noise, history_memory=2**26 if keep_before else 0)
    run.step_batch()
    peaks = []
    tracemalloc.start()
    try:
        for _ in range(5):
            tracemalloc.reset_peak()
            before, _ = tracemalloc.get_traced_memory()
            run.step_batch()
            peaks.append(tracemalloc.get_traced_memory()[1] - before)
    finally:
        tracemalloc.stop()
    assert run.position.epoch == 1, "an epoch's end may allocate"
    return min(peaks)


@pytest.mark.parametrize("keep_before", [False, True])
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "identity"])
def test_a_larger_batch_takes_no_more(noise: Dataset, activation: str, keep_before: bool) -> None:
    small, large = (peak_of_a_step(noise, activation, size, keep_before) for size in (SMALL, LARGE))
    # One byte a sample would be nearly a thousand more.
    assert large <= small + 512


def test_more_chunks_take_no_more(noise: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stepper, "CHUNK", 100)
    small, large = (peak_of_a_step(noise, "relu", size, True) for size in (200, 2000))
    assert large <= small + 512
