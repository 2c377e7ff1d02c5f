"""Small runs for the tests: a data set that can be learnt, a recipe, and what a run came to."""

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
import pytest

from tui_nn.data.dataset import Dataset, Split
from tui_nn.training.recipe.network_section import NetworkSection
from tui_nn.training.recipe.recipe import Recipe, from_table
from tui_nn.training.recipe.training_section import TrainingSection
from tui_nn.training.session.session import Session
from tui_nn.training.stepping.monitor import SPARSE

# 150 samples, of which a tenth is held out: 135, in batches of 32, the last one of 7.
TRAIN, BATCHES, LAST = 150, 5, 7

RECIPE = Recipe(
    name="small",
    network=NetworkSection(layers=[784, 12, 8, 10]),
    training=TrainingSection(epochs=2, seed=3),
)


def recipe(**training: Any) -> Recipe:
    """The small recipe, trained otherwise."""
    return msgspec.structs.replace(
        RECIPE, training=msgspec.structs.replace(RECIPE.training, **training)
    )


def method(
    network: Mapping[str, Any] | None = None, data: Mapping[str, Any] | None = None, **training: Any
) -> Recipe:
    """The small recipe by another method, checked as a recipe's file is."""
    data = data or {}
    layers = [784, 12, 8, 1 if "target_digit" in data else 10]
    table = {
        "name": "small",
        "network": {"layers": layers} | dict(network or {}),
        "data": dict(data),
        "training": {"epochs": 2, "seed": 3} | training,
    }
    return from_table(table, "small")


CONVOLUTIONAL = [
    "28x28", "conv2d 4 5x5 stride 2", "max_pool2d 2", "conv2d 3 3x3 pad 1", "max_pool2d 3 stride 2",
    "flatten", 10,
]  # fmt: skip
AVERAGED = [
    "28x28", "avg_pool2d 2", "conv2d 3 3x2 stride 2 pad 1", "max_pool2d 2", "conv2d 2 2",
    "avg_pool2d 2 stride 1", "flatten", 7, 10,
]  # fmt: skip

NORMALIZED = [
    "28x28", "conv2d 4 5x5 stride 2", "batch_norm", "max_pool2d 2", "conv2d 3 3x3 pad 1",
    "max_pool2d 3 stride 2", "batch_norm", "flatten", 6, "batch_norm", 10,
]  # fmt: skip


def convolutional() -> Recipe:
    """Two convolutions, each with its pooling."""
    return method({"layers": CONVOLUTIONAL}, learning_rate=0.05)


FEW = 50  # samples of a chunk, where a test makes chunks small: 135 are two and a smaller one
METHODS = {
    "plain": method(),
    "momentum": method(
        momentum=0.9, l1=0.001, schedule="step", schedule_every=1, learning_rate=0.05
    ),
    "nesterov": method(
        data={"oversampling": True},
        optimizer="nesterov", momentum=0.8, l2=0.01, gradient_clipping=0.5,
    ),
    "rmsprop": method({"activation": "tanh"}, optimizer="rmsprop", learning_rate=0.003, warmup=1.5),
    "adam": method(
        {"dropout": [0.3, 0.2]},
        {
            "oversampling": True,
            "class_weighting": True,
            "augmentation": {"shift": 2, "rotation": 10, "scale": 0.1, "elastic": 20},
        },
        optimizer="adam", learning_rate=0.01, l2=0.001, gradient_clipping=0.7,
        schedule="cosine", warmup=0.7,
    ),
    "adamw": method(
        {"output": "sigmoid", "activation": "sigmoid", "dropout": [0.0, 0.4]},
        optimizer="adamw", learning_rate=0.01, weight_decay=0.1, loss="quadratic",
    ),
    "one output": method(
        {"output": "sigmoid"}, {"target_digit": 4, "class_weighting": True}, momentum=0.5
    ),
    "convolution": method({"layers": CONVOLUTIONAL}, momentum=0.9, learning_rate=0.02),
    "everything convolved": method(
        {"layers": AVERAGED, "activation": ["relu", "tanh", "relu"], "dropout": [0.2, 0.1, 0.1]},
        {"class_weighting": True, "augmentation": {"shift": 1}},
        batch_size=120, epochs=4, optimizer="adam", learning_rate=0.01, l1=0.001,
        gradient_clipping=0.5,
    ),
    "normalised": method(
        {"layers": [784, 12, "batch_norm", 8, "batch_norm", 10], "dropout": [0.2, 0.0]},
        optimizer="adamw", learning_rate=0.01, weight_decay=0.1, l2=0.001,
    ),
    "convolved and normalised": method(
        {"layers": NORMALIZED}, momentum=0.9, learning_rate=0.02, gradient_clipping=0.5,
    ),
    "full batch": method({"dropout": 0.2}, batch_size="full", epochs=8, l2=0.01),
    "in chunks": method(
        {"dropout": 0.3, "output": "sigmoid"},
        {"class_weighting": True, "augmentation": {"shift": 1}},
        batch_size=120, epochs=4, optimizer="adam", learning_rate=0.01, l1=0.001,
        gradient_clipping=0.5, schedule="cosine",
    ),
}  # fmt: skip
DEAR = "convolved and normalised"  # it has what two others have, and takes ten times as long
QUICK = [each for each in METHODS if each != DEAR]
METHODS_BY_TIME = [*QUICK, pytest.param(DEAR, marks=pytest.mark.slow)]


def shaped(layers: list[int], activation: Any = "relu", initializer: Any = "he") -> Recipe:
    """The small recipe with another network."""
    network = NetworkSection(layers=layers, activation=activation, initializer=initializer)
    return msgspec.structs.replace(RECIPE, network=network)


def clusters(train: int = TRAIN, test: int = 40, seed: int = 0) -> Dataset:
    """Ten blurs with noise around each: no two images alike, and easily told apart."""
    random = np.random.default_rng(seed)
    blurs = random.integers(0, 160, (10, 28, 28)) * (random.random((10, 28, 28)) < 0.1)

    def split(count: int) -> Split:
        labels = random.integers(0, 10, count, dtype=np.uint8)
        images = blurs[labels] + random.integers(0, 32, (count, 28, 28))
        return Split(images.astype(np.uint8), labels)

    return Dataset("clusters", {"train": split(train), "test": split(test)})


CLUSTERS = clusters()


def session(using: Recipe = RECIPE, dataset: Dataset = CLUSTERS, **options: Any) -> Session:
    return Session(using, dataset, threads=1, **options)


def outcome(run: Session) -> tuple[object, ...]:
    """All that a run came to, to the last bit; of the norms, those that are read at any speed."""
    curves = run.history.curves
    norms = curves.gradient_norm[::SPARSE]
    columns = (curves.loss, curves.accuracy, curves.learning_rate, norms)
    return (
        run.position,
        run.state.flat.tobytes(),
        *(np.ascontiguousarray(column).tobytes() for column in columns),
        repr(run.history.epochs),
        run.journal,
    )


def finish(run: Session) -> Session:
    """Go on to the recipe's end, whatever happens on the way."""
    while not run.finished:
        run.step_batch()
    return run
