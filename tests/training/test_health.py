"""Health: each gauge finds what is wrong, and is content with a run that learns."""

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from tests.training.runs import convolutional, finish, method, recipe, session, shaped
from tui_nn.data.dataset import Dataset, Split
from tui_nn.training.analysis.health import Finding, Verdict, examine
from tui_nn.training.analysis.health.guessing import guess
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity, Snapshot
from tui_nn.training.stepping.epochs import EpochRecord, Epochs
from tui_nn.training.stepping.history import Curves
from tui_nn.training.stepping.place import Place


def trained(using: Recipe, steps: int = 1) -> Snapshot:
    run = session(using, history_memory=2**26)
    for _ in range(steps):
        run.step_batch()
    return run.snapshot(Activity.PAUSED)


def with_curves(loss: Any, norms: Any = None) -> Snapshot:
    """A snapshot whose history is made up."""
    loss = np.asarray(loss, dtype=float)
    norms = np.ones((len(loss), 3)) if norms is None else np.asarray(norms, dtype=float)
    curves = Curves.of(loss, np.zeros(len(loss)), np.full(len(loss), 0.1), norms)
    return standing_at(len(loss), replace(trained(recipe()), curves=curves))


def standing_at(step: int, snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, position=replace(snapshot.position, place=Place(step)))


def with_epochs(*rows: tuple[float, float, float, float]) -> Snapshot:
    """A snapshot with epochs of train loss and accuracy, validation loss and accuracy."""
    records = Epochs.of(
        EpochRecord(number, 5 * number, *row) for number, row in enumerate(rows, start=1)
    )
    return standing_at(5 * len(rows), replace(trained(recipe()), epochs=records))


def found(snapshot: Snapshot, name: str) -> Finding:
    return next(finding for finding in examine(snapshot) if finding.name == name)


def test_before_the_first_operation_there_is_nothing_to_say() -> None:
    assert examine(session().snapshot(Activity.PAUSED)) == []


def test_a_run_that_learns_is_well() -> None:
    findings = examine(
        finish(session(recipe(epochs=20), history_memory=2**26)).snapshot(Activity.PAUSED)
    )
    assert {finding.verdict for finding in findings} == {Verdict.OK}
    assert {"loss", "new digits", "gradient flow", "step size", "layer 1 units"} <= {
        finding.name for finding in findings
    }


@pytest.mark.parametrize(
    ("loss", "verdict", "word"),
    [
        (np.linspace(2, 1, 100), Verdict.OK, "falling"),
        (np.linspace(1, 1.4, 100), Verdict.WARN, "rising"),
        (np.linspace(1, 9, 100), Verdict.BAD, "rising"),
        (np.tile([0.9, 1.1], 50), Verdict.WARN, "standing still"),
        (np.tile([2.2, 2.4], 50), Verdict.WARN, "guessing"),
        (np.tile([0.01, 0.02], 50), Verdict.OK, "low and stable"),
        ([2.0, 1.0, np.nan], Verdict.BAD, "since step 2"),
    ],
)
def test_the_trend_of_the_loss(loss: Any, verdict: Verdict, word: str) -> None:
    finding = found(with_curves(loss), "loss")
    assert finding.verdict is verdict
    assert word in finding.says


@pytest.mark.parametrize(
    ("last", "verdict", "word"),
    [
        ((0.20, 0.95, 0.22, 0.94), Verdict.OK, "never saw"),
        ((0.10, 0.97, 0.30, 0.92), Verdict.WARN, "begins"),
        ((0.01, 1.00, 0.90, 0.80), Verdict.BAD, "memorises"),
        ((4.00, 0.29, 2.30, 0.11), Verdict.WARN, "guessing"),
    ],
)
def test_how_far_validation_is_behind(
    last: tuple[float, float, float, float], verdict: Verdict, word: str
) -> None:
    finding = found(with_epochs(last), "new digits")
    assert finding.verdict is verdict
    assert word in finding.says


