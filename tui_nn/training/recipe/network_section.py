"""The section ``network`` of a recipe: each field with its range and its words."""

from typing import Annotated, Literal

import msgspec

from tui_nn.about import About, Effect
from tui_nn.training.recipe.ranges import Share, Width

ActivationName = Literal["relu", "tanh", "sigmoid", "identity"]
InitializerName = Literal["he", "glorot", "lecun", "normal", "normal-over-sum", "zeros"]
OutputName = Literal["softmax", "sigmoid"]


class NetworkSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is trained."""

    layers: Annotated[
        list[Width],
        About(
            "How many neurons each layer has: 784 pixels first, 10 classes last (1 with a target "
            "digit), and the hidden layers between them.",
            too_little="It cannot tell the digits apart: the loss stays high on train, too.",
            too_much="Steps take longer, and it can memorise the training set: validation gets "
            "worse while train still gets better.",
            usual="one or two hidden layers of 16 to 800; without any, 784-10, MNIST ends near 92 "
            "%",
        ),
    ]
    activation: Annotated[
        ActivationName | list[ActivationName],
        About(
            "The function that a hidden neuron applies to its sum: a = f(z). One name for all "
            "hidden layers, or one for each: tanh-relu",
            symbol="f",
            choices={
                "relu": "max(0, z): gradients pass whole; a neuron that is always below 0 is dead",
                "tanh": "from −1 to 1; far from 0 it is flat, and gradients fade",
                "sigmoid": "from 0 to 1; its slope is at most 1/4, so deep networks learn slowly",
                "identity": "z itself: all the layers together are then no more than one",
            },
        ),
    ] = "relu"
    initializer: Annotated[
        InitializerName,
        About(
            "How large the random weights are at first. Signals should neither fade nor grow from "
            "layer to layer; n is how many inputs a neuron has.",
            choices={
                "he": "N(0, 2/n): made for relu, which silences half of them",
                "glorot": "uniform in ±√(6/(n + neurons)): made for tanh and sigmoid",
                "lecun": "N(0, 1/n): z is about as large as the inputs are",
                "normal": "N(0, 1): z grows with √n, so that sigmoids begin saturated",
                "normal-over-sum": "N(0, 1) divided by the sum of all: their size is luck",
                "zeros": "a layer's neurons stay all alike: nothing tells them apart",
            },
        ),
    ] = "he"
    dropout: Annotated[
        Share | list[Share],
        About(
            "The share of every hidden layer that is silenced at random in each step, so that no "
            "neuron can rely on another; those that stay count 1/(1 − r) times. Off when it is "
            "measured. One for all, or one for each hidden layer: 0.2-0.5",
            symbol="r",
            too_little="At 0 it is off: a large network may memorise the training set.",
            too_much="Too few neurons are left to learn with: the loss on train stays high.",
            usual="0.2 to 0.5 for layers of 100 and more",
            effect=Effect.STEP,
            rate="dropout",
        ),
    ] = 0.0
    output: Annotated[
        OutputName,
        About(
            "What the last layer's sums become.",
            choices={
                "softmax": "ten probabilities that add up to 1: it is exactly one of the digits",
                "sigmoid": "each output by itself, from 0 to 1; for a target digit it has to be "
                "this",
            },
        ),
    ] = "softmax"
