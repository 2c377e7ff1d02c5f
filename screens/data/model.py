"""What the Data screen shows: which images, their numbers, and how many there are of each."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, overload

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from screens.inspect.samples import as_picture, matching, numbers_words
from screens.inspect.selection import Selection
from screens.shapes.bar import Bar
from screens.shapes.room import Room
from tui_nn.data.dataset import SPLITS, Dataset, Split, normalise
from tui_nn.data.form import INK, Form
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


def view_name(view: View, form: Form) -> str:
    """Return what a view is called where samples have a form."""
    if view is View.GALLERY and form.is_point:
        return "plane"
    return "numbers" if view is View.NUMBERS and form.plain else view.value


def views(room: Room, *, distorts: bool = False, plain: bool = False) -> tuple[View, ...]:
    """Return the views that one goes through in a room; the rest always stands beside them.

    Args:
        room: The room there is.
        distorts: Whether there is a distorted image to see.
        plain: Whether the network is given the numbers as they are.
    """
    absent = {View.DISTORTED: not distorts, View.NORMALISED: plain}
    return tuple(view for view in _VIEWS[room] if not absent.get(view, False))


def view_in(room: Room, view: View, *, distorts: bool = False, plain: bool = False) -> View:
    """Return the view that stands for another one where that is always seen."""
    offered = views(room, distorts=distorts, plain=plain)
    return view if view in offered else offered[0]


class Captions(Sequence[str]):
    """The line under each image, spelt only when it is asked for: there may be 60,000."""

    def __init__(self, indices: NDArray[np.intp], split: Split) -> None:
        self._indices = indices
        self._split = split

    def __len__(self) -> int:
        return len(self._indices)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        """Return a caption: the label, and the sample's number in its split, or its numbers."""
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        index = int(self._indices[place])
        form, label = self._split.form, int(self._split.labels[index])
        if form.is_picture:
            return f"{form.one(label)}, #{index}"
        return f"{numbers_words(self._split.image(index))} {form.label_name(label)}"


def gallery(
    dataset: Dataset, selection: Selection
) -> tuple[NDArray[np.intp], NDArray[Any], Captions]:
    """Return indices, pictures and captions of what the filter lets through.

    Without a filter the images are the split's own, not a copy.
    """
    split, indices = dataset[selection.split], matching(dataset, selection)
    images = split.images if selection.digit is None else split.images[indices]
    return indices, as_picture(images, split.form), Captions(indices, split)


def gallery_title(dataset: Dataset, selection: Selection, shown: int) -> str:
    """Return what the gallery is a gallery of."""
    total, form = len(dataset[selection.split]), dataset.form
    nouns = "images" if form.is_picture else form.nouns[total != 1]
    if selection.digit is None:
        return f"{selection.split}: {total:,} {nouns}"
    label = form.label_name(selection.digit)
    return f"{selection.split}: {shown:,} of {total:,} {nouns}, those labelled {label}"


def empty_words(selection: Selection, form: Form) -> str:
    """Return what a gallery without images says."""
    label = "" if selection.digit is None else form.label_name(selection.digit)
    other = "digit" if form.is_picture else "class"
    return f"no {label} in {selection.split}: press f for another {other}"


def filtered(dataset: Dataset, selection: Selection, steps: int) -> Selection:
    """Return the selection with the next filter: all, each class, and round again.

    The selected sample moves on to the next one that the filter lets through.
    """
    choices = [None, *range(dataset.form.labels)]
    place = (choices.index(selection.digit) + steps) % len(choices)
    return _let_through(dataset, replace(selection, digit=choices[place], drawn=None))


def other_split(dataset: Dataset, selection: Selection, steps: int) -> Selection:
    """Return the selection in the next split, at its first sample."""
    place = (SPLITS.index(selection.split) + steps) % len(SPLITS)
    return _let_through(dataset, replace(selection, split=SPLITS[place], sample=0, drawn=None))


def _let_through(dataset: Dataset, selection: Selection) -> Selection:
    indices = matching(dataset, selection)
    if not len(indices):
        return selection
    place = int(np.searchsorted(indices, selection.sample)) % len(indices)
    return replace(selection, sample=int(indices[place]))


def sample_caption(selection: Selection, label: int | None, form: Form) -> str:
    """Return which sample it is, and what it shows."""
    if label is None:
        return f"{selection.name}, no label"
    what = "target" if form.targets else "label"
    return f"{selection.name}, {what} {form.label_name(label)}"


