"""Pixels changed along ∂L/∂x: the loss goes where it is led, and no pixel goes far."""

from __future__ import annotations

import numpy as np
import pytest

from tui_nn.training.analysis.pixels import STEP, farthest, led, target_of
from tui_nn.training.runs.library import run_path
from tui_nn.training.runs.resuming import resume_run
from tui_nn.training.session.session import Session


@pytest.fixture(scope="module")
def trained() -> Session:
    return resume_run(run_path("trained"), data=None).session


def loss(session: Session, image: np.ndarray, label: int) -> float:
    return float(session.probe(image, label).computed.tensors["L"])


@pytest.mark.parametrize("sample", range(5))
def test_away_the_loss_rises_and_towards_a_class_it_falls(trained: Session, sample: int) -> None:
    split = trained.dataset["test"]
    image, label = split.images[sample], int(split.labels[sample])
    other = (label + 1) % 10
    away = led(trained, image, label, None, 3)
    towards = led(trained, image, label, other, 3)
    assert loss(trained, away, label) > loss(trained, image, label)
    assert loss(trained, towards, other) < loss(trained, image, other)
    assert 0 < farthest(away, image) <= 3 * STEP
    assert 0 < farthest(towards, image) <= 3 * STEP


def test_no_steps_change_nothing(trained: Session) -> None:
    image = trained.dataset["test"].images[0]
    assert farthest(led(trained, image, 0, None, 0), image) == 0


def test_pixels_stay_between_paper_and_ink(trained: Session) -> None:
    paper, ink = np.zeros((28, 28), np.uint8), np.full((28, 28), 255, np.uint8)
    for image in (paper, ink):
        assert farthest(led(trained, image, None, 3, 2), image) <= 2 * STEP


def test_what_nobody_has_labelled_is_led_away_from_what_it_is_said_to_be(trained: Session) -> None:
    image = trained.dataset["test"].images[1]
    assert target_of(trained, image, None) == trained.probe(image, None).said
    assert target_of(trained, image, 7) == 7