def test_a_small_rise_of_validation_loss_is_noticed() -> None:
    rows = ((0.09, 0.98, 0.070, 0.98), (0.06, 0.99, 0.075, 0.98), (0.05, 0.99, 0.083, 0.98))
    finding = found(with_epochs(*rows), "new digits")
    assert finding.verdict is Verdict.WARN
    assert "0.07 to 0.083" in finding.says
    assert found(with_epochs(*rows[:2]), "new digits").verdict is Verdict.OK, "one epoch is noise"


def test_few_right_on_validation_is_not_well() -> None:
    finding = found(with_epochs((1.9, 0.31, 1.9, 0.29)), "new digits")
    assert finding.verdict is Verdict.WARN
    assert "far from learnt" in finding.says


def test_equal_units_are_noticed() -> None:
    zeros = method({"initializer": "zeros", "activation": "tanh"})
    for snapshot in (session(zeros).snapshot(Activity.PAUSED), trained(zeros, 7)):
        finding = found(snapshot, "layer 1 symmetry")
        assert finding.verdict is Verdict.BAD
        assert "ll 12 units are equal" in finding.says
    assert not [each for each in examine(trained(recipe(), 3)) if "symmetry" in each.name]


def test_what_is_wrong_stands_first() -> None:
    run = with_epochs((0.01, 1.00, 0.90, 0.80))
    verdicts = [finding.verdict for finding in examine(run)]
    assert verdicts == sorted(verdicts, key=[Verdict.BAD, Verdict.WARN, Verdict.OK].index)
    assert verdicts[0] is Verdict.BAD
    assert verdicts[-1] is Verdict.OK


def test_overfitting_names_the_best_epoch() -> None:
    train = (0.10, 0.97)
    losses = (0.5, 0.3, 0.31, 0.33, 0.36)
    finding = found(with_epochs(*((*train, loss, 0.92) for loss in losses)), "new digits")
    assert finding.verdict is Verdict.WARN
    assert "Overfitting since epoch 2" in finding.says


@pytest.mark.parametrize(
    ("norms", "verdict", "word"),
    [
        ([1, 1, 1], Verdict.OK, "none vanishes"),
        ([0.005, 0.1, 1], Verdict.WARN, "vanishes"),
        ([1e-5, 0.1, 1], Verdict.BAD, "vanishes"),
        ([500, 10, 1], Verdict.WARN, "explodes"),
        ([5000, 10, 1], Verdict.BAD, "explodes"),
        ([0, 0, 1], Verdict.BAD, "no gradient reaches layer 1 and layer 2"),
        ([np.inf, 1, 1], Verdict.BAD, "not finite"),
    ],
)
def test_how_the_gradient_reaches_the_first_layer(
    norms: list[float], verdict: Verdict, word: str
) -> None:
    finding = found(with_curves([1.0] * 5, [norms] * 5), "gradient flow")
    assert finding.verdict is verdict
    assert word in finding.says


def test_the_step_of_every_parameter_is_told_once_its_gradient_is_there() -> None:
    says = found(trained(recipe(learning_rate=0.01), 2), "step size").says
    assert all(f"{name} " in says for name in ("W1", "W2", "W3", "b1", "b2", "b3"))
    run = session(history_memory=2**26)
    run.step_operation()
    assert "step size" not in {each.name for each in examine(run.snapshot(Activity.PAUSED))}


@pytest.mark.parametrize(
    ("rate", "verdict"), [(1e-6, Verdict.WARN), (3.0, Verdict.WARN), (100.0, Verdict.BAD)]
)
def test_steps_that_are_too_short_or_too_long(rate: float, verdict: Verdict) -> None:
    findings = examine(trained(recipe(learning_rate=rate)))
    assert verdict in {each.verdict for each in findings if each.name.startswith("step of W")}


def test_dead_units_are_counted() -> None:
    run = session(history_memory=2**26)
    run.state.tensors["b1"][:9] = -1e6
    run.step_batch()
    finding = found(run.snapshot(Activity.PAUSED), "layer 1 units")
    assert finding.verdict is Verdict.BAD
    assert "9 of 12" in finding.says


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_saturated_units_are_counted(activation: str) -> None:
    run = session(shaped([784, 12, 10], activation), history_memory=2**26)
    run.step_batch()
    assert found(run.snapshot(Activity.PAUSED), "layer 1 units").verdict is Verdict.OK
    run.state.tensors["W1"][...] *= 1000
    run.step_batch()
    finding = found(run.snapshot(Activity.PAUSED), "layer 1 units")
    assert finding.verdict is Verdict.BAD
    assert "flat ends" in finding.says


