"""The ways in which one can train on one's own digits."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import Dataset
from tui_nn.data.mixture import MARK, Ingredient, ingredients
from tui_nn.data.own import OWN, is_own

OFTEN = 20
NONE_KEPT = "No digits of your own are kept yet: draw one, then d."


class Way(NamedTuple):
    """A run with one's own digits.

    Attributes:
        name: Of its data, as ``--data`` calls them.
        keeps: Whether it begins with the weights as they are now, else with random ones.
        words: What it is.
        effect: What to expect.
    """

    name: str
    keeps: bool
    words: str
    effect: str


def ways(trained_on: str, count: int) -> list[Way]:
    """Return the ways to train on one's own digits.

    Args:
        trained_on: The data of the present run.
        count: How many digits are kept.
    """
    others = others_of(trained_on)
    mixed = f"{others}{MARK}{OFTEN}*{OWN}"
    digits = "your digit" if count == 1 else f"your {count:,} digits"
    mixture = f"{others} and {digits}, each {OFTEN} times an epoch"
    return [
        Way(
            mixed, False, mixture, "From random weights: it learns digits, and your hand with them."
        ),
        Way(mixed, True, f"{mixture}; these weights", "It knows digits, and learns your hand."),
        Way(
            OWN,
            True,
            f"{digits} alone; these weights",
            "3 Backprop then steps through your digits alone. It soon forgets all others.",
        ),
        Way(OWN, False, f"{digits} alone", "It learns them by heart, and nothing else."),
    ]


def row_of(dataset: Dataset, batch: NDArray[np.intp], drawn: NDArray[np.uint8]) -> int | None:
    """Return the row of a batch that a drawing is, from 0, or None.

    Args:
        dataset: What is trained on.
        batch: Which samples are in the batch.
        drawn: The drawing, as it was kept.
    """
    images = dataset["train"].images
    if images.shape[1:] != drawn.shape:
        return None
    rows = np.flatnonzero((images[batch] == drawn).all(axis=(1, 2)))
    return int(rows[0]) if len(rows) else None


def others_of(name: str) -> str:
    """Return the data of a run without one's own digits; the embedded ones if that leaves none."""
    parts = ingredients(name) or (Ingredient(1, name),)
    kept = [str(part) for part in parts if not is_own(part.name)]
    return MARK.join(kept) or "embedded"
