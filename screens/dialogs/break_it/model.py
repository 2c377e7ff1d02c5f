"""What the dialog of mistakes says: their lines, what one sees, and why some are not here."""

from collections.abc import Mapping

from msgspec import Struct

from screens.shapes.format import counted
from tui_nn.mistakes.mistake import Mistake
from tui_nn.mistakes.table import MISTAKES

QUIZ = "which one is it?"
RIGHT = "as it should be"
LEAST_STEPS = 500
"""So many steps both runs are trained for, so that there is a curve to compare."""

_FEW_EPOCHS = 2
_NAME = 30  # columns
_ABOUT_QUIZ = (
    "a quiz: a mistake is chosen and not told. The listing says what was meant, the numbers are "
    "what was done. Step, explain (enter), check gradients (c); then press ! and name the "
    "operation, and the mistake. Your first answers count."
)
_ABOUT_RIGHT = "a run without the mistake, begun from the same initial weights."


class Entry(Struct, frozen=True):
    """A line of the list.

    Attributes:
        name: The mistake's; or that of a quiz, or of the run as it should be.
        mistake: The mistake, or None.
        refused: Why the network cannot have it, or "".
    """

    name: str
    mistake: Mistake | None = None
    refused: str = ""

    @property
    def line(self) -> str:
        """As the list shows it."""
        if self.mistake is None:
            return f"{self.name:{_NAME}} {_SUMMARIES[self.name]}"
        title = f"(not here) {self.mistake.title}" if self.refused else self.mistake.title
        return f"{self.name:{_NAME}} {title}"


_SUMMARIES = {
    QUIZ: "a quiz: find a mistake that is not told",
    RIGHT: "the run without its mistake",
}


def entries(refusals: Mapping[str, str], present: str | None) -> tuple[Entry, ...]:
    """Return the list: what else there is, the mistakes that make sense, then those that do not.

    Args:
        refusals: Of each mistake why the network cannot have it, or "".
        present: The mistake that the run has, or None.
    """
    every = [Entry(name, each, refusals[name]) for name, each in MISTAKES.items()]
    here = [each for each in every if not each.refused]
    first = [Entry(QUIZ), *([Entry(RIGHT)] if present else [])]
    return (*first, *here, *(each for each in every if each.refused))


def about(entry: Entry) -> tuple[tuple[str, str], ...]:
    """Return what there is to say of an entry, a heading and a text each."""
    if entry.mistake is None:
        return (("it is", _ABOUT_QUIZ if entry.name == QUIZ else _ABOUT_RIGHT),)
    words = entry.mistake.words
    said = [
        ("it is", f"{entry.mistake.title} ({entry.mistake.group})"),
        ("people write", words.wrong),
        ("it should be", words.right),
        ("one sees", words.sees),
    ]
    if entry.refused:
        return (("not here", f"{entry.refused}."), *said)
    return (*said, ("find it", words.find))


def keys(entry: Entry) -> str:
    """Return the last line of the dialog."""
    close = "escape closes"
    if entry.refused:
        return close
    if entry.mistake is None:
        return f"enter begins · {close}"
    return f"enter trains with it and without · s steps through it · {close}"


def epochs_of(recipe_epochs: int, batches: int) -> int:
    """Return for how many epochs both runs are trained.

    Args:
        recipe_epochs: Those of the recipe.
        batches: The steps of an epoch.
    """
    return min(recipe_epochs, max(_FEW_EPOCHS, -(-LEAST_STEPS // batches)))


def trained_words(name: str, epochs: int) -> str:
    """Return what is said when both runs are begun."""
    each = counted(epochs, "epoch")
    return f"With {name}, then as it should be: {each} each, in the background. escape cancels."


def begun_words(name: str) -> str:
    """Return what is said when a run with a mistake has begun."""
    return f"A run with {name}: n runs an operation, f marks those that are wrong."
