"""A hyperparameter that is added from outside: one field, and all that lists them has it."""

from typing import Annotated

import msgspec
import pytest
from msgspec import Meta

from screens.dialogs.settings.fields import fields_of
from tests.training.runs import RECIPE
from tui_nn.about import About, Effect
from tui_nn.errors import TuiNNError
from tui_nn.training.recipe.adjustable import adjust, adjustable
from tui_nn.training.recipe.file import format_toml
from tui_nn.training.recipe.keys import find, value_of, with_values
from tui_nn.training.recipe.recipe import Recipe, from_table
from tui_nn.training.recipe.training_section import TrainingSection
from tui_nn.training.recipe.values import format_value, parse_value


class ToyTraining(TrainingSection, frozen=True, forbid_unknown_fields=True, kw_only=True):
    jitter: Annotated[
        float | list[float],
        About("Jitter added to the gradient.", symbol="ν", usual="0", effect=Effect.STEP),
    ] = 0.0
    patience: Annotated[int, Meta(ge=1), About("Epochs to wait.")] = 3


class ToyRecipe(Recipe, frozen=True, forbid_unknown_fields=True, kw_only=True):
    training: ToyTraining = ToyTraining()


TABLE = msgspec.to_builtins(RECIPE)


def test_the_decoder_knows_it() -> None:
    training = TABLE["training"] | {"patience": 7}
    recipe = from_table(TABLE | {"training": training}, "toy", ToyRecipe)
    assert value_of(recipe, find("patience", ToyRecipe).path) == 7
    assert "patience = 7" in format_toml(recipe)
    with pytest.raises(TuiNNError, match=r"toy: training\.patience: expected int >= 1"):
        from_table(TABLE | {"training": training | {"patience": 0}}, "toy", ToyRecipe)


def test_sweeps_and_the_form_know_it() -> None:
    jitter = find("jitter", ToyRecipe)
    assert format_value(parse_value("0.1, 0.2", jitter), jitter) == "0.1-0.2"
    recipe = with_values(from_table(TABLE, "toy", ToyRecipe), {jitter.path: 0.5})
    assert value_of(recipe, jitter.path) == 0.5
    field = next(each for each in fields_of(ToyRecipe) if each.path == "training.jitter")
    assert (field.about.symbol, field.section) == ("ν", "training")


def test_a_run_may_have_edits_of_it() -> None:
    recipe = from_table(TABLE, "toy", ToyRecipe)
    assert "jitter" in adjustable(ToyRecipe)
    assert "patience" not in adjustable(ToyRecipe)
    assert value_of(adjust(recipe, {"jitter": 0.3}), ("training", "jitter")) == 0.3
