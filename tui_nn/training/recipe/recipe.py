"""A recipe: everything that decides a training run, as a TOML file, checked strictly."""

import math
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from tui_nn.assets import asset
from tui_nn.data.augmentation import augment
from tui_nn.data.dataset import Dataset
from tui_nn.data.form import Form
from tui_nn.data.forms import form_of
from tui_nn.data.task import Task
from tui_nn.data.worlds import WORLDS
from tui_nn.errors import TuiNNError
from tui_nn.mistakes.mistake import Mistake, Setting
from tui_nn.mistakes.quiz import named as mistake_named
from tui_nn.nn.layers.kinds import layer_of
from tui_nn.nn.losses import LOSSES
from tui_nn.nn.method import Method
from tui_nn.nn.network import Network, input_shape, network_of
from tui_nn.nn.operation import Rates
from tui_nn.nn.optimizers import OPTIMIZERS, optimizer_names, resolve
from tui_nn.nn.outputs import OUTPUTS
from tui_nn.nn.program import Program, build
from tui_nn.training.recipe.data_section import DataSection
from tui_nn.training.recipe.decoding import decode
from tui_nn.training.recipe.given_weights import arrays_of, read_table
from tui_nn.training.recipe.hyperparameters import hyperparameters_of
from tui_nn.training.recipe.network_section import NetworkSection
from tui_nn.training.recipe.ranges import WHOLE_BATCH
from tui_nn.training.recipe.training_section import TrainingSection


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
        shape, initializer = input_shape(inputs), self.network.initializer
        drawn = network_of(shape, layers, activations, initializer)
        drawn = replace(drawn, picture=self.form.picture)
        if self.mistake and self.mistake.network:
            drawn = self.mistake.network(drawn)
        weights = self.network.weights
        if not isinstance(weights, dict):
            return drawn
        return replace(drawn, given=arrays_of(weights, drawn.kept))

    def on(self, name: str) -> "Recipe":
        """Return the same recipe for another data set."""
        return msgspec.structs.replace(self, data=msgspec.structs.replace(self.data, name=name))

    @property
    def form(self) -> Form:
        """What the samples of its data are."""
        return form_of(self.data.name)

    @property
    def task(self) -> Task:
        """What the network is asked."""
        return Task(self.data.target_digit, self.form)

    @property
    def dropout(self) -> tuple[float, ...]:
        """The share of each hidden layer that is silenced."""
        named = self.network.dropout
        return tuple(named) if isinstance(named, list) else (named,) * self.network.hidden

    @property
    def rates(self) -> Rates:
        """What a step is computed with, beside η."""
        values = {
            each.about.rate: getattr(getattr(self, each.path[0]), each.path[-1])
            for each in hyperparameters_of(type(self))
            if each.about and each.about.rate
        }
        return Rates(**values | {"dropout": self.dropout})

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
        distortion = augment(self.data.augmentation, self.form.numbers) if distorts else None
        method = self.method(self.rates if rates is None else rates, chunked)
        right = build(self.architecture(), method, distortion)
        return self.mistake.apply(right) if self.mistake else right

    @property
    def mistake(self) -> Mistake | None:
        """The mistake that is made on purpose, or None."""
        return mistake_named(self.training.mistake) if self.training.mistake else None

    def altered(self, data: Dataset) -> Dataset:
        """Return the data, divided into splits, as a run of the recipe reads them."""
        return self.mistake.data(data) if self.mistake and self.mistake.data else data


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


def from_table(table: Mapping[str, Any], where: str, kind: type[Recipe] = Recipe) -> Recipe:
    """Return the recipe in a plain table, as TOML or a saved run holds it.

    Args:
        table: The sections by name.
        where: What errors call the table, such as a file's path.
        kind: A recipe with more hyperparameters.

    Raises:
        TuiNNError: A key is unknown, missing, of a wrong type or of an impossible value.
    """
    recipe = decode(table, kind, where)
    _check(recipe, where)
    return recipe


def _check(recipe: Recipe, where: str) -> None:
    """Refuse what is well formed and cannot be trained."""
    for key, fault in faults(recipe):
        raise TuiNNError(f"{where}: {key}: {fault}")


def faults(recipe: Recipe) -> Iterator[tuple[str, str]]:
    """Yield the key and what is wrong with it, for each fault."""
    found = list(_faults_but_for_mistakes(recipe))
    yield from found
    if recipe.mistake and not found and (why := recipe.mistake.refusal(_setting(recipe))):
        yield "training.mistake", f"{recipe.mistake.name}: {why}"