def test_zeros_for_weights_do_not_upset_it() -> None:
    findings = examine(trained(shaped([784, 12, 8, 10], initializer="zeros")))
    assert any(finding.verdict is Verdict.BAD for finding in findings)


def test_units_of_a_small_batch_are_not_called_dead() -> None:
    run = session(recipe(batch_size=1), history_memory=2**26)
    run.state.tensors["b1"][:9] = -1e6
    run.step_batch()
    assert found(run.snapshot(Activity.PAUSED), "layer 1 units").verdict is Verdict.OK


def test_a_small_batch_that_wakes_no_unit_is_no_dead_layer() -> None:
    run = session(recipe(batch_size=1), history_memory=2**26)
    run.state.tensors["b1"][:] = -1e6
    run.step_batch()
    for name in ("layer 1 units", "gradient flow", "step size"):
        finding = found(run.snapshot(Activity.PAUSED), name)
        assert finding.verdict is Verdict.WARN
        assert "in this step" in finding.says
        assert finding.advice == ""
    run.step_epoch()  # which looks at all of validation
    finding = found(run.snapshot(Activity.PAUSED), "layer 1 units")
    assert finding.verdict is Verdict.BAD
    assert "the layer is dead" in finding.says


def test_where_weights_are_0_nothing_is_said_of_the_rate() -> None:
    snapshot = trained(shaped([784, 12, 8, 10], initializer="zeros"))
    assert "W2 and W3 let nothing through" in found(snapshot, "gradient flow").says
    advice = [each.advice for each in examine(snapshot)]
    assert any("random weights" in each for each in advice)
    assert not any("rate" in each for each in advice)


def test_a_learning_rate_of_50_kills_a_layer_and_stays_finite() -> None:
    run = trained(recipe(learning_rate=50.0), 40)
    assert run.reason == ""
    assert np.isfinite(run.curves.loss).all()
    dead = [each for each in examine(run) if "the layer is dead" in each.says]
    assert dead
    assert dead[0].verdict is Verdict.BAD
    assert "lower the rate" in dead[0].advice
    assert found(run, "gradient flow").verdict is Verdict.BAD
    assert found(run, "step size").verdict is Verdict.BAD


def test_the_same_advice_is_given_once() -> None:
    advice = [each.advice for each in examine(trained(recipe(learning_rate=50.0), 40))]
    given = [each for each in advice if each]
    assert len(given) == len(set(given)) < len(advice)


def test_in_the_past_it_speaks_of_what_was_known_there() -> None:
    run = finish(session(recipe(epochs=20), history_memory=2**26))
    seen = {}
    for step in (30, 3):
        run.go_to(Place(step))
        seen[step] = examine(run.snapshot(Activity.PAUSED))
    fresh = session(recipe(epochs=20), history_memory=2**26)
    while fresh.position.step < 30:
        if fresh.position.step == 3:
            assert examine(fresh.snapshot(Activity.PAUSED)) == seen[3]
        fresh.step_batch()
    assert examine(fresh.snapshot(Activity.PAUSED)) == seen[30]


# Other tasks, losses and methods


def fours(**training: Any) -> Recipe:
    return method({"output": "sigmoid"}, {"target_digit": 4}, **training)


def with_recall(using: Recipe, recall: tuple[float | None, ...], accuracy: float) -> Snapshot:
    record = EpochRecord(1, 5, 0.3, accuracy, 0.3, accuracy, validation_recall=recall)
    return standing_at(5, replace(trained(using), epochs=Epochs.of([record])))


