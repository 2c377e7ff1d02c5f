"""Beginning a run that is broken on purpose, or mended."""

from msgspec.structs import replace

from screens.base.app import DebuggerApp
from screens.base.new_runs import left_words
from tui_nn.training.recipe.recipe import Recipe


def begin(app: DebuggerApp, recipe: Recipe, words: str) -> None:
    """Begin a run of another recipe on the same data, from the same initial weights.

    Args:
        app: The app.
        recipe: What to begin.
        words: What is told of it.
    """
    told = f"{words} {left_words(app.snapshot)}".strip()
    app.selection = replace(app.selection, layer=1, neuron=0, row=0, operation=None, element=None)
    app.marks_mistakes = False
    app.trainer.replace(lambda session: session.with_recipe(recipe))
    app.tell(told)
