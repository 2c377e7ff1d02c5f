"""Writes a recipe as a TOML file, as short as the recipes that come with tui-nn."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from tui_nn.errors import TuiNNError
from tui_nn.files import write_file
from tui_nn.training.recipe.network_section import NetworkSection
from tui_nn.training.recipe.recipe import Recipe

# What a reader looks for is written even where it is the default; the rest only where it is not.
CHIEF = frozenset(
    {
        "data.name",
        "network.layers",
        "network.activation",
        "network.initializer",
        "training.loss",
        "training.optimizer",
        "training.learning_rate",
        "training.batch_size",
        "training.epochs",
        "training.seed",
    }
)
_LIST = re.compile(r"\[\n([^\[\]]*)\]")  # a table's heading has no line break inside


def format_toml(recipe: Recipe) -> str:
    """Return a recipe as TOML, without its name, which is that of its file."""
    table = msgspec.to_builtins(recipe)
    del table["name"]
    defaults = msgspec.to_builtins(type(recipe)(name="", network=NetworkSection(layers=[])))
    return _LIST.sub(_in_one_line, tomli_w.dumps(_worth_writing(table, defaults)))


def write_recipe(recipe: Recipe, path: Path, *, overwrite: bool = False) -> Recipe:
    """Write a recipe file.

    Args:
        recipe: What to write.
        path: Where; its name becomes that of the recipe.
        overwrite: Whether it may replace a file.

    Returns:
        The recipe as ``load_recipe`` reads it.

    Raises:
        TuiNNError: It cannot be written, or the file already exists.
    """
    if not overwrite and os.path.lexists(path):
        raise TuiNNError(f"{path}: already exists")
    write_file(path, format_toml(recipe))
    return msgspec.structs.replace(recipe, name=path.stem)


def _worth_writing(
    table: Mapping[str, Any], defaults: Mapping[str, Any], prefix: str = ""
) -> dict[str, Any]:
    """Return a table without the defaults; None, which TOML cannot write, always is one."""
    kept: dict[str, Any] = {}
    for key, value in table.items():
        path = prefix + key
        if isinstance(value, dict) and isinstance(defaults[key], dict):
            if inner := _worth_writing(value, defaults[key], f"{path}."):
                kept[key] = inner
        elif path in CHIEF or value != defaults[key]:
            kept[key] = value
    return kept


def _in_one_line(found: re.Match[str]) -> str:
    items = (item.strip() for item in found[1].split(","))
    return f"[{', '.join(item for item in items if item)}]"
