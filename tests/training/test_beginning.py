"""The checks before the first step: content with what can learn, and each finds what it is for."""

from typing import Any

import numpy as np
import pytest

from tests.training.runs import METHODS, clusters, method, recipe, session
from tui_nn.data.dataset import Dataset, Split
from tui_nn.training.analysis.beginning import check_beginning, learn_by_heart
from tui_nn.training.analysis.health import Finding, Verdict
from tui_nn.training.recipe.recipe import Recipe, load_recipe
from tui_nn.training.recipe.wanted_data import load_wanted
from tui_nn.training.session.session import Session


def checked(using: Recipe, data: Dataset | None = None) -> dict[str, Finding]:
    run = Session(using, data) if data else session(using)
    return {found.name: found for found in check_beginning(run.recipe, run.dataset)}


def with_train(images: Any = None, labels: Any = None) -> Dataset:
    """The small data set with other samples to train on."""
    data = clusters()
    train = data["train"]
    images = train.images if images is None else images
    labels = train.labels if labels is None else labels
    return Dataset("changed", {**data.splits, "train": Split(images, labels)})


@pytest.mark.parametrize("name", list(METHODS))
def test_nothing_is_wrong_with_runs_that_learn(name: str) -> None:
    run = session(METHODS[name])
    before = run.state.copy()
    found = check_beginning(run.recipe, run.dataset)
    assert {each.name: each.verdict for each in found if each.verdict is not Verdict.OK} == {}
    assert learn_by_heart(run.recipe, run.dataset).verdict is Verdict.OK
    assert np.array_equal(run.state.flat, before.flat)


def test_the_first_loss_is_near_ln_10() -> None:
    found = checked(recipe())["first loss"]
    assert "outputs that favour nothing cost 2.3 (ln 10): as it should be" in found.says


def test_of_a_batch_in_chunks_it_is_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui_nn.training.stepping.stepper.CHUNK", 50)
    found = checked(method(batch_size="full"))["first loss"]
    assert "cost 2.3 (ln 10): as it should be" in found.says


def test_one_output_costs_ln_2() -> None:
    run = Session(load_recipe("xor"), load_wanted(load_recipe("xor")))
    found = {each.name: each for each in check_beginning(run.recipe, run.dataset)}
    assert "cost 0.693" in found["first loss"].says
    assert "100 of each" in found["classes"].says


def test_weights_that_are_far_too_large() -> None:
    found = checked(method({"initializer": "normal"}))["first loss"]
    assert found.verdict is Verdict.WARN, found
    assert "sure of what is wrong" in found.says


def test_weights_that_are_all_zero() -> None:
    found = checked(method({"initializer": "zeros"}))["first gradients"]
    assert found.verdict is Verdict.BAD
    assert "∇W1, ∇b1" in found.says
    assert "∇b3" not in found.says, "the last bias does move"


def test_pixels_that_are_hardly_there() -> None:
    dim = clusters()["train"].images // 64
    found = checked(recipe(), with_train(images=dim))["inputs"]
    assert (found.verdict, found.advice) == (Verdict.WARN, "Are they scaled twice?")


def test_a_class_that_does_not_occur_and_one_that_is_rare() -> None:
    labels = clusters()["train"].labels.copy()
    labels[labels == 4] = 5
    found = checked(recipe(), with_train(labels=labels))["classes"]
    assert (found.verdict, found.says[:16]) == (Verdict.BAD, "4 does not occur")
    labels[np.flatnonzero(labels == 5)[:2]] = 4
    found = checked(recipe(), with_train(labels=labels))["classes"]
    assert found.verdict is Verdict.WARN
    assert "not balanced" in found.says
    makes_up = checked(method(data={"oversampling": True}), with_train(labels=labels))["classes"]
    assert makes_up.verdict is Verdict.OK


def test_a_rate_at_which_not_even_ten_are_learnt() -> None:
    run = session(recipe(learning_rate=1e-7))
    found = learn_by_heart(run.recipe, run.dataset)
    assert (found.name, found.verdict) == ("10 by heart", Verdict.BAD)
    assert found.says.startswith("not learnt after 500 steps on them alone")


def test_numbers_are_learnt_when_the_loss_is_a_tenth() -> None:
    wanted = load_recipe("mazur")
    run = Session(wanted, load_wanted(wanted))
    names = {each.name for each in check_beginning(run.recipe, run.dataset)}
    assert names == {"inputs", "first gradients"}, "classes and their losses do not apply"
    found = learn_by_heart(run.recipe, run.dataset)
    assert (found.name, found.verdict) == ("1 by heart", Verdict.OK)
