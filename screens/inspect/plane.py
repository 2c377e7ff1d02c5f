"""Samples that are points in the plane: which part of it is shown, and their marks."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from screens.inspect.samples import selected
from screens.inspect.selection import Selection
from screens.shapes.format import figure
from screens.shapes.plane import CHOSEN, Frame, Place, Point, mark_cells
from tui_nn.data.dataset import Dataset, Split
from tui_nn.data.form import Form


@lru_cache(2)
def frame_of(dataset: Dataset) -> Frame:
    """Return the part of the plane in which the samples of all splits of a data set are."""
    return Frame.around(np.concatenate([split.images for split in dataset.splits.values()]))


def marks_of(
    split: Split, frame: Frame, shape: Place, label: int | None = None
) -> NDArray[np.int8]:
    """Return the marks of samples in lines and columns of cells.

    Args:
        split: The samples.
        frame: The part of the plane.
        shape: Lines and columns.
        label: Only samples with this label; None for all.
    """
    shown = slice(None) if label is None else split.labels == label
    return mark_cells(frame, shape, split.images[shown], split.labels[shown])


def with_chosen(
    marks: NDArray[np.int8], dataset: Dataset, selection: Selection
) -> NDArray[np.int8]:
    """Return marks with the selected sample's among them."""
    image, label = selected(dataset, selection)
    place = frame_of(dataset).place(point_of(image), *marks.shape)
    if place is None:
        return marks
    marked = marks.copy()
    marked[place] = CHOSEN + (label or 0)
    return marked


def point_of(image: NDArray[np.float32]) -> Point:
    """Return a sample as a point."""
    return float(image[0]), float(image[1])


def point_words(point: Point) -> str:
    """Return a point that is no sample: ``the point (0.31, −0.12)``."""
    return f"the point ({', '.join(figure(each, 3) for each in point)})"


def mark_names(form: Form) -> tuple[str, ...]:
    """Return the classes whose marks a legend lists; numbers have none."""
    return () if form.targets else form.classes
