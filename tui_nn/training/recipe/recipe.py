"""A recipe: everything that decides a training run, as a TOML file, checked strictly."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tui_nn.assets import asset
from tui_nn.data.augmentation import Augmentation, augment
from tui_nn.data.dataset import PIXELS
from tui_nn.data.task import Task
from tui_nn.errors import TuiNNError
from tui_nn.nn.activations import ACTIVATIONS
from tui_nn.nn.initializers import INITIALIZERS
from tui_nn.nn.layers.kinds import kind_of, layer_of
from tui_nn.nn.losses import LOSSES
from tui_nn.nn.method import Method
from tui_nn.nn.network import Network, network_of
from tui_nn.nn.operation import Rates
from tui_nn.nn.optimizers import OPTIMIZERS, optimizer_names, resolve
from tui_nn.nn.outputs import OUTPUTS
from tui_nn.nn.program import Program, build
from tui_nn.training.recipe.decoding import decode, one_of

# What may stand there is looked up in the table when a recipe is decoded.
ActivationName = Annotated[str, one_of(lambda: list(ACTIVATIONS))]
InitializerName = Annotated[str, one_of(lambda: list(INITIALIZERS))]
OutputName = Annotated[str, one_of(lambda: list(OUTPUTS))]
LossName = Annotated[str, one_of(lambda: list(LOSSES))]
OptimizerName = Annotated[str, one_of(optimizer_names)]
ScheduleName = Literal["constant", "step", "cosine"]
Width = Annotated[int, Meta(ge=1, le=100_000)]
Count = Annotated[int, Meta(ge=1, le=1_000_000_000)]
Digit = Annotated[int, Meta(ge=0, le=9)]
Seed = Annotated[int, Meta(ge=0, le=2**62)]
LARGEST = 1e38  # a float32 can hold no number that is much larger
Rate = Annotated[float, Meta(gt=0, le=LARGEST)]
Price = Annotated[float, Meta(ge=0, le=LARGEST)]
Share = Annotated[float, Meta(ge=0, lt=1)]
Factor = Annotated[float, Meta(gt=0, le=1)]


class DataSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which samples, and what is asked of them.

    Attributes:
        name: Data set, unless the command line names one.
        split: How many samples go to train, validation and test when all that there are have
            been mixed; None for the source's own train and test.
        target_digit: The digit that the only output is about; None for ten outputs.
        class_weighting: Whether a sample counts the more, the rarer its class is.
        oversampling: Whether the rarer classes are drawn as often as the most frequent one.
        augmentation: How much the images of train are distorted.
        validation: How many samples of train to hold out; None for the source's own
            validation split, or a tenth of train where it has none.
    """

    name: str = "embedded"
    split: tuple[Count, Count, Count] | None = None
    target_digit: Digit | None = None
    class_weighting: bool = False
    oversampling: bool = False
    augmentation: Augmentation = Augmentation()
    validation: Count | None = None


class NetworkSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is trained.

    Attributes:
        layers: Units of each layer, from the 784 pixels to the 10 classes, or to the 1 output
            that says whether it is the target digit. A number is a dense layer; other kinds are
            texts, such as "dense 64".
        activation: One for all the hidden layers, or a list with one for each.
        initializer: How the weights begin.
        dropout: The share of neurons silenced while it trains: one for all the hidden layers,
            or a list with one for each.
        output: What the last layer's numbers become.
    """

    layers: list[Width | str]
    activation: ActivationName | list[ActivationName] = "relu"
    initializer: InitializerName = "he"
    dropout: Share | list[Share] = 0.0
    output: OutputName = "softmax"

    @property
    def hidden(self) -> int:
        """Number of layers with parameters before the last one."""
        return sum(kind_of(each).learns for each in self.layers[1:]) - 1


class TrainingSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How it is trained.

    Attributes:
        loss: What is made small.
        optimizer: How a gradient becomes an update.
        learning_rate: η.
        schedule: How η changes while it trains.
        schedule_every: Epochs from one step of the step schedule to the next.
        schedule_factor: What each of them multiplies η by.
        warmup: Epochs in which η rises to its full height.
        momentum: μ, how much of the velocity stays, for sgd and nesterov.
        weight_decay: How much of a weight adamw takes away for each η.
        batch_size: Samples of a step, or "full" for all of train.
        epochs: Passes through train after which the run is finished.
        l1: λ₁: λ₁·Σ|w| is added to the mean loss.
        l2: λ₂: λ₂/2·Σw² is added to the mean loss.
        gradient_clipping: The longest gradient that is left as it is; 0 for any.
        early_stopping: Epochs without a better validation loss after which the run is finished,
            and its best weights are kept; 0 to go on.
        seed: Decides the initial weights, the split and the order of samples.
    """

    loss: LossName = "cross-entropy"
    optimizer: OptimizerName = "sgd"
    learning_rate: Rate = 0.1
    schedule: ScheduleName = "constant"
    schedule_every: Count = 10
    schedule_factor: Factor = 0.1
    warmup: Price = 0.0
    momentum: Share = 0.0
    weight_decay: Price = 0.0
    batch_size: Count | Literal["full"] = 32
    epochs: Count = 10
    l1: Price = 0.0
    l2: Price = 0.0
    gradient_clipping: Price = 0.0
    early_stopping: Annotated[int, Meta(ge=0)] = 0
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
        named = self.network.activation
        activations = [named] * self.network.hidden if isinstance(named, str) else named
        inputs, *layers = self.network.layers
        return network_of((int(inputs),), layers, activations, self.network.initializer)

    @property
    def task(self) -> Task:
        """What the network is asked."""
        return Task(self.data.target_digit)

    @property
    def dropout(self) -> tuple[float, ...]:
        """The share of each hidden layer that is silenced."""
        named = self.network.dropout
        return tuple(named) if isinstance(named, list) else (named,) * self.network.hidden

    @property
    def rates(self) -> Rates:
        """What a step is computed with, beside η."""
        training = self.training
        return Rates(
            momentum=training.momentum,
            weight_decay=training.weight_decay,
            l1=training.l1,
            l2=training.l2,
            dropout=self.dropout,
            clipping=training.gradient_clipping,
        )

    def method(self, rates: Rates, chunked: bool = False) -> Method:
        """Return which operations a step has while some rates are in force."""
        training = self.training
        return Method(
            output=self.network.output,
            loss=training.loss,
            optimizer=resolve(training.optimizer, rates.momentum),
            dropped=tuple(rate > 0 for rate in rates.dropout),
            weighted=self.data.class_weighting,
            penalised=rates.l1 > 0 or rates.l2 > 0,
            clipped=rates.clipping > 0,
            chunked=chunked,
        )

    def program(self, rates: Rates | None = None, chunked: bool = False) -> Program:
        """Return the operations of a step; by default with the recipe's own rates."""
        distorts = self.data.augmentation.distorts
        distortion = augment(self.data.augmentation, PIXELS**2) if distorts else None
        method = self.method(self.rates if rates is None else rates, chunked)
        return build(self.architecture(), method, distortion)


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
    _check(recipe, where)
    return recipe


def _check(recipe: Recipe, where: str) -> None:
    """Refuse what is well formed and cannot be trained."""
    for key, fault in _faults(recipe):
        raise TuiNNError(f"{where}: {key}: {fault}")


def _faults(recipe: Recipe) -> Iterator[tuple[str, str]]:
    """Yield the key and what is wrong with it, for each fault."""
    network, training = recipe.network, recipe.training
    layers, outputs = network.layers, recipe.task.outputs
    if len(layers) < 2 or layers[0] != PIXELS**2 or layers[-1] != outputs:
        yield (
            "network.layers",
            f"expected [{PIXELS**2}, hidden layers …, {outputs}], found {layers}",
        )
    for place, layer in enumerate(layers[1:], start=1):
        try:
            layer_of(layer)
        except ValueError as error:
            yield f"network.layers[{place}]", str(error)
    for key, named in (("activation", network.activation), ("dropout", network.dropout)):
        if isinstance(named, list) and len(named) != network.hidden:
            yield (
                f"network.{key}",
                f"expected one, or {network.hidden} for the hidden layers, found {len(named)}",
            )
    if outputs == 1 and not OUTPUTS[network.output].single:
        single = " or ".join(each.name for each in OUTPUTS.values() if each.single)
        yield "network.output", f"expected {single}, since there is a target digit"
    heads = LOSSES[training.loss].heads
    if network.output not in heads:
        offered = " and ".join(heads)
        yield (
            "training.loss",
            f"{training.loss} is offered for {offered} outputs; this one is {network.output}",
        )
    yield from _optimizer_faults(training)
    if recipe.data.split and recipe.data.validation:
        yield "data.validation", "is already said by data.split"


def _optimizer_faults(training: TrainingSection) -> Iterator[tuple[str, str]]:
    """Yield what an optimiser's own hyperparameters must not be."""
    chosen = OPTIMIZERS[training.optimizer]
    for key, hint in (("momentum", ""), ("weight_decay", ": l2 is for all")):
        value = getattr(training, key)
        if value and key not in chosen.uses:
            users = " and ".join(n for n in optimizer_names() if key in OPTIMIZERS[n].uses)
            yield f"training.{key}", f"is of {users}, not of {chosen.name}{hint}"
        if not value and key in chosen.needs:
            yield f"training.{key}", f"expected more than 0, such as 0.9, for {chosen.name}"


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
