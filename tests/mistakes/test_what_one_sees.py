"""Training with each mistake shows what its text says. Figures are of the small recipe, seed 3."""

import json
import math
from functools import cache
from typing import Any

import numpy as np
import pytest

from tests.training.runs import clusters, method, session
from tui_nn.mistakes.table import MISTAKES
from tui_nn.training.session.session import Session

DATA = clusters(600, 200)
GUESSING = math.log(10)
SEEN: set[str] = set()


@cache
def _trained(mistake: str | None, options: str) -> Session:
    run = session(method(mistake=mistake, **{"epochs": 4, **json.loads(options)}), DATA)
    while not run.finished and not run.reason:
        run.step_batch()
    return run


def trained(mistake: str | None = None, **options: Any) -> Session:
    """A run to its end, or until a number is not finite; 540 samples in batches of 32."""
    if mistake:
        SEEN.add(mistake)
    return _trained(mistake, json.dumps(options))


def first(run: Session, step: int = 0) -> float:
    return float(run.history.curves.loss[step])


def loss(run: Session) -> float:
    return run.history.epochs[-1].train_loss


def validation(run: Session) -> float:
    return run.history.epochs[-1].validation_loss


def accuracy(run: Session) -> float:
    return run.evaluate("test").accuracy


def test_softmax_over_the_batch_begins_at_the_logarithm_of_its_size() -> None:
    run = trained("softmax-over-batch")
    assert first(run) == pytest.approx(math.log(32), abs=0.1)  # 3.45, the right run 2.35
    probe = run.probe(DATA["test"].images[0], 3)
    assert probe.probabilities == pytest.approx(1.0) or run.reason


def test_softmax_twice_never_comes_below_its_floor() -> None:
    run = trained("softmax-twice")
    floor = -math.log(math.e / (math.e + 9))  # 1.461
    assert run.history.curves.loss.min() >= floor
    outputs = run.evaluate("test").outputs
    assert outputs.max() < 0.24
    assert accuracy(run) < accuracy(trained()) - 0.2  # 0.10, 0.90


def test_not_divided_by_the_batch_every_step_is_too_long() -> None:
    run, right = trained("not-divided-by-batch"), trained()
    assert first(run, 1) > first(right, 1) + 1  # 3.74, 2.30
    assert accuracy(run) < 0.2
    slow = trained("not-divided-by-batch", learning_rate=0.1 / 32)
    assert first(slow, 5) == pytest.approx(first(right, 5), rel=1e-4)


def test_divided_twice_it_hardly_moves() -> None:
    assert loss(trained("divided-twice")) > 2 > 0.5 > loss(trained())  # 2.15, 0.39


@pytest.mark.parametrize("name", ["sign-reversed", "uphill"])
def test_against_the_slope_the_loss_climbs(name: str) -> None:
    run = trained(name)
    losses = run.history.curves.loss
    assert losses[0] < losses[1] < losses[2] < losses[3]  # 2.35, 2.57, 2.70, 3.03
    assert run.reason.startswith("non-finite")


def test_without_the_outputs_slope_it_is_the_gradient_of_another_loss() -> None:
    head = {"network": {"output": "sigmoid"}, "loss": "quadratic", "learning_rate": 0.1}
    run, right = trained("output-slope-missing", **head), trained(**head)
    assert loss(run) != pytest.approx(loss(right), rel=0.01)
    assert first(run, 20) < first(right, 20)


def test_with_the_outputs_slope_twice_it_is_slow() -> None:
    assert loss(trained("output-slope-doubled")) > 3 * loss(trained())  # 1.92, 0.39


def test_softmaxs_slope_taken_elementwise_pushes_everything_up() -> None:
    run = trained("softmax-slope-elementwise")
    assert loss(run) > loss(trained()) + 1  # 2.56 before it overflows
    assert run.reason.startswith("non-finite")


def test_a_bias_gradient_over_everything_is_0_at_a_softmax() -> None:
    run = trained("bias-gradient-over-everything")
    assert np.abs(run.state.tensors["b3"]).max() < 1e-5
    assert np.ptp(run.state.tensors["b1"]) == 0 != run.state.tensors["b1"][0]
    assert accuracy(run) > 0.9


def test_an_averaged_bias_gradient_hardly_moves_it() -> None:
    averaged, right = (trained(each).state.tensors for each in ("bias-gradient-averaged", None))
    assert np.abs(averaged["b3"]).max() < np.abs(right["b3"]).max() / 5
    assert accuracy(trained("bias-gradient-averaged")) > 0.8


