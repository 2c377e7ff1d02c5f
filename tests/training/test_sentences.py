"""Breakpoints and watches as people type them."""

import pytest

from tests.nn.steps import case
from tui_nn.errors import TuiNNError
from tui_nn.nn.network import dense_network
from tui_nn.training.stops.breakpoints import (
    AtEpoch,
    AtOperation,
    AtStep,
    Breakpoint,
    WhenGradientNorm,
    WhenMetric,
    WhenSample,
)
from tui_nn.training.stops.parser import parse_sentence
from tui_nn.training.stops.watches import Watch, WatchElement, WatchMetric, WatchNorm

# A program that has every kind of tensor: clipped, penalised, in chunks, with dropout.
PROGRAM = case(
    dense_network((4, 3, 2, 2), ("tanh", "tanh"), "he"),
    head=("sigmoid", "quadratic"),
    optimizer="adamw",
    l2=True,
    dropout=True,
    chunked=True,
    clipping=1.0,
).program
MEANINGS: dict[str, Breakpoint | Watch] = {
    "before ∇W2": AtOperation("dW2"),
    "before δ3": AtOperation("delta3"),
    "before L": AtOperation("L"),
    "step 500": AtStep(500),
    "epoch 3": AtEpoch(3),
    "loss below 0.3": WhenMetric("loss", "below", 0.3),
    "accuracy above 92.5%": WhenMetric("accuracy", "above", 0.925),
    "validation loss above 1e-05": WhenMetric("validation_loss", "above", 1e-5),
    "validation accuracy below 29%": WhenMetric("validation_accuracy", "below", 0.29),
    "train #12 wrong": WhenSample("train", 12, False),
    "validation #0 right": WhenSample("validation", 0, True),
    "gradient of layer 1 below 0.01": WhenGradientNorm(1, low=0.01),
    "gradient of layer 2 above 10": WhenGradientNorm(2, high=10.0),
    "gradient of layer 2 outside 0.01 to 10": WhenGradientNorm(2, 0.01, 10.0),
    "loss": WatchMetric("loss"),
    "accuracy": WatchMetric("accuracy"),
    "L": WatchElement("L"),
    "W2[3,1]": WatchElement("W2", (3, 1)),
    "∇b1[7]": WatchElement("db1", (7,)),
    "‖∇W1‖": WatchNorm("dW1"),
    "before c": AtOperation("clip"),
    "before c·∇W2": AtOperation("clippedW2"),
    "before mask1": AtOperation("mask1"),
    "‖∇‖": WatchElement("size"),
    "‖‖∇‖‖": WatchNorm("size"),
    "mW1[3,5]": WatchElement("mW1", (3, 5)),
    "ΔW1[3,5]": WatchElement("changeW1", (3, 5)),
    "Σ∇b2[4]": WatchElement("sumb2", (4,)),
    "Σ²∇W1[8]": WatchElement("squaresW1", (8,)),
    "tanh′(z1)[0,2]": WatchElement("slope1", (0, 2)),
    "c": WatchElement("clip"),
    "c[0,3]": WatchElement("c", (0, 3)),
    "ΣL": WatchElement("sumL"),
    "J": WatchElement("J"),
}


@pytest.mark.parametrize("words", MEANINGS)
def test_every_one_is_read_back_from_its_own_words(words: str) -> None:
    assert parse_sentence(words, PROGRAM) == MEANINGS[words]
    assert MEANINGS[words].describe(PROGRAM) == words


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("before dW2", "before ∇W2"),
        ("before d3", "before δ3"),
        ("stop before delta3", "before δ3"),
        ("at step 5", "step 5"),
        ("Loss < 0.3", "loss below 0.3"),
        ("acc>90%", "accuracy above 90%"),
        ("accuracy above 0.9", "accuracy above 90%"),
        ("validation acc > 0.9", "validation accuracy above 90%"),
        ("test 12 right", "test #12 right"),
        ("gradient norm of layer 1 above 5", "gradient of layer 1 above 5"),
        ("gradient 1 outside 1 and 5", "gradient of layer 1 outside 1 to 5"),
        ("watch w2[3, 1]", "W2[3,1]"),
        ("dw1[3,1]", "∇W1[3,1]"),
        ("norm of dW1", "‖∇W1‖"),
        ("|dW1|", "‖∇W1‖"),
        ("vw1[3,1]", "vW1[3,1]"),
        ("changew1[3,1]", "ΔW1[3,1]"),
        ("clippedW1[3,1]", "c·∇W1[3,1]"),
    ],
)
def test_spellings_that_a_keyboard_has(typed: str, words: str) -> None:
    assert parse_sentence(typed, PROGRAM).describe(PROGRAM) == words


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "type what to stop at"),
        ("before", "before which operation"),
        ("step", "which step"),
        ("step x", "whole number, not x"),
        ("step -1", "whole number, not -1"),
        ("epoch 1.5", "whole number, not 1.5"),
        ("loss below", "such as: loss below 0.3"),
        ("loss below zero", "a number, not zero"),
        ("loss below nan", "a number, not nan"),
        ("validation", "such as: validation #12 wrong"),
        ("validation accuracy", "such as: validation accuracy below 90%"),
        ("train 5", "right or wrong"),
        ("gradient of layer 1", "which layer and lengths"),
        ("norm", "norm of which tensor"),
    ],
)
def test_what_is_missing_is_said(typed: str, says: str) -> None:
    with pytest.raises(TuiNNError, match=says):
        parse_sentence(typed, PROGRAM)