def wanted(task: Task, label: int | None) -> list[float]:
    """Return the numbers that a label becomes: what the network should say; none without one."""
    if label is None:
        return []
    numbers = task.labels(np.dtype(np.float64))[label].tolist()
    return [int(each) if each.is_integer() else each for each in numbers]


def wanted_names(task: Task) -> list[str]:
    """Return what stands over each of them; nothing over the only one."""
    return [] if task.is_binary else list(task.names)


def wanted_title(task: Task) -> str:
    """Return what stands over those numbers."""
    if task.is_numeric:
        return "targets"
    return f"label: is it {task.asked}?" if task.is_binary else "one-hot label"


def wanted_line(task: Task, label: int | None) -> str:
    """Return a label and its numbers in one line."""
    if label is None:
        return "no label: what the network should say is not known"
    numbers = " ".join(f"{each:g}" for each in wanted(task, label))
    name = task.form.label_name(label)
    if task.is_numeric:
        return f"targets y = [{numbers}]"
    if not task.is_binary:
        return f"label {name} → one-hot y = [{numbers}]"
    answer = "yes" if task.classes(np.array([label]))[0] else "no"
    return f"label {name} → is it {task.asked}? {answer}, y = [{numbers}]"


def distorted(snapshot: Snapshot, selection: Selection) -> NDArray[np.float32] | None:
    """Return the selected image as this epoch trains on it; None where it is not distorted.

    Returns:
        float32, rows by columns, 0 for paper to 1 for ink.
    """
    distortion, split = snapshot.program.distortion, snapshot.dataset[selection.split]
    if distortion is None or selection.drawn or selection.split != "train":
        return None
    index = min(selection.sample, len(split) - 1)
    x = normalise(split.image(index)[None], np.float32, split.form.scale)
    a0 = np.empty_like(x)
    context = replace(
        snapshot.computed.context,
        epoch=snapshot.position.epoch,
        indices=np.array([index]),
    )
    program = snapshot.program
    loaded = {program.input.name: x, program.network_input.name: a0}
    distortion.run(loaded, context)
    return a0.reshape(split.form.shape)


def pixel_line(image: NDArray[Any], row: int, column: int) -> str:
    """Return how one pixel, or number, of a sample becomes one of the network's inputs."""
    number = row * image.shape[1] + column
    if image.dtype != np.uint8:
        return f"x[{number}] = {image[row, column]:.4f}, an input of the network"
    value = int(image[row, column])
    return (
        f"pixel ({row},{column}): {value} / {INK} = {value / INK:.4f} = "
        f"x[{number}], an input of the network"
    )


def class_counts(dataset: Dataset) -> dict[str, NDArray[Any]]:
    """Return how many samples of each class every split has."""
    return {
        split: np.bincount(dataset[split].labels, minlength=dataset.form.labels)
        for split in SPLITS
        if split in dataset.splits
    }


def emphasis(snapshot: Snapshot) -> dict[str, NDArray[np.float64]]:
    """Return by how much a sample of each digit counts more, or is seen more often, if it is."""
    task, data = snapshot.recipe.task, snapshot.recipe.data
    labels = snapshot.dataset["train"].labels
    of_digit, names = task.classes(np.arange(task.form.labels)), task.names
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
    counts: dict[str, NDArray[Any]],
    selection: Selection,
    extra: dict[str, NDArray[np.float64]],
    form: Form,
) -> list[Bar]:
    """Return a bar for each class and one for all; its length is of the selected split."""
    chosen = counts[selection.split]
    return [
        Bar(
            f"{'▸' if selection.digit == digit else ' '}{form.label_name(digit)}",
            float(chosen[digit]),
            " ".join(
                [
                    *(_column(f"{each[digit]:,}") for each in counts.values()),
                    *(_column(f"×{each[digit]:.3g}") for each in extra.values()),
                ]
            ),
        )
        for digit in range(form.labels)
    ]


def count_totals(counts: dict[str, NDArray[Any]], extra: dict[str, NDArray[np.float64]]) -> str:
    """Return the sums under the columns of ``count_bars``."""
    sums = [f"{int(each.sum()):,}" for each in counts.values()]
    return "all " + " ".join(map(_column, [*sums, *[""] * len(extra)]))


def _column(text: str) -> str:
    return text.replace("validation", "valid").rjust(6)