def test_a_penalty_on_the_biases_keeps_them_smaller() -> None:
    one, other = (trained(each, l2=0.02).state.tensors for each in ("l2-on-biases", None))
    assert np.linalg.norm(one["b3"]) < np.linalg.norm(other["b3"])


def test_an_l2_slope_without_its_half_keeps_weights_smaller() -> None:
    one, other = (trained(each, l2=0.02).state.tensors for each in ("l2-factor-two", None))
    twice = trained(l2=0.04).state.tensors
    assert np.linalg.norm(one["W1"]) < np.linalg.norm(other["W1"])
    assert np.allclose(one["W1"], twice["W1"], rtol=1e-3, atol=1e-5)


def test_too_early_an_update_is_hardly_noticed() -> None:
    run, right = trained("weights-updated-too-early"), trained()
    assert first(run) == first(right)
    assert 0 < abs(loss(run) - loss(right)) < 0.05  # 0.359, 0.387


def test_the_activations_of_a_wrong_layer_teach_less() -> None:
    wide = {"network": {"layers": [784, 12, 12, 10]}}
    run, right = trained("wrong-layers-activation", **wide), trained(**wide)
    assert loss(run) > 1.3 * loss(right)  # 0.49, 0.30


def test_a_reshape_mixes_samples_up() -> None:
    run = trained("reshaped-not-transposed")
    assert accuracy(run) < 0.3 < 0.8 < accuracy(trained())  # 0.20, 0.90


@pytest.mark.parametrize("name", ["activation-slope-missing", "relu-slope-always-one"])
def test_without_its_slope_relu_ends_higher(name: str) -> None:
    assert loss(trained(name)) > 1.2 * loss(trained())  # 0.56, 0.39


@pytest.mark.parametrize("name", ["slope-at-activation", "slope-formula-at-z"])
def test_a_slope_at_the_wrong_place_trains_otherwise(name: str) -> None:
    tanh = {"network": {"activation": "tanh"}}
    run, right = trained(name, **tanh), trained(**tanh)
    assert loss(run) != pytest.approx(loss(right), rel=0.03)  # 0.46, 0.60, right 0.49
    if name == "slope-formula-at-z":
        assert loss(run) > 1.2 * loss(right)


def test_an_overwritten_gradient_kills_every_unit() -> None:
    run = trained("relu-overwrites-gradient")
    assert accuracy(run) < 0.15
    assert validation(run) == pytest.approx(GUESSING, abs=0.05)  # 2.312
    assert run.evaluate("test").inactive[0] == 12


DROPOUT = {"network": {"dropout": 0.5}}


def test_without_the_mask_dropout_trains_worse() -> None:
    run = trained("dropout-mask-missing-backward", **DROPOUT)
    assert loss(run) > loss(trained(**DROPOUT)) + 0.3  # 2.66, 1.78


def test_dropout_at_test_time_costs_accuracy_and_nothing_else() -> None:
    run, right = trained("dropout-at-test-time", **DROPOUT), trained(**DROPOUT)
    assert run.state.flat.tobytes() == right.state.flat.tobytes()
    assert accuracy(run) < accuracy(right) - 0.3  # 0.32, 0.90


def test_without_rescaling_sums_are_larger_in_use() -> None:
    run, right = trained("dropout-not-rescaled", **DROPOUT), trained(**DROPOUT)
    assert np.unique(run._stepper.tensors["mask1"]).tolist() == [0, 1]
    assert np.unique(right._stepper.tensors["mask1"]).tolist() == [0, 2]
    assert validation(run) > validation(right)  # 1.41, 1.26


def test_unscaled_pixels_begin_in_the_hundreds_and_kill_the_units() -> None:
    run = trained("pixels-not-scaled")
    assert first(run) > 20  # 99.5, then 14,700
    assert validation(run) == pytest.approx(GUESSING, abs=0.05)
    assert accuracy(run) < 0.15


@pytest.mark.parametrize("name", ["pixels-scaled-twice", "zero-weights"])
def test_where_nothing_gets_through_it_stays_at_guessing(name: str) -> None:
    run = trained(name)
    assert first(run) == pytest.approx(GUESSING, abs=0.01)
    assert validation(run) == pytest.approx(GUESSING, abs=0.05)  # 2.311
    if name == "zero-weights":
        tensors = run.state.tensors
        assert not any(tensors[each].any() for each in ("W1", "b1", "W2", "b2", "W3"))
        assert tensors["b3"].any()


