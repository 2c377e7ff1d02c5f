"""The gallery of Evaluate: which images, the surest first, and what opening one does."""

from typing import Any, NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from screens.evaluate.measuring import Measured
from screens.evaluate.model import Cell, of_class, taken_for
from screens.inspect.samples import as_picture
from screens.inspect.selection import Selection
from screens.shapes.format import counted
from tui_nn.training.evaluation import Evaluation
from tui_nn.training.session.snapshot import Snapshot

MOST = 1000
"""Images in a gallery: an untrained network has tens of thousands wrong."""


class Listed(NamedTuple):
    """Images of one cell, or all mistakes.

    Attributes:
        samples: Their numbers in the split, the surest first.
        images: [N, rows, columns].
        captions: What each is, what it was taken for, and how sure that was.
        heading: What they have in common, and how many there are.
        shown: Which of them are here, in which order.
        cell: Which cell was asked for; None for all mistakes.
    """

    samples: NDArray[np.intp]
    images: NDArray[Any]
    captions: list[str]
    heading: str
    shown: str
    cell: Cell | None

    @property
    def title(self) -> str:
        """What stands over them."""
        return f"{self.heading}, {self.shown}"

    def shows_the_same(self, other: "Listed") -> bool:
        """Return whether another gallery would look just like this one."""
        return self.captions == other.captions and np.array_equal(self.samples, other.samples)

    def place_of(self, before: "Listed", place: int) -> int:
        """Return where the image is now that was at a place before; if it went, the same place."""
        if self.cell != before.cell:
            return 0
        found = np.flatnonzero(self.samples == before.samples[place : place + 1])
        return int(found[0]) if len(found) else place


def listed(measured: Measured, cell: Cell | None) -> Listed:
    """Return the images of a cell; of a total, or without a cell, the mistakes among them."""
    evaluation = measured.evaluation
    split = measured.snapshot.dataset[measured.split]
    found = np.flatnonzero(_belongs(evaluation, cell))
    confidence = _confidence(evaluation)
    samples = _surest(found, confidence)
    captions = [
        _caption(evaluation, sample, int(split.labels[sample]), confidence[sample])
        for sample in samples.tolist()
    ]
    shown = "the surest first" if len(found) <= MOST else f"the {MOST:,} surest"
    heading = _heading(evaluation, cell, len(found))
    pictures = as_picture(split.images[samples], split.form)
    return Listed(samples, pictures, captions, heading, shown, cell)


def _belongs(evaluation: Evaluation, cell: Cell | None) -> NDArray[np.bool_]:
    """Return which samples a cell counts: of totals, the mistakes."""
    totals = len(evaluation.task.names)
    row, column = cell or (totals, totals)
    belongs = np.ones(len(evaluation.truth), np.bool_)
    if totals in (row, column):
        belongs &= evaluation.truth != evaluation.said
    if row < totals:
        belongs &= evaluation.truth == row
    if column < totals:
        belongs &= evaluation.said == column
    return belongs


def _surest(samples: NDArray[np.intp], confidence: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return samples in the order of confidence, equal ones in their own, and not too many."""
    if len(samples) > MOST:  # sorting tens of thousands would be felt
        least = np.partition(confidence[samples], -MOST)[-MOST]
        samples = samples[confidence[samples] >= least]
    return samples[np.argsort(-confidence[samples], kind="stable")][:MOST]


def _confidence(evaluation: Evaluation) -> NDArray[np.float32]:
    """Return the probability that the network gave to what it said, [N]."""
    probabilities = evaluation.task.probabilities(evaluation.outputs)
    confidence: NDArray[np.float32] = probabilities[np.arange(len(probabilities)), evaluation.said]
    return confidence


def _caption(evaluation: Evaluation, sample: int, label: int, confidence: float) -> str:
    """Return a caption of at most 13 characters: ``4→9 99.8%``."""
    task, said = evaluation.task, int(evaluation.said[sample])
    name = "not" if task.target is not None and said == 0 else task.names[said]
    return f"{task.form.label_name(label)}→{name} {100 * confidence:.1f}%"


def _heading(evaluation: Evaluation, cell: Cell | None, count: int) -> str:
    task = evaluation.task
    totals = len(task.names)
    row, column = cell or (totals, totals)
    if row == column == totals:
        return counted(count, "mistake")
    if row == totals:
        return f"{count:,} wrongly taken for {taken_for(task, column)}"
    if row == column:
        return f"{of_class(task, row, count)} recognised"
    other = column == totals
    return f"{of_class(task, row, count)} taken for " + (
        "something else" if other else taken_for(task, column)
    )


def empty_words(cell: Cell | None) -> str:
    """Return what a gallery without images says."""
    return "no mistakes" if cell is None else "no images here; escape shows all mistakes"


def opened_words(measured: Measured, sample: int, snapshot: Snapshot) -> str:
    """Return what becomes of an image that was opened, where."""
    name, row = f"{measured.split} #{sample}", row_in_batch(measured.split, sample, snapshot)
    if row is not None:
        there = f"3 Backprop shows its row of the current batch, {row}."
    elif measured.split == "train":
        there = "3 Backprop stays with the current batch, which it is not in."
    else:
        there = f"3 Backprop stays with the current batch: {measured.split} is never trained on."
    return f"2 Forward now takes {name} through the network. {there}"


def opened(selection: Selection, split: str, sample: int, snapshot: Snapshot) -> Selection:
    """Return the selection with an image that was opened, and with its row of the current batch."""
    row = row_in_batch(split, sample, snapshot)
    row = selection.row if row is None else row
    return replace(selection, split=split, sample=sample, digit=None, row=row, drawn=None)


def row_in_batch(split: str, sample: int, snapshot: Snapshot) -> int | None:
    """Return which row of the current batch a sample is, from 0, or None."""
    if split != "train":
        return None
    rows = np.flatnonzero(snapshot.computed.context.indices == sample)
    return int(rows[0]) if len(rows) else None