def test_what_guessing_costs_depends_on_the_question_and_the_loss() -> None:
    run = session(method())
    labels = run.dataset["train"].labels
    shares = np.bincount(labels) / len(labels)
    fourths = float((labels == 4).mean())

    def cost(using: Recipe) -> float:
        return guess(session(using).snapshot(Activity.PAUSED)).loss

    def entropy(p: float) -> float:
        return float(-p * np.log(p) - (1 - p) * np.log(1 - p))

    assert cost(method()) == pytest.approx(float(-(shares * np.log(shares)).sum()))
    assert cost(fours()) == pytest.approx(entropy(fourths))
    for balance in ("class_weighting", "oversampling"):
        balanced = method({"output": "sigmoid"}, {"target_digit": 4, balance: True})
        assert cost(balanced) == pytest.approx(np.log(2))
    ten = {"output": "sigmoid"}
    assert cost(method(ten)) == pytest.approx(sum(map(entropy, shares)))
    quadratic = float((shares * (1 - shares)).sum()) / 2
    assert cost(method(ten, loss="quadratic")) == pytest.approx(quadratic)


def test_one_that_never_says_yes_is_found_out_though_its_accuracy_is_good() -> None:
    finding = found(with_recall(fours(), (1.0, 0.0), 0.9), "finding 4s")
    assert finding.verdict is Verdict.BAD
    assert "never says 4 (recall 0)" in finding.says
    assert "its accuracy of 90.0% looks good" in finding.says
    assert "class weighting" in finding.advice


@pytest.mark.parametrize(
    ("recall", "verdict", "word"),
    [
        ((0.98, 0.2), Verdict.WARN, "finds 20.0% of them"),
        ((0.98, 0.0), Verdict.WARN, "finds 0.0% of them"),
        ((0.3, 0.9), Verdict.WARN, "takes 70.0% of the other digits for a 4"),
        ((0.9, 0.8), Verdict.OK, "finds 80.0% of them (recall), and takes 10.0%"),
    ],
)
def test_recall_of_the_one_digit(recall: tuple[float, float], verdict: Verdict, word: str) -> None:
    finding = found(with_recall(fours(), recall, 0.9), "finding 4s")
    assert finding.verdict is verdict
    assert word in finding.says


def test_a_cure_that_was_taken_is_not_advised_again() -> None:
    weighted = method({"output": "sigmoid"}, {"target_digit": 4, "class_weighting": True})
    assert found(with_recall(weighted, (0.98, 0.2), 0.9), "finding 4s").advice == ""


def test_digits_that_are_never_found_are_named() -> None:
    recall = tuple(0.0 if digit in (3, 8) else 0.9 for digit in range(10))
    assert "a single 3 or 8" in found(with_recall(method(), recall, 0.7), "every digit").says
    names = {each.name for each in examine(with_recall(method(), (0.9,) * 10, 0.9))}
    assert "every digit" not in names
    assert "finding 4s" not in names


def test_each_epoch_writes_its_recall_down() -> None:
    run = session(fours())
    run.step_epoch()
    (epoch,) = run.history.epochs
    result = run.evaluate("validation")
    assert epoch.validation_recall == tuple(
        None if np.isnan(share) else share for share in result.recall
    )


def test_a_run_that_early_stopping_ended_says_which_weights_to_keep() -> None:
    run = finish(session(method(early_stopping=1, learning_rate=2.0, epochs=30)))
    assert run.best is not None
    finding = found(run.snapshot(Activity.FINISHED), "early stopping")
    assert f"after epoch {run.best.epoch}" in finding.says
    assert f"g, step {run.best.step}, goes there" in finding.advice
    whole = finish(session(method()))
    names = {each.name for each in examine(whole.snapshot(Activity.FINISHED))}
    assert "early stopping" not in names


def test_small_gradients_in_front_are_no_trouble_for_adam() -> None:
    norms = [[1e-5, 0.1, 1.0]] * 5
    plain = with_curves([1.0] * 5, norms)
    assert found(plain, "gradient flow").verdict is Verdict.BAD
    adam = trained(method(optimizer="adam", learning_rate=0.001))
    adaptive = standing_at(5, replace(adam, curves=plain.curves))
    assert found(adaptive, "gradient flow").verdict is Verdict.OK