def test_class_by_class_it_knows_the_last_class_best() -> None:
    small = {"batch_size": 10}
    run, right = trained("not-shuffled", **small), trained(**small)
    labels = DATA["train"].labels
    batch = run.dataset["train"].labels[run.schedule.indices(2, 3)]
    assert len(labels) == 600
    assert len(set(batch.tolist())) == 1
    assert accuracy(run) < accuracy(right) - 0.3  # 0.63, 1.00
    assert run.history.curves.loss.max() > 2 * right.history.curves.loss.max()  # 4.76, 2.34


def test_labels_off_by_one_are_learnt_and_never_right() -> None:
    run = trained("labels-off-by-one")
    assert loss(run) < 0.5  # 0.26
    assert validation(run) > 2 * GUESSING  # 5.7
    assert accuracy(run) == 0


def test_a_dropped_last_batch_is_not_seen() -> None:
    run, right = trained("last-batch-dropped"), trained()
    assert (run.schedule.batches(1), right.schedule.batches(1)) == (16, 17)
    large = trained("last-batch-dropped", batch_size=500)
    assert large.schedule.batches(1) == 1  # of 540 samples, 40 are not seen


def test_gradients_that_accumulate_shoot_over() -> None:
    run = trained("gradients-accumulate")
    assert first(run, 1) == first(trained(), 1)
    assert loss(run) > 10  # 173


def test_only_the_biases_stand_still() -> None:
    tensors = trained("bias-never-updated").state.tensors
    assert not any(tensors[each].any() for each in ("b1", "b2", "b3"))
    assert accuracy(trained("bias-never-updated")) > 0.8  # 0.90, as it should be


def test_the_velocity_pushes_uphill() -> None:
    momentum = {"momentum": 0.9, "learning_rate": 0.02}
    run = trained("momentum-sign", **momentum)
    assert first(run, 1) == pytest.approx(first(trained(**momentum), 1), abs=0.1)
    assert loss(run) > 1000
    assert run.reason.startswith("non-finite")


def test_adams_first_steps_are_far_too_long() -> None:
    adam = {"optimizer": "adam", "learning_rate": 0.01}
    run, right = trained("adam-correction-multiplied", **adam), trained(**adam)
    assert first(run, 1) > first(right, 1) + 5  # 9.00, 2.39
    begun = session(method(mistake="adam-correction-multiplied", **adam), DATA)
    before = begun.state.tensors["W3"].copy()
    begun.step_batch()
    assert np.abs(begun.state.tensors["W3"] - before).max() == pytest.approx(0.1, rel=0.01)


LARGE = {"network": {"initializer": "normal", "layers": [784, 64, 64, 10]}}


def test_a_naive_softmax_overflows() -> None:
    run = trained("softmax-overflow", **LARGE)
    assert run.reason == "non-finite: p, step 0"
    assert trained(**LARGE).reason == ""
    same = trained("softmax-overflow")  # as long as no logit passes 88
    assert loss(same) == pytest.approx(loss(trained()), rel=1e-3)


def test_the_logarithm_of_0_spoils_the_loss_alone() -> None:
    run = trained("log-of-zero", **LARGE)
    assert run.reason == "non-finite: L, step 0"
    assert all(np.isfinite(run.state.tensors[each]).all() for each in ("W1", "W2", "W3"))


def test_a_test_that_is_not_scaled_is_lost() -> None:
    halfway = {"epochs": 2}
    run, right = trained("test-not-scaled-like-train", **halfway), trained(**halfway)
    assert run.state.flat.tobytes() == right.state.flat.tobytes()
    assert run.evaluate("test").loss > 10 * right.evaluate("test").loss


def test_argmax_over_the_samples_is_never_right() -> None:
    run, right = trained("argmax-over-samples"), trained()
    assert run.evaluate("test").loss == right.evaluate("test").loss
    assert accuracy(run) <= 0.3 < 0.8 < accuracy(right)  # 0.10, 0.90
    assert (10 * accuracy(run)) == pytest.approx(round(10 * accuracy(run)))


def test_every_mistake_was_seen() -> None:
    """Runs last: there is no mistake without a test of what its text says."""
    if len(SEEN) > 30:  # else only some tests of this file were asked for
        assert MISTAKES.keys() == SEEN
