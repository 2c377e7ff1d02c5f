"""The training samples that are most like the drawing."""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tui_nn.data.dataset import Dataset
from tui_nn.data.drawing.similar import Similar, most_similar

COUNT = 8


class Sought(Struct, frozen=True, eq=False):
    """What is looked for.

    Attributes:
        sample: What they are to be like.
        dataset: Among whose training samples.
    """

    sample: NDArray[np.uint8]
    dataset: Dataset


class Found(Struct, frozen=True, eq=False):
    """What was found.

    Attributes:
        sought: What was looked for.
        similar: The samples.
    """

    sought: Sought
    similar: Similar


def search(sought: Sought) -> Found:
    """Look for what is most like a drawing: tens of milliseconds, so not for the event loop."""
    return Found(sought, most_similar(sought.sample, sought.dataset["train"], COUNT))
