"""What the Evaluate screen shows: the result in a line, the confusion matrix, each class."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from screens.evaluate.measuring import Measured
from screens.inspect.initial import has_initial_weights, initial_words
from screens.shapes.bar import Bar
from screens.shapes.format import counted, figure
from screens.shapes.look import Look
from screens.shapes.room import Room
from screens.shapes.scale import Scale
from tui_nn.data.dataset import SPLITS, Dataset
from tui_nn.data.form import DIGITS
from tui_nn.data.task import Task
from tui_nn.training.evaluation import Evaluation
from tui_nn.training.session.snapshot import Snapshot

Cell = tuple[int, int]
"""Row and column of the matrix; those after the last class are the totals."""

SHARES = Scale("signed", 1.0)
_BAD_ENOUGH = 0.05  # of a row: a single mistake of a good network is not made to glare
_SINGULARS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
)  # fmt: skip
_USES = {
    "train": "it trained on these",
    "validation": "chosen by, not trained on",
    "test": "never trained on",
}


class View(StrEnum):
    """What is looked at, where there is no room for everything."""

    MATRIX = "matrix"
    GALLERY = "mistakes"
    CLASSES = "precision and recall"


def views(room: Room, task: Task) -> tuple[View, ...]:
    """Return the views that one goes through in a room."""
    if room is not Room.SMALL:
        return (View.MATRIX,)
    return (View.MATRIX, View.GALLERY) if task.is_binary else tuple(View)


def other_split(dataset: Dataset, split: str, steps: int) -> str:
    """Return the split some places after another: test, then train, then validation."""
    there = [name for name in SPLITS if name in dataset.splits]
    place = there.index(split) if split in there else 0  # other data may be there by now
    return there[(place + steps) % len(there)]


# The result in a line


def summary(measured: Measured | None, snapshot: Snapshot, split: str) -> str:
    """Return how good the network was, on what, and when that was."""
    if measured is None or measured.snapshot.dataset is not snapshot.dataset:
        return f"{split}: measuring"
    result = measured.evaluation
    if _not_finite(result):
        return f"{measured.split}: not a number · {_when(measured, snapshot)}"
    if result.task.is_numeric:
        how = f"{counted(len(result.truth), result.task.form.nouns[0])} · loss"
        words = f"{measured.split}: {how} {figure(result.loss, 4)} · {_when(measured, snapshot)}"
        return words if measured.split == split else f"{words} · measuring {split}"
    right, total = int(np.trace(result.confusion)), len(result.truth)
    words = (
        f"{measured.split}: {percent(result.accuracy)} right, {right:,} of {total:,}"
        f" · loss {figure(result.loss, 4)} · {_when(measured, snapshot)}"
    )
    return words if measured.split == split else f"{words} · measuring {split}"


def _when(measured: Measured, snapshot: Snapshot) -> str:
    then, now = measured.snapshot.position.step, snapshot.position.step
    if then != now:
        return f"at step {then:,}, now at {now:,}"
    if not measured.is_of(snapshot):
        return f"at step {then:,}, before a change"
    if has_initial_weights(measured.snapshot):
        return f"at step {then:,}, {initial_words(measured.snapshot)}"
    return f"at step {then:,}"


def use_words(split: str) -> str:
    """Return what a split is for."""
    return _USES[split]


def trouble(evaluation: Evaluation) -> str:
    """Return why there is nothing to measure, or "" if there is."""
    bad = _not_finite(evaluation)
    if not bad and evaluation.task.is_numeric:
        errors = zip(evaluation.task.names, evaluation.errors, strict=True)
        how = ", ".join(f"{name} {figure(error, 4)}" for name, error in errors)
        return (
            f"How far the outputs are from their targets, the mean of |p − y|: {how}. The targets "
            "are numbers, so no answer is right or wrong, and there are no classes to count."
        )
    if not bad:
        return ""
    return (
        f"For {bad:,} of {len(evaluation.truth):,} images the network's output is not a finite "
        "number, so it says nothing and there is nothing to count. 4 Training says where that "
        "began; B or E goes back to before, r restarts, - lowers the learning rate."
    )


def _not_finite(evaluation: Evaluation) -> int:
    """Return of how many samples an output is not a finite number."""
    return int((~np.isfinite(evaluation.outputs)).any(axis=1).sum())


def percent(share: float) -> str:
    """Return a share of 1 in per cent; a dash where it is a share of nothing."""
    return f"{100 * share:.1f} %" if np.isfinite(share) else "–"


# The confusion matrix


class Matrix(NamedTuple):
    """A confusion matrix with totals.

    Attributes:
        counts: [classes + 1, classes + 1], how many; the last ones are sums.
        texts: The same as it is written.
        shades: Below zero what is right, by its share of the row; above zero mistakes, by the
            same against that of the worst.
        names: Of the rows and columns.
    """

    counts: NDArray[np.int64]
    texts: list[list[str]]
    shades: NDArray[np.float64]
    names: tuple[str, ...]


def matrix(evaluation: Evaluation) -> Matrix:
    """Return the confusion matrix, rows being true classes, with totals."""
    counts = np.pad(evaluation.confusion, (0, 1))
    counts[-1] = counts.sum(axis=0)
    counts[:, -1] = counts.sum(axis=1)
    shares = evaluation.confusion / np.maximum(counts[:-1, -1:], 1)
    right = np.diag(shares.diagonal())
    wrong = shares - right
    shades = np.pad(wrong / max(wrong.max(), _BAD_ENOUGH) - right, (0, 1))
    names = (*evaluation.task.names, "all")
    texts = [
        [_count(count, brief=not evaluation.task.is_binary) for count in row] for row in counts
    ]
    return Matrix(counts, texts, shades, names)


def _count(count: int, *, brief: bool) -> str:
    """Return a count; briefly in four places, which is what ten columns leave of 80."""
    if brief and count >= 10_000:
        return f"{count / 1000:.0f}k"
    return str(count) if count else "·"


def legend(look: Look) -> str:
    """Return what the colours mean, "" where there are none."""
    if not look.has_blocks:
        return ""
    color = "yellow" if look.colors == "16" else "orange"
    return f"blue: right · {color}: mistakes, by their share of the row"


def cell_words(evaluation: Evaluation, cell: Cell) -> str:
    """Return what a cell of the matrix counts."""
    counts, task, (row, column) = matrix(evaluation).counts, evaluation.task, cell
    count, total = int(counts[cell]), int(counts[row, -1])
    if len(counts) - 1 in cell:
        return _total_words(evaluation, cell, count)
    if not total:
        return f"there are no {plural(task, row)} to recognise"
    came_to = "recognised" if row == column else f"taken for {taken_for(task, column)}"
    kind = f": {_KINDS[cell]}" if task.is_binary else ""
    if total == 1:
        was = "was" if count else "was not"
        return f"the only {_singular(task, row)} {was} {came_to}{kind if count else ''}"
    share = f" ({percent(count / total)})" if count else ""
    number = f"{count:,}" if count else "None"
    whole = of_class(task, row, total)
    return f"{number} of the {whole} {_was(count)} {came_to}{share}{kind}"


def _total_words(evaluation: Evaluation, cell: Cell, count: int) -> str:
    """Return what a sum of a row, a column or all counts."""
    confusion, task, (row, column) = evaluation.confusion, evaluation.task, cell
    last = len(confusion)
    if row == column == last:
        wrong = count - int(np.trace(confusion))
        return f"{counted(count, 'image')}, {wrong:,} misclassified"
    if row == last:
        wrong, share = count - int(confusion[column, column]), evaluation.precision[column]
        return (
            f"{count:,} {_was(count)} taken for {taken_for(task, column)}; {wrong:,} of these "
            f"{'is' if wrong == 1 else 'are'} something else: precision {percent(float(share))}"
        )
    wrong, share = count - int(confusion[row, row]), evaluation.recall[row]
    return (
        f"{of_class(task, row, count)}, {wrong:,} taken for something else: "
        f"recall {percent(float(share))}"
    )


def _was(count: int) -> str:
    return "was" if count == 1 else "were"


_KINDS = {
    (0, 0): "true negatives",
    (0, 1): "false positives, the false alarms",
    (1, 0): "false negatives, the missed ones",
    (1, 1): "true positives",
}


def class_of(cell: Cell, task: Task) -> int:
    """Return the class that a cell is about: its row's, or of a total its column's."""
    last = len(task.names)
    row, column = cell
    return column if row == last and column < last else min(row, last - 1)


def plural(task: Task, number: int) -> str:
    """Return what the images of a class are called."""
    name = _singular(task, number)
    return f"{name}es" if name == "six" else f"{name}s"


def of_class(task: Task, number: int, count: int) -> str:
    """Return how many images of a class: ``1 four``, ``2 fours``."""
    name = _singular(task, number) if count == 1 else plural(task, number)
    return f"{count:,} {name}"


def _singular(task: Task, number: int) -> str:
    if task.target is not None:
        return _class_name(task, task.target) if number == 1 else "other"
    return _class_name(task, number)


def _class_name(task: Task, label: int) -> str:
    """Return what one sample of a class is called: ``six``, ``outer point``."""
    if task.form.nouns == DIGITS.nouns:
        return _SINGULARS[label]
    return f"{task.form.classes[label]} {task.form.nouns[0]}"


def taken_for(task: Task, number: int) -> str:
    """Return what one image of a class is called, with its article."""
    if task.target is not None and number == 0:
        return "something else"
    name = task.names[number]
    if task.form.nouns != DIGITS.nouns:
        return name
    return f"an {name}" if name.startswith("8") else f"a {name}"


# Precision and recall

MEASURES = ("precision", "recall", "F1", "images")


class ClassTable(NamedTuple):
    """Precision, recall, F1 and count of every class, and their means.

    Attributes:
        values: [classes + 1, 4].
        texts: The same as it is written.
        names: Of the rows.
    """

    values: NDArray[Any]
    texts: list[list[str]]
    names: tuple[str, ...]


def class_table(evaluation: Evaluation) -> ClassTable:
    """Return the table of classes; where a share is of nothing, a mean counts it as 0."""
    measures = np.stack([evaluation.precision, evaluation.recall, evaluation.f1], axis=1)
    means = np.nan_to_num(measures).mean(axis=0)
    images = evaluation.confusion.sum(axis=1)
    shares = np.vstack([measures, means])
    values = np.column_stack([shares, [*images, images.sum()]])
    texts = [[*map(percent, row[:3]), f"{int(row[3]):,}"] for row in values]
    return ClassTable(values, texts, (*evaluation.task.names, "mean"))


def measure_words(evaluation: Evaluation, number: int) -> str:
    """Return what precision, recall and F1 are, with the numbers of a class."""
    task = evaluation.task
    right = int(evaluation.confusion[number, number])
    said = int(evaluation.confusion[:, number].sum())
    there = int(evaluation.confusion[number].sum())
    one, many = taken_for(task, number), of_class(task, number, there)
    is_or_are = "is" if right == 1 else "are"
    precision, recall, f1 = (
        percent(float(each[number]))
        for each in (evaluation.precision, evaluation.recall, evaluation.f1)
    )
    return (
        f"precision: of the {said:,} taken for {one}, {right:,} {is_or_are}: {precision}\n"
        f"recall: of the {many}, {right:,} {_was(right)} found: {recall}\n"
        f"F1: both in one number, 2×{right:,}/({said:,}+{there:,}) = {f1}"
    )


def measure_bars(evaluation: Evaluation) -> Sequence[Bar]:
    """Return precision, recall, F1 and accuracy of a yes-or-no network as bars."""
    shares = {
        "precision": float(evaluation.precision[1]),
        "recall": float(evaluation.recall[1]),
        "F1": float(evaluation.f1[1]),
        "accuracy": evaluation.accuracy,
    }
    return [
        Bar(name, share if np.isfinite(share) else 0.0, percent(share).rjust(7))
        for name, share in shares.items()
    ]


def baseline_words(evaluation: Evaluation) -> str:
    """Return how little accuracy says where one class is rare."""
    no, yes = evaluation.task.names
    share = percent(float((evaluation.truth == 0).mean()))
    if not evaluation.said.any():
        return f"It never says {yes}, and is right on {share} all the same."
    return f"Always saying “{no}” would be right on {share}: accuracy alone says little."