def _setting(recipe: Recipe) -> Setting:
    """Return all that decides whether a mistake makes sense in a recipe."""
    training = recipe.training
    as_it_should_be = msgspec.structs.replace(training, mistake=None)
    right = msgspec.structs.replace(recipe, training=as_it_should_be)
    size = 0 if training.batch_size == "full" else training.batch_size
    return Setting(
        program=right.program(chunked=size > WHOLE_BATCH or not size),
        rates=recipe.rates,
        form=recipe.form,
        batch_size=size,
        oversampled=recipe.data.oversampling,
        given=recipe.network.weights is not None,
    )


def _faults_but_for_mistakes(recipe: Recipe) -> Iterator[tuple[str, str]]:
    yield from _data_faults(recipe)
    network, training = recipe.network, recipe.training
    layers, outputs, numbers = network.layers, recipe.task.outputs, recipe.form.numbers
    if len(layers) < 2 or _numbers_of(layers[0]) != numbers or layers[-1] != outputs:
        yield "network.layers", f"expected [{numbers}, hidden layers …, {outputs}], found {layers}"
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
    if not isinstance(network.weights, dict) and (fault := _misfit(recipe)):
        yield "network.layers", fault
    if outputs == 1 and not OUTPUTS[network.output].single:
        single = " or ".join(each.name for each in OUTPUTS.values() if each.single)
        why = (
            "there is a target digit" if recipe.data.target_digit is not None else "of two classes"
        )
        yield "network.output", f"expected {single}, since {why}"
    heads = LOSSES[training.loss].heads
    if network.output not in heads:
        offered = " and ".join(heads)
        yield (
            "training.loss",
            f"{training.loss} is offered for {offered} outputs; this one is {network.output}",
        )
    yield from _batch_faults(recipe)
    yield from _optimizer_faults(training)
    if isinstance(network.weights, dict):
        try:
            recipe.architecture()
        except ValueError as error:
            yield "network.weights", str(error)
    if recipe.data.split and recipe.data.validation:
        yield "data.validation", "is set by data.split already"


def _numbers_of(entry: int | str) -> int:
    """Return how many numbers a network's first entry says, 784 or 28x28; 0 if it says none."""
    try:
        return math.prod(input_shape(entry))
    except ValueError:
        return 0


def _misfit(recipe: Recipe) -> str:
    """Return which layer cannot read what the one before it gives, or ""."""
    try:
        recipe.architecture()
    except ValueError as error:
        return str(error)
    return ""


def _data_faults(recipe: Recipe) -> Iterator[tuple[str, str]]:
    """Yield what does not suit the samples."""
    data, form = recipe.data, recipe.form
    target = data.target_digit
    if target is not None and (form.targets or not len(form.classes) > max(target, 2)):
        yield "data.target_digit", f"expected none: {data.name} has no class {target} of several"
    if not form.is_picture:
        distortions = ("shift", "rotation", "scale", "elastic")
        for key in (each for each in distortions if getattr(data.augmentation, each)):
            yield f"data.augmentation.{key}", f"is for pictures; {data.name} has none"
    if not (data.name in WORLDS and WORLDS[data.name].is_drawn):
        for key in (each for each in ("samples", "noise") if getattr(data, each) is not None):
            drawn = ", ".join(each.name for each in WORLDS.values() if each.is_drawn)
            yield f"data.{key}", f"is for {drawn}; {data.name} is not generated"


def _batch_faults(recipe: Recipe) -> Iterator[tuple[str, str]]:
    """Yield why a batch is too large to be normalised: its statistics are of all of it."""
    size = recipe.training.batch_size
    for name in recipe.network.normalized:
        if size == "full" or size > WHOLE_BATCH:
            yield "training.batch_size", f"expected at most {WHOLE_BATCH} with {name}, found {size}"


def _optimizer_faults(training: TrainingSection) -> Iterator[tuple[str, str]]:
    """Yield what an optimiser's own hyperparameters must not be."""
    chosen = OPTIMIZERS[training.optimizer]
    for key, hint in (("momentum", ""), ("weight_decay", ": use l2")):
        value = getattr(training, key)
        if value and key not in chosen.uses:
            users = " and ".join(n for n in optimizer_names() if key in OPTIMIZERS[n].uses)
            yield f"training.{key}", f"used by {users}, not by {chosen.name}{hint}"
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
    return _with_weights(parse(text, path.stem, str(path)), path)


def _with_weights(recipe: Recipe, path: Path) -> Recipe:
    """Return a recipe that holds the weights of the file that it names, beside its own file."""
    named = recipe.network.weights
    if not isinstance(named, str):
        return recipe
    table = read_table(path.parent / named, recipe.architecture().kept)
    network = msgspec.structs.replace(recipe.network, weights=table)
    whole = msgspec.structs.replace(recipe, network=network)
    _check(whole, str(path))
    return whole
