"""A recipe: everything that decides a training run, as a TOML file, checked strictly."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tui_nn.assets import asset
from tui_nn.data.dataset import CLASSES, PIXELS
from tui_nn.errors import TuiNNError
from tui_nn.nn.network import Network
from tui_nn.training.decoding import decode

ActivationName = Literal["relu", "tanh", "sigmoid", "identity"]
InitializerName = Literal["he", "glorot", "normal", "zeros"]
Width = Annotated[int, Meta(ge=1, le=100_000)]
Count = Annotated[int, Meta(ge=1)]
Seed = Annotated[int, Meta(ge=0, le=2**62)]
Rate = Annotated[float, Meta(gt=0, le=1e38)]


class DataSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which samples.

    Attributes:
        name: Data set, unless the command line names one.
        validation: How many samples of train to hold out; None for the source's own
            validation split, or a tenth of train where it has none.
    """

    name: str = "embedded"
    validation: Count | None = None


class NetworkSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is trained.

    Attributes:
        layers: Neurons of each layer, from the 784 pixels to the 10 classes.
        activation: One for all the hidden layers, or a list with one for each.
        initializer: How the weights begin.
        output: What the last layer's numbers become.
    """

    layers: list[Width]
    activation: ActivationName | list[ActivationName] = "relu"
    initializer: InitializerName = "he"
    output: Literal["softmax"] = "softmax"


class TrainingSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How it is trained.

    Attributes:
        loss: What is made small.
        optimizer: How a gradient becomes an update.
        learning_rate: η.
        batch_size: Samples of a step.
        epochs: Passes through train after which the run is finished.
        seed: Decides the initial weights, the split and the order of samples.
    """

    loss: Literal["cross-entropy"] = "cross-entropy"
    optimizer: Literal["sgd"] = "sgd"
    learning_rate: Rate = 0.1
    batch_size: Count = 32
    epochs: Count = 10
    seed: Seed = 1


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A training run before it is run.

    Attributes:
        name: Its file's name, without the ending.
        title: One line for people.
        source: Where its figures were published.
        data: Which samples.
        network: What is trained.
        training: How.
    """

    name: str
    title: str = ""
    source: str = ""
    data: DataSection = DataSection()
    network: NetworkSection
    training: TrainingSection = TrainingSection()

    def architecture(self) -> Network:
        """Return the network that the recipe describes."""
        hidden = len(self.network.layers) - 2
        named = self.network.activation
        activations = (named,) * hidden if isinstance(named, str) else tuple(named)
        return Network(tuple(self.network.layers), activations, self.network.initializer)


def parse(text: str, name: str, where: str) -> Recipe:
    """Return the recipe in a TOML text.

    Args:
        text: The TOML.
        name: What to call the recipe unless the text says so itself.
        where: What errors call the text, such as a file's path.

    Raises:
        TuiNNError: The text is no TOML, or a key is unknown, missing, of a wrong type or value.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TuiNNError(f"{where}: not TOML: {error}") from None
    return from_table({"name": name} | table, where)


def from_table(table: Mapping[str, Any], where: str) -> Recipe:
    """Return the recipe in a plain table, as TOML or a saved run holds it.

    Raises:
        TuiNNError: A key is unknown, missing, of a wrong type or of an impossible value.
    """
    recipe = decode(table, Recipe, where)
    _check_layers(recipe, where)
    return recipe


def _check_layers(recipe: Recipe, where: str) -> None:
    layers, named = recipe.network.layers, recipe.network.activation
    if len(layers) < 2 or layers[0] != PIXELS**2 or layers[-1] != CLASSES:
        raise TuiNNError(
            f"{where}: network.layers: expected [{PIXELS**2}, hidden layers …, {CLASSES}], "
            f"found {layers}"
        )
    if not isinstance(named, str) and len(named) != len(layers) - 2:
        raise TuiNNError(
            f"{where}: network.activation: expected one name, or {len(layers) - 2} for the "
            f"hidden layers, found {len(named)}"
        )


def recipe_names() -> list[str]:
    """Return the names of the recipes that come with the program."""
    return sorted(path.stem for path in asset("recipes").glob("*.toml"))


def recipe_path(name: str) -> Path:
    """Return the file of a recipe, given its name or a path.

    Raises:
        TuiNNError: There is none.
    """
    if name in recipe_names():
        return asset("recipes", f"{name}.toml")
    path = Path(name)
    if path.is_file():
        return path
    raise TuiNNError(
        f"no recipe {name}: expected a TOML file or one of {', '.join(recipe_names())}"
    )


def load_recipe(name: str) -> Recipe:
    """Return a recipe, given its name or a path.

    Raises:
        TuiNNError: There is none, it cannot be read, or it is not a valid recipe.
    """
    path = recipe_path(name)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TuiNNError(f"{path}: cannot be read: {error}") from None
    return parse(text, path.stem, str(path))
