"""What lessons can ask where a network learns by heart, and do about it."""

from __future__ import annotations

import pytest

from tests.lessons.asking import answered, bench, does, is_met
from tui_nn.errors import TuiNNError

FEW = {"data.split": "50-100-100", "layers": "784-16-10", "batch_size": 5, "epochs": 30}
SHARES = ("0.1", "0.7", "1")


def test_it_knows_by_heart_what_it_learned_from_and_no_more() -> None:
    at = bench(**FEW)
    assert answered(at, "accuracy_after 0 train", *SHARES) == "0.1"
    assert answered(at, "accuracy_after 300 train", *SHARES) == "1"
    assert answered(at, "accuracy_after 300", *SHARES) == "0.7"


def test_the_losses_part() -> None:
    at = bench(**FEW, step=150)
    assert answered(at, "loss_change_on train 300", "rises", "falls") == "falls"
    assert answered(at, "loss_change_on validation 300", "rises", "falls") == "rises"
    now, later = (answered(at, f"loss_after {n} train", "0", "0.04", "2.3") for n in (0, 300))
    assert (now, later) == ("0.04", "0")


def test_the_end_is_the_last_epoch_or_an_early_one() -> None:
    assert answered(bench(**FEW), "epochs_to_end", "30", "90") == "30"
    early = bench(**FEW, early_stopping=2)
    assert answered(early, "epochs_to_end", *map(str, range(1, 31))) != "30"


def test_accuracy_on_train_counts_after_an_epoch() -> None:
    at = bench(**FEW)
    assert not is_met(at, "train_accuracy 0.1")
    does(at, "epoch 20")
    assert is_met(at, "train_accuracy 1")
    assert not is_met(at, "train_accuracy 1.01")


def test_the_loss_on_validation_counts_after_an_epoch() -> None:
    at = bench(**FEW)
    assert not is_met(at, "validation_loss_below 9")
    does(at, "epoch 3")
    assert is_met(at, "validation_loss_below 2.3")
    assert not is_met(at, "validation_loss_below 0.1")


def test_the_best_epoch_is_past_and_one_goes_back_to_it() -> None:
    at = bench(**FEW)
    assert not is_met(at, "past_best 0")
    assert not is_met(at, "at_best")
    does(at, "epoch 30")
    assert is_met(at, "past_best 5")
    assert not is_met(at, "past_best 30")
    assert not is_met(at, "at_best")
    does(at, "back_to_best")
    assert is_met(at, "at_best")
    does(at, "back_batch")
    assert not is_met(at, "at_best")


def test_a_restart_with_another_value_begins_anew() -> None:
    at = bench(**FEW)
    does(at, "epoch", "restart_with data.split 60-100-100")
    snapshot = at.situation.snapshot
    assert (len(snapshot.dataset["train"]), len(snapshot.curves.loss)) == (60, 0)
    for wrong in ("restart_with size 3", "restart_with optimizer magic"):
        with pytest.raises(TuiNNError):
            does(at, wrong)
