"""Which sample is looked at, and how one walks from it to the next."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from screens.inspect.selection import Selection
from screens.shapes.format import figure
from screens.shapes.scale import Scale
from tui_nn.data.dataset import Dataset
from tui_nn.data.form import INK, Form


def selected(dataset: Dataset, selection: Selection) -> tuple[NDArray[Any], int | None]:
    """Return the selected sample itself and its label, which one's own digit may lack."""
    if (drawn := selection.drawn) is not None and drawn.suits(dataset):
        return drawn.image, drawn.label
    return of_split(dataset, selection)


def choice(selection: Selection) -> Callable[[Dataset], tuple[NDArray[Any], int | None]]:
    """Return what finds the selected sample in whichever data set a session has by then."""
    return partial(selected, selection=selection)


def of_split(dataset: Dataset, selection: Selection) -> tuple[NDArray[Any], int]:
    """Return the selected sample of the split itself and its label."""
    split = dataset[selection.split]
    index = min(selection.sample, len(split) - 1)
    return split.image(index), int(split.labels[index])


def as_picture(samples: NDArray[Any], form: Form) -> NDArray[Any]:
    """Return samples, or one, as they are drawn: a list of numbers as a row of cells."""
    if form.is_picture:
        return samples
    return samples.reshape(*samples.shape[: samples.ndim - len(form.shape)], 1, form.numbers)


def sample_scale(dataset: Dataset) -> Scale:
    """Return how a sample is coloured: ink, or numbers with a sign, alike in all samples."""
    if not dataset.form.plain:
        return Scale("grey", float(INK))
    return Scale("signed", float(np.abs(dataset["train"].images).max()))


def numbers_words(sample: NDArray[Any]) -> str:
    """Return a sample that is no picture as its numbers: ``(0.05, 0.1)``."""
    return f"({', '.join(figure(float(each), 2) for each in sample.ravel())})"


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
    if selection.drawn:  # from one's own digit back to where one was
        return replace(selection, drawn=None)
    place = int(np.searchsorted(indices, selection.sample))
    if steps > 0 and (place == len(indices) or indices[place] != selection.sample):
        place -= 1  # the selected sample is filtered out: the next one is already a step
    return replace(selection, sample=int(indices[(place + steps) % len(indices)]))
