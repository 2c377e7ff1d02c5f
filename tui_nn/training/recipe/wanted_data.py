"""The data that a recipe wants, which may not be here."""

from tui_nn.data.dataset import Dataset
from tui_nn.data.folders import SETS
from tui_nn.data.form import DIGITS, Form
from tui_nn.data.sources import SOURCES, SourceInfo, about, load
from tui_nn.data.worlds import WORLDS
from tui_nn.errors import TuiNNError
from tui_nn.training.recipe.recipe import Recipe, faults

EMBEDDED = "embedded"


def load_wanted(recipe: Recipe, data: str | None = None) -> Dataset:
    """Return the data set to train a recipe on.

    Args:
        recipe: What is to be trained.
        data: A data set to use instead of the recipe's, as ``--data`` names it.

    Raises:
        TuiNNError: It is not here, or a file is not what was expected.
    """
    if data is None and (source := missing(recipe)):
        raise TuiNNError(missing_words(recipe, source))
    return load(data or recipe.data.name)


def fitted(recipe: Recipe, dataset: Dataset) -> Dataset:
    """Return the data set for a recipe: a generated one with the recipe's samples and noise.

    Raises:
        TuiNNError: The recipe is for samples of another form.
    """
    if dataset.form != recipe.form:
        raise TuiNNError(
            f"{recipe.name} is for {_described(recipe.form)}; "
            f"{dataset.name} has {_described(dataset.form)}"
        )
    for key, fault in faults(recipe):
        raise TuiNNError(f"{recipe.name} on {dataset.name}: {key}: {fault}")
    world, data = WORLDS.get(dataset.name), recipe.data
    drawn = world is not None and world.is_drawn
    return world.dataset(data.samples, data.noise) if world and drawn else dataset


def _described(form: Form) -> str:
    return f"{form.nouns[1]} of {form.words} and {form.labels} classes"


def missing(recipe: Recipe) -> SourceInfo | None:
    """Return the known set that a recipe wants, if it is not here."""
    if recipe.data.name not in SOURCES:
        return None
    source = about(recipe.data.name)
    return None if source.here else source


def runs_on_embedded(recipe: Recipe) -> bool:
    """Return whether the embedded digits will do: not where a recipe says how many samples.

    Nor for what is made for samples of another form.
    """
    return recipe.data.split is None and recipe.form == DIGITS


def wants_words(recipe: Recipe, source: SourceInfo) -> str:
    """Return that the data are not here: ```fours` wants MNIST, which is not here``."""
    data = SETS[source.name].torchvision if source.name in SETS else source.name
    return f"`{recipe.name}` wants {data}, which is not here"


def missing_words(recipe: Recipe, source: SourceInfo) -> str:
    """Return what to do where the data are not here."""
    words = f"{wants_words(recipe, source)}: fetch it with `{source.how}`"
    if runs_on_embedded(recipe):
        words += ", or try it on the embedded digits with `--data embedded`"
    return words
