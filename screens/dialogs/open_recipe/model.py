"""What the dialog of recipes says: what each trains, and whether its data are here."""

from screens.shapes.format import counted
from tui_nn.data.sources import SourceInfo
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.recipe.wanted_data import EMBEDDED, runs_on_embedded, wants_words

_NAME = 18  # columns


def recipe_line(recipe: Recipe, source: SourceInfo | None) -> str:
    """Return a line of the list.

    Args:
        recipe: Which.
        source: The data set that it wants and that is not here, or None.
    """
    layers = "-".join(map(str, recipe.network.layers))
    data = recipe.data.name + (" (not here)" if source else "")
    return f"{recipe.name:{_NAME}} {layers:24.24} {data}"


def recipe_words(recipe: Recipe, source: SourceInfo | None) -> str:
    """Return what a recipe is, and what enter does with it."""
    epochs = counted(recipe.training.epochs, "epoch")
    about = f"{recipe.title or recipe.name}. {epochs} on {recipe.data.name}."
    if source is None:
        return f"{about} enter starts a new run of it."
    how = f"{wants_words(recipe, source)}: fetch it, in a shell, with `{source.how}`"
    if runs_on_embedded(recipe):
        return f"{about} {how}. Or enter tries it on the embedded digits."
    return f"{about} {how}."


def begun_words(recipe: Recipe, *, is_kept: bool) -> str:
    """Return what is said when a run of a recipe was begun.

    Args:
        recipe: Which.
        is_kept: Whether the run before it has a step, and so stays to compare.
    """
    data = "the embedded digits" if recipe.data.name == EMBEDDED else recipe.data.name
    kept = "; the one before it is kept in Compare (7)" if is_kept else ""
    return f"A new run of `{recipe.name}` on {data}{kept}."
