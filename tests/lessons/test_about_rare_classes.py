"""What lessons can ask where one class is rare."""

from __future__ import annotations

from tests.lessons.asking import answered, bench, does, is_met

FOURS = {
    "recipe": "fours", "data.name": "embedded", "data.split": "1000-300-300", "batch_size": 16,
    "learning_rate": 0.1, "initializer": "he",
}  # fmt: skip
SHARES = ("0", "0.1", "0.5", "0.9", "1")


def test_always_saying_one_class_is_right_as_often_as_it_occurs() -> None:
    at = bench(**FOURS)
    assert answered(at, "always 0", *SHARES) == "0.9"
    assert answered(at, "always 1", *SHARES) == "0.1"


def test_an_epoch_has_the_samples_that_are_shown_again_as_well() -> None:
    assert answered(bench(**FOURS), "epoch_samples", "1000", "1800") == "1000"
    assert answered(bench(**FOURS, oversampling="yes"), "epoch_samples", "1000", "1800") == "1800"


def test_recall_after_more_batches_and_the_run_stays_where_it_was() -> None:
    at = bench(**FOURS, step=1)
    assert answered(at, "recall_after 1 0", "0", "1") == "0"
    assert answered(at, "recall_after 0 0", "0", "1") == "1"
    assert answered(at, "recall_after 1 120", "0", "1") == "1"
    assert at.situation.snapshot.position.step == 1


def test_another_threshold_trades_recall_for_precision() -> None:
    at = bench(**FOURS, step=1)
    assert answered(at, "recall_above 0.00001", *SHARES) == "1"
    assert answered(at, "precision_above 0.00001", *SHARES) == "0.1"
    assert answered(at, "recall_above 0.99999", *SHARES) == "0"


def test_what_is_missed_and_what_is_a_false_alarm() -> None:
    at = bench(**FOURS, step=1)
    four = int((at.situation.snapshot.dataset["train"].labels == 4).argmax())
    for condition in ("missed 1", "missed 0", "mistaken_for 1", "mistaken_for 0"):
        assert not is_met(at, condition)  # it says no, and sample 0 is none
    does(at, f"sample train {four}")
    assert is_met(at, "missed 1")
    assert is_met(at, "mistaken_for 0")
    assert not is_met(at, "missed 0")
    assert not is_met(at, "mistaken_for 1")


def test_recall_counts_after_an_epoch() -> None:
    at = bench(**FOURS)
    assert not is_met(at, "recall 1 0.1")
    does(at, "epoch 3")
    assert is_met(at, "recall 1 0.5")
    assert is_met(at, "recall 0 0.5")
    assert not is_met(at, "recall 1 1.01")