def test_steps_that_the_schedule_made_short_are_no_trouble() -> None:
    short = trained(recipe(learning_rate=1e-6))
    planned = replace(short, learning_rate=1e-6, recipe_now=recipe(learning_rate=0.1))
    for snapshot, is_told in ((short, True), (planned, False)):
        told = {each.name for each in examine(snapshot) if each.verdict is Verdict.WARN}
        assert ("step of W1" in told) == is_told


def test_training_that_is_harder_than_validation_is_called_so() -> None:
    run = session(method({"dropout": 0.5}, {"augmentation": {"shift": 1}}))
    run.step_epoch()
    says = found(run.snapshot(Activity.PAUSED), "new digits").says
    assert "(with dropout, distorted), validation" in says


class TestNotFinite:
    """The finding that explains the stop."""

    def stopped(self, learning_rate: float) -> Session:
        run = session(recipe(learning_rate=learning_rate), history_memory=2**26)
        while not run.reason:
            run.step_batch()
        return run

    def test_it_says_which_operation_layer_and_step_and_why(self) -> None:
        first = examine(self.stopped(1e30).snapshot(Activity.PAUSED))[0]
        assert (first.name, first.verdict) == ("not finite", Verdict.BAD)
        assert first.says.startswith("z2 = a1·W2 + b2 (forward, layer 2, step 1) overflowed: ")
        assert "a float32 ends at 3.4e38" in first.says
        assert "by one update, η = 1e+30 times a gradient of" in first.says
        assert "beginning of step 1, B again to that of step 0" in first.advice

    def test_its_way_back_leads_to_before_the_damage(self) -> None:
        run = self.stopped(1e30)
        run.back_batch()
        run.back_batch()
        assert run.position.step == 0
        run.set_learning_rate(0.1)
        for _ in range(20):
            run.step_batch()
        assert run.reason == ""
        assert np.isfinite(run.state.flat).all()

    def test_weights_that_grew_step_by_step(self) -> None:
        run = self.stopped(1e12)
        assert run.position.step > 1
        finding = found(run.snapshot(Activity.PAUSED), "not finite")
        assert "The weights grew to" in finding.says

    def test_after_going_back_or_on_it_is_no_longer_news(self) -> None:
        for move in (Session.back_batch, Session.step_batch):
            run = self.stopped(1e30)
            move(run)
            names = {each.name for each in examine(run.snapshot(Activity.PAUSED))}
            assert "not finite" not in names

    def test_an_update_that_overflows_is_named_itself(self) -> None:
        black = Split(np.zeros((64, 28, 28), np.uint8), np.ones(64, np.uint8))
        data = Dataset("black", {"train": black, "validation": black, "test": black})
        run = session(shaped([784, 10], "relu", "zeros"), data, history_memory=2**26)
        run.state.tensors["b1"][:2] = 3e38, 2.99e38
        run.set_learning_rate(1e38)
        while not run.reason:
            run.step_batch()
        finding = found(run.snapshot(Activity.PAUSED), "not finite")
        assert "(update, layer 1, step 0)" in finding.says
        assert "the update with η = 1e+38 went beyond" in finding.says
        assert "beginning of step 1, B again to that of step 0" in finding.advice


def test_a_dead_map_is_one_that_is_0_everywhere() -> None:
    """Not one that is 0 at most places, as maps of pictures with much paper are."""
    run = session(convolutional())
    run.set_parameter("b1", (2,), -1e4)
    run.step_batch()
    finding = found(run.snapshot(Activity.PAUSED), "layer 1 maps")
    assert finding.says.startswith("1 of 4 maps inactive on this batch of 32")
    while not run.history.epochs:
        run.step_batch()
    finding = found(run.snapshot(Activity.PAUSED), "layer 1 maps")
    assert finding.says.startswith("1 of 4 maps inactive on all of validation after epoch 1")
    for unit in range(4):
        run.set_parameter("b1", (unit,), -1e4)
    run.step_batch()
    finding = found(run.snapshot(Activity.PAUSED), "layer 1 maps")
    assert finding.verdict is Verdict.BAD
    assert "the layer is dead: 4 of 4 maps inactive" in finding.says
