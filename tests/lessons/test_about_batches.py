"""What lessons can ask about batches, and do with them."""

from __future__ import annotations

import pytest

from tests.lessons.asking import answered, bench, does, is_met
from tui_nn.errors import TuiNNError

FEW = {"data.split": "200-100-10", "layers": "784-16-10"}
DIRECTIONS = ("rises", "falls", "stays")


@pytest.mark.parametrize(("size", "count"), [(32, "7"), (1, "200"), ("full", "1")])
def test_the_updates_of_an_epoch(size: object, count: str) -> None:
    assert answered(bench(**FEW, batch_size=size), "updates", "1", "7", "200") == count


def test_a_batch_of_many_helps_others_too_and_a_batch_of_one_does_not() -> None:
    many, one = bench(**FEW, batch_size=100), bench(**FEW, batch_size=1)
    assert answered(many, "loss_change_on validation", *DIRECTIONS) == "falls"
    assert answered(one, "loss_change", *DIRECTIONS) == "falls"
    assert answered(one, "loss_change_on validation", *DIRECTIONS) == "rises"


def test_a_loss_that_rose_and_one_that_only_falls() -> None:
    noisy, smooth = bench(**FEW, batch_size=1), bench(**FEW, batch_size="full", learning_rate=0.01)
    assert not is_met(noisy, "loss_rose")
    does(noisy, "batch 10")
    does(smooth, "batch 10")
    assert is_met(noisy, "loss_rose")
    assert not is_met(smooth, "loss_rose")


def test_a_hyperparameter_is_changed_as_the_run_goes_on() -> None:
    at = bench(**FEW, batch_size="full")
    does(at, "epoch", "hyperparameter batch_size 100", "epoch")
    assert len(at.situation.snapshot.curves.loss) == 1 + 2
    does(at, "hyperparameter batch_size 0", "epoch")
    assert len(at.situation.snapshot.curves.loss) == 1 + 2 + 1
    with pytest.raises(TuiNNError):
        does(at, "hyperparameter sizes 3")
