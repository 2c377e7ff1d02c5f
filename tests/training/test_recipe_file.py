"""Writing recipes: what was written is read again as the same recipe, and it is short."""

import string
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.runs import RECIPE
from tui_nn.data.augmentation import Augmentation
from tui_nn.errors import TuiNNError
from tui_nn.training.recipe.data_section import DataSection
from tui_nn.training.recipe.file import format_toml, write_recipe
from tui_nn.training.recipe.network_section import NetworkSection
from tui_nn.training.recipe.recipe import Recipe, from_table, load_recipe, parse, recipe_names
from tui_nn.training.recipe.training_section import TrainingSection

Draw = Any
ACTIVATIONS = st.sampled_from(["relu", "tanh", "sigmoid", "identity"])
SHARES = st.floats(0, 1, exclude_max=True)
PRICES = st.floats(0, 1e38)
RATES = st.floats(0, 1e38, exclude_min=True)
TEXTS = st.text(string.printable + "é…λ₁😀\x7f\u2028", max_size=40)


@st.composite
def recipes(draw: Draw) -> Recipe:
    """Any valid recipe, with any of its keys."""
    target = draw(st.none() | st.integers(0, 9))
    hidden = draw(st.lists(st.integers(1, 100_000), max_size=4))
    optimizer = draw(st.sampled_from(["sgd", "nesterov", "rmsprop", "adam", "adamw"]))
    output = "sigmoid" if target is not None else draw(st.sampled_from(["softmax", "sigmoid"]))
    momentum = {
        "sgd": SHARES,
        "nesterov": st.floats(0.001, 0.999),
    }.get(optimizer, st.just(0.0))
    counts = st.integers(1, 10**9)
    split = draw(st.none() | st.tuples(counts, counts, counts))
    size = {"min_size": len(hidden), "max_size": len(hidden)}
    recipe = Recipe(
        name="any",
        title=draw(TEXTS),
        source=draw(TEXTS),
        data=DataSection(
            name=draw(TEXTS),
            split=split,
            target_digit=target,
            class_weighting=draw(st.booleans()),
            oversampling=draw(st.booleans()),
            augmentation=Augmentation(
                shift=draw(st.floats(0, 14)),
                rotation=draw(st.floats(0, 180)),
                scale=draw(SHARES),
                elastic=draw(st.floats(0, 10_000)),
                smoothness=draw(st.floats(0, 28, exclude_min=True)),
            ),
            validation=None if split else draw(st.none() | counts),
        ),
        network=NetworkSection(
            layers=[784, *hidden, 10 if target is None else 1],
            activation=draw(ACTIVATIONS | st.lists(ACTIVATIONS, **size)),
            initializer=draw(st.sampled_from(["he", "glorot", "lecun", "normal", "zeros"])),
            dropout=draw(SHARES | st.lists(SHARES, **size)),
            output=output,
        ),
        training=TrainingSection(
            loss=draw(st.sampled_from(["cross-entropy", "quadratic"]))
            if output == "sigmoid"
            else "cross-entropy",
            optimizer=optimizer,
            learning_rate=draw(RATES),
            schedule=draw(st.sampled_from(["constant", "step", "cosine"])),
            schedule_every=draw(counts),
            schedule_factor=draw(st.floats(0, 1, exclude_min=True)),
            warmup=draw(PRICES),
            momentum=draw(momentum),
            weight_decay=draw(PRICES) if optimizer == "adamw" else 0.0,
            batch_size=draw(counts | st.just("full")),
            epochs=draw(counts),
            l1=draw(PRICES),
            l2=draw(PRICES),
            gradient_clipping=draw(PRICES),
            early_stopping=draw(st.integers(0, 10**9)),
            seed=draw(st.integers(0, 2**62)),
        ),
    )
    return from_table(msgspec.to_builtins(recipe), "made up")


class TestWriting:
    @given(recipes())
    def test_what_is_written_is_read_again(self, recipe: Recipe) -> None:
        assert parse(format_toml(recipe), recipe.name, "written") == recipe

    @pytest.mark.parametrize("name", recipe_names())
    def test_every_recipe_that_comes_along(self, name: str) -> None:
        assert parse(format_toml(load_recipe(name)), name, "written") == load_recipe(name)

    def test_only_what_matters_is_written(self) -> None:
        assert format_toml(RECIPE).splitlines() == [
            "[data]",
            'name = "embedded"',
            "",
            "[network]",
            "layers = [784, 12, 8, 10]",
            'activation = "relu"',
            'initializer = "he"',
            "",
            "[training]",
            'loss = "cross-entropy"',
            'optimizer = "sgd"',
            "learning_rate = 0.1",
            "batch_size = 32",
            "epochs = 2",
            "seed = 3",
        ]


class TestFiles:
    def test_it_is_called_after_its_file(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.toml"
        written = write_recipe(RECIPE, path)
        assert written.name == "mine"
        assert load_recipe(str(path)) == written
        assert list(tmp_path.iterdir()) == [path]

    def test_a_file_that_is_there_stays(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.toml"
        path.write_text("precious")
        with pytest.raises(TuiNNError, match=r"mine\.toml: already exists"):
            write_recipe(RECIPE, path)
        assert path.read_text() == "precious"
        write_recipe(RECIPE, path, overwrite=True)
        assert load_recipe(str(path)).network == RECIPE.network

    def test_where_nothing_can_be_written(self, tmp_path: Path) -> None:
        with pytest.raises(TuiNNError, match=r"cannot be written: No such file or directory"):
            write_recipe(RECIPE, tmp_path / "none" / "mine.toml")
        (tmp_path / "folder").mkdir()
        with pytest.raises(TuiNNError, match=r"folder: cannot be written: Is a directory"):
            write_recipe(RECIPE, tmp_path / "folder", overwrite=True)
        assert [path.name for path in tmp_path.iterdir()] == ["folder"]
