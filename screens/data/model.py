"""What the Data screen shows: which images, their numbers, and how many there are of each."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from screens.inspect.samples import matching
from screens.inspect.selection import Selection
from screens.shapes.bar import Bar
from screens.shapes.room import Room
from tui_nn.data.dataset import CLASSES, PIXELS, SPLITS, Dataset, normalise
from tui_nn.data.task import Task, balanced_weights
from tui_nn.training.session.snapshot import Snapshot


class View(StrEnum):
    """What is looked at, where there is no room for everything."""

    GALLERY = "gallery"
    NUMBERS = "pixels 0–255"
    NORMALISED = "normalised 0–1"
    COUNTS = "class counts"
    DISTORTED = "distorted"


_VIEWS = {
    Room.SMALL: tuple(View),
    Room.MEDIUM: (View.GALLERY, View.NUMBERS, View.NORMALISED),
    Room.LARGE: (View.NUMBERS, View.NORMALISED),
}


def views(room: Room, *, distorts: bool = False) -> tuple[View, ...]:
    """Return the views that one goes through in a room; the rest always stands beside them.

    Args:
        room: The room there is.
        distorts: Whether there is a distorted image to see.
    """
    return tuple(view for view in _VIEWS[room] if distorts or view is not View.DISTORTED)


def view_in(room: Room, view: View, *, distorts: bool = False) -> View:
    """Return the view that stands for another one where that is always seen."""
    offered = views(room, distorts=distorts)
    return view if view in offered else offered[0]


class Captions(Sequence[str]):
    """The line under each image, spelt only when it is asked for: there may be 60,000."""

    def __init__(self, indices: NDArray[np.intp], labels: NDArray[np.uint8]) -> None:
        self._indices = indices
        self._labels = labels

    def __len__(self) -> int:
        return len(self._indices)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        """Return a caption: the label, and the sample's number in its split."""
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        index = int(self._indices[place])
        return f"a {self._labels[index]}, #{index}"


def gallery(
    dataset: Dataset, selection: Selection
) -> tuple[NDArray[np.intp], NDArray[np.uint8], Captions]:
    """Return indices, images and captions of what the filter lets through.

    Without a filter the images are the split's own, not a copy.
    """
    split, indices = dataset[selection.split], matching(dataset, selection)
    images = split.images if selection.digit is None else split.images[indices]
    return indices, images, Captions(indices, split.labels)


def gallery_title(dataset: Dataset, selection: Selection, shown: int) -> str:
    """Return what the gallery is a gallery of."""
    total = len(dataset[selection.split])
    if selection.digit is None:
        return f"{selection.split}: {total:,} images"
    return f"{selection.split}: {shown:,} of {total:,} images, those labelled {selection.digit}"


def empty_words(selection: Selection) -> str:
    """Return what a gallery without images says."""
    return f"no {selection.digit} in {selection.split}: press f for another digit"


def filtered(dataset: Dataset, selection: Selection, steps: int) -> Selection:
    """Return the selection with the next filter: all, 0, 1, … 9, and round again.

    The selected sample moves on to the next one that the filter lets through.
    """
    choices = [None, *range(CLASSES)]
    place = (choices.index(selection.digit) + steps) % len(choices)
    return _let_through(dataset, replace(selection, digit=choices[place]))


def other_split(dataset: Dataset, selection: Selection, steps: int) -> Selection:
    """Return the selection in the next split, at its first sample."""
    place = (SPLITS.index(selection.split) + steps) % len(SPLITS)
    return _let_through(dataset, replace(selection, split=SPLITS[place], sample=0))


def _let_through(dataset: Dataset, selection: Selection) -> Selection:
    indices = matching(dataset, selection)
    if not len(indices):
        return selection
    place = int(np.searchsorted(indices, selection.sample)) % len(indices)
    return replace(selection, sample=int(indices[place]))


def sample_caption(selection: Selection, label: int) -> str:
    """Return which sample it is, and what it shows."""
    return f"{selection.split} #{selection.sample}, label {label}"


def wanted(task: Task, label: int) -> list[int]:
    """Return the numbers that a label becomes: what the network should say."""
    return [int(each) for each in task.labels(np.dtype(np.int64))[label]]


