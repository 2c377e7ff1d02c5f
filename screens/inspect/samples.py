"""Which sample is looked at, and how one walks from it to the next."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from screens.inspect.selection import Selection
from tui_nn.data.dataset import Dataset


def selected(dataset: Dataset, selection: Selection) -> tuple[NDArray[np.uint8], int]:
    """Return the image and label of the selected sample."""
    split = dataset[selection.split]
    index = min(selection.sample, len(split) - 1)
    return split.images[index], int(split.labels[index])


def matching(dataset: Dataset, selection: Selection) -> NDArray[np.intp]:
    """Return the indices of the split's samples that the class filter lets through."""
    labels = dataset[selection.split].labels
    if selection.digit is None:
        return np.arange(len(labels))
    return np.flatnonzero(labels == selection.digit)


def walked(dataset: Dataset, selection: Selection, steps: int) -> Selection:
    """Return the selection moved by some samples, round the ends of what is let through."""
    indices = matching(dataset, selection)
    if not len(indices):
        return selection
    place = int(np.searchsorted(indices, selection.sample))
    if steps > 0 and (place == len(indices) or indices[place] != selection.sample):
        place -= 1  # the selected sample is filtered out: the next one is already a step
    return replace(selection, sample=int(indices[(place + steps) % len(indices)]))
