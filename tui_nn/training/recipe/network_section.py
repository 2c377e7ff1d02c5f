"""The section ``network`` of a recipe: each field with its range and its words."""

from typing import Annotated, Any

import msgspec

from tui_nn.about import About, Effect, Summaries
from tui_nn.nn.activations import ACTIVATIONS
from tui_nn.nn.initializers import INITIALIZERS
from tui_nn.nn.layers.kinds import LAYERS, kind_of
from tui_nn.nn.outputs import OUTPUTS
from tui_nn.training.recipe.decoding import one_of
from tui_nn.training.recipe.ranges import Share, Width

# What may stand there is looked up in the table when a recipe is decoded.
ActivationName = Annotated[str, one_of(lambda: list(ACTIVATIONS))]
InitializerName = Annotated[str, one_of(lambda: list(INITIALIZERS))]
OutputName = Annotated[str, one_of(lambda: list(OUTPUTS))]


class NetworkSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is trained."""

    layers: Annotated[
        list[Width | str],
        About(
            "How many neurons each layer has: the numbers of a sample first, 784 pixels of a "
            "digit; the classes last, 10 (1 with a target digit, or where there are two); and "
            "the hidden layers between them.",
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
            choices=Summaries(ACTIVATIONS),
        ),
    ] = "relu"
    initializer: Annotated[
        InitializerName,
        About(
            "How large the random weights are at first. Signals should neither fade nor grow from "
            "layer to layer; n is how many inputs a neuron has.",
            choices=Summaries(INITIALIZERS),
        ),
    ] = "he"
    dropout: Annotated[
        Share | list[Share],
        About(
            "The share of every hidden layer that is silenced at random in each step, so that no "
            "neuron can rely on another; those that stay count 1/(1 − r) times. Off when "
            "evaluating. One for all, or one for each hidden layer: 0.2-0.5",
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
            choices=Summaries(OUTPUTS),
        ),
    ] = "softmax"
    # A table of numbers, by the names of the parameters, or the path of a safetensors file; of a
    # recipe that was read from a file, it always is the table.
    weights: dict[str, Any] | str | None = None

    @property
    def normalized(self) -> list[str]:
        """Names of the layers that work on the whole batch, each once."""
        return [
            each.name for each in LAYERS.values() if each.normalizes and each.name in self.layers
        ]

    @property
    def hidden(self) -> int:
        """Number of dense layers and convolutions before the last one."""
        return sum(kind_of(each).numbered for each in self.layers[1:]) - 1
