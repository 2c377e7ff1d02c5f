"""Poses problems: weights and a batch, whose gradients somebody is to work out by hand."""

from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct

from tui_nn.data.batch import BatchLoader
from tui_nn.data.worlds import WORLDS
from tui_nn.errors import TuiNNError
from tui_nn.files import open_replacement
from tui_nn.nn.layers.activation import ActivationLayer
from tui_nn.nn.layers.dense import Dense
from tui_nn.nn.tensor import Array
from tui_nn.randomness import Purpose, generator
from tui_nn.training.recipe.recipe import Recipe, load_recipe
from tui_nn.training.recipe.wanted_data import fitted, load_wanted

BIAS = 0.1  # as large as biases are: with 0 some mistakes could not be told apart


class Posed(Struct, frozen=True, eq=False):
    """A problem.

    Attributes:
        arrays: What the file holds, by name.
        hand_in: Names of the gradients that are asked for, in the order of the backward pass.
        words: What it is.
    """

    arrays: dict[str, Array]
    hand_in: tuple[str, ...]
    words: str


def pose(recipe: str, seed: int | None, batch: int) -> Posed:
    """Return a problem: another one for each seed.

    Args:
        recipe: A name or a file.
        seed: Decides weights and samples; None for the recipe's.
        batch: How many samples.

    Raises:
        TuiNNError: The recipe cannot be read, or is none whose gradients can be checked.
    """
    chosen = load_recipe(recipe)
    # Of digits always the embedded ones, which whoever poses it has.
    chosen = chosen.on(chosen.data.name if chosen.data.name in WORLDS else "embedded")
    if seed is not None:
        training = msgspec.structs.replace(chosen.training, seed=seed)
        chosen = msgspec.structs.replace(chosen, training=training)
    _refuse(chosen)
    X, y = _drawn(chosen, batch)
    arrays = {"X": X, "y": y} | _parameters(chosen)
    depth = chosen.architecture().depth
    hand_in = tuple(f"d{letter}{layer}" for layer in range(depth, 0, -1) for letter in "Wb")
    layers = chosen.architecture().layers
    activations = [each.name for each in layers if isinstance(each, ActivationLayer)]
    network, training = chosen.network, chosen.training
    texts = {
        "activation": np.array(activations, "U"),
        "output": np.array(network.output),
        "loss_function": np.array(training.loss),
        "hand_in": np.array(hand_in),
    }
    sizes = "-".join(map(str, (X.shape[1], *(arrays[f"b{n + 1}"].size for n in range(depth)))))
    functions = ", ".join(dict.fromkeys(activations)) or "no hidden layer"
    penalty = f", λ/2·‖W‖² with λ = {training.l2:g}" if training.l2 else ""
    words = (
        f"{sizes}, {functions}, {network.output} with {training.loss}{penalty}; a batch of "
        f"{len(X)}, rows are samples, weights are [in, out]; seed {training.seed}"
    )
    return Posed(arrays | texts | {"l2": np.array(training.l2)}, hand_in, words)


def write_problem(path: Path, posed: Posed) -> None:
    """Write a problem as an .npz.

    Raises:
        TuiNNError: It cannot be written.
    """
    try:
        with open_replacement(path) as file:
            np.savez(file, **posed.arrays)  # type: ignore[arg-type]
    except OSError as error:
        raise TuiNNError(f"{path}: cannot be written: {error.strerror or error}") from None


def _refuse(recipe: Recipe) -> None:
    """Refuse what is more than a plain network.

    Raises:
        TuiNNError: It has layers, or a loss, that are not handed in as W and b.
    """
    plain = all(isinstance(each, Dense | ActivationLayer) for each in recipe.architecture().layers)
    reasons = (
        (not plain, "its layers are not all dense"),
        (recipe.training.l1 > 0, "it has an L1 penalty"),
        (any(recipe.dropout), "it has dropout, whose masks are drawn"),
        (recipe.data.class_weighting, "it weights classes"),
        (recipe.mistake is not None, "it has a mistake in it"),
    )
    for applies, reason in reasons:
        if applies:
            raise TuiNNError(f"{recipe.name} cannot be posed: {reason}")


def _drawn(recipe: Recipe, batch: int) -> tuple[Array, Array]:
    """Return samples of the training data as the network reads them, and what is wanted."""
    split = fitted(recipe, load_wanted(recipe, None))["train"]
    rng = generator(recipe.training.seed, Purpose.PROBLEM, 1)
    rows = rng.choice(len(split), min(batch, len(split)), replace=False)
    program, dtype = recipe.program(), np.dtype(np.float64)
    loaded = {
        each.name: each.allocate(len(rows), dtype)
        for each in (program.network_input, program.labels)
    }
    BatchLoader(split, len(rows), dtype, recipe.task).load(rows, loaded)
    return loaded[program.network_input.name], loaded[program.labels.name]


def _parameters(recipe: Recipe) -> dict[str, Array]:
    """Return the initial weights, and biases that are not 0."""
    network = recipe.architecture()
    state = network.initial_state(recipe.training.seed, np.float64)
    rng = generator(recipe.training.seed, Purpose.PROBLEM, 2)
    found = {}
    for number in range(1, network.depth + 1):
        W, b = (each.name for each in network.parameters if each.layer == number)
        found[f"W{number}"] = state.tensors[W].copy()
        drawn = rng.normal(0, BIAS, state.tensors[b].shape)
        found[f"b{number}"] = drawn if recipe.network.weights is None else state.tensors[b].copy()
    return found