def wanted_title(task: Task) -> str:
    """Return what stands over those numbers."""
    return f"label: is it a {task.target}?" if task.is_binary else "one-hot label"


def wanted_line(task: Task, label: int) -> str:
    """Return a label and its numbers in one line."""
    numbers = " ".join(map(str, wanted(task, label)))
    if not task.is_binary:
        return f"label {label} → one-hot y = [{numbers}]"
    answer = "yes" if label == task.target else "no"
    return f"label {label} → is it a {task.target}? {answer}, y = [{numbers}]"


def distorted(snapshot: Snapshot, selection: Selection) -> NDArray[np.float32] | None:
    """Return the selected image as this epoch trains on it; None where it is not distorted.

    Returns:
        float32 [28, 28], 0 for paper to 1 for ink.
    """
    distortion, split = snapshot.program.distortion, snapshot.dataset[selection.split]
    if distortion is None or selection.split != "train":
        return None
    index = min(selection.sample, len(split) - 1)
    x = normalise(split.images[index : index + 1], np.float32)
    a0 = np.empty_like(x)
    context = replace(
        snapshot.computed.context,
        epoch=snapshot.position.epoch,
        indices=np.array([index]),
    )
    program = snapshot.program
    loaded = {program.input.name: x, program.network_input.name: a0}
    distortion.run(loaded, context)
    return a0.reshape(PIXELS, PIXELS)


def pixel_line(image: NDArray[np.uint8], row: int, column: int) -> str:
    """Return how one pixel becomes a number of the network's input."""
    value = int(image[row, column])
    return (
        f"pixel ({row},{column}): {value} / 255 = {value / 255:.4f} = "
        f"x[{row * PIXELS + column}], an input of the network"
    )


def class_counts(dataset: Dataset) -> dict[str, NDArray[Any]]:
    """Return how many samples of each class every split has."""
    return {
        split: np.bincount(dataset[split].labels, minlength=CLASSES)
        for split in SPLITS
        if split in dataset.splits
    }


def emphasis(snapshot: Snapshot) -> dict[str, NDArray[np.float64]]:
    """Return by how much a sample of each digit counts more, or is seen more often, if it is."""
    task, data = snapshot.recipe.task, snapshot.recipe.data
    labels = snapshot.dataset["train"].labels
    of_digit, names = task.classes(np.arange(CLASSES)), task.names
    counts = np.bincount(task.classes(labels), minlength=len(names))
    found = {}
    if data.class_weighting:
        found["weight"] = balanced_weights(task.classes(labels), len(names))[of_digit]
    if data.oversampling:
        found["drawn"] = (counts.max() / np.maximum(counts, 1))[of_digit]
    return found


def count_header(
    counts: dict[str, NDArray[Any]], split: str, extra: dict[str, NDArray[np.float64]]
) -> str:
    """Return the names over the columns of ``count_bars``, the one with the bars pointed at."""
    names = [f"▸{name}" if name == split else name for name in counts]
    return " ".join(map(_column, [*names, *extra]))


def count_bars(
    counts: dict[str, NDArray[Any]], selection: Selection, extra: dict[str, NDArray[np.float64]]
) -> list[Bar]:
    """Return a bar for each class and one for all; its length is of the selected split."""
    chosen = counts[selection.split]
    return [
        Bar(
            f"{'▸' if selection.digit == digit else ' '}{digit}",
            float(chosen[digit]),
            " ".join(
                [
                    *(_column(f"{each[digit]:,}") for each in counts.values()),
                    *(_column(f"×{each[digit]:.3g}") for each in extra.values()),
                ]
            ),
        )
        for digit in range(CLASSES)
    ]


def count_totals(counts: dict[str, NDArray[Any]], extra: dict[str, NDArray[np.float64]]) -> str:
    """Return the sums under the columns of ``count_bars``."""
    sums = [f"{int(each.sum()):,}" for each in counts.values()]
    return "all " + " ".join(map(_column, [*sums, *[""] * len(extra)]))


def _column(text: str) -> str:
    return text.replace("validation", "valid").rjust(6)
