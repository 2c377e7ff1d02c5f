import gc
from collections.abc import Iterator

import pytest

from screens.base.terminal.collector import A_LITTLE, OFTEN_ENOUGH, settle, tidy


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)


def test_what_is_there_is_left_out_of_collections() -> None:
    before = gc.get_freeze_count()
    settle()
    assert gc.get_freeze_count() > before
    assert gc.get_threshold()[0] == OFTEN_ENOUGH


def test_young_garbage_is_gone_before_it_piles_up() -> None:
    settle()
    gc.collect()
    kept = [[] for _ in range(2 * A_LITTLE)]  # type: ignore[var-annotated]
    assert gc.get_count()[0] > A_LITTLE
    tidy()
    assert gc.get_count()[0] < A_LITTLE
    for _ in range(2 * gc.get_threshold()[1]):
        kept = [[] for _ in range(2 * A_LITTLE)]
        tidy()
    assert gc.get_count()[1] <= gc.get_threshold()[1] + 1, "what is older is looked at too"
    assert kept
