"""What a file or folder held, and the data set that it makes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tui_nn.data.dataset import SPLITS, Dataset, Split
from tui_nn.data.files.labels import label_warnings
from tui_nn.data.files.options import MARK, TRANSPOSE
from tui_nn.data.files.standard import lie_on_their_side
from tui_nn.data.form import DIGITS, Form
from tui_nn.errors import TuiNNError
from tui_nn.randomness import Purpose, generator


class Part(Struct, frozen=True, eq=False):
    """Images or points, with their labels where they have some.

    Attributes:
        images: Of images uint8 [N, 28, 28], where 0 is paper and 255 is ink; as the form says.
        labels: uint8 [N], or None.
        remarks: What was done to them, and where the labels were found, in a few words each.
        form: What they are.
    """

    images: NDArray[Any]
    labels: NDArray[np.uint8] | None
    remarks: tuple[str, ...] = ()
    form: Form = DIGITS

    def split(self) -> Split | None:
        """Return it as a split, or None without labels."""
        return None if self.labels is None else Split(self.images, self.labels, self.form)


_LARGE = 10  # a coordinate at which most activations are flat
FEW = 20  # samples, of which a tenth would say nothing


def measured_too(parts: Mapping[str, Part]) -> Mapping[str, Part]:
    """Return the parts of a set of one's own; of a few samples that are all there is, three times.

    Too few to hold any out, they are trained on, and measured as well.
    """
    if set(parts) != {"train"} or len(parts["train"].images) >= FEW:
        return parts
    return dict.fromkeys(SPLITS, parts["train"])


class Reading(Struct, frozen=True, eq=False):
    """The parts that a file or folder held, by the names of splits; ``train`` if it had no name."""

    parts: Mapping[str, Part]

    def dataset(self, path: Path, name: str) -> Dataset:
        """Return the data set, a tenth of train held out for the test where there is none.

        Args:
            path: Where it was read.
            name: What ``--data`` was given.

        Raises:
            TuiNNError: There is nothing with labels, or too little.
        """
        found = {key: self.parts[key].split() for key in SPLITS if key in self.parts}
        splits = {key: split for key, split in found.items() if split is not None}
        if "train" not in splits:
            raise TuiNNError(
                f"{path}: no {self._form.nouns[1] if self._form.is_point else 'images'} with "
                "labels to learn from; `tui-nn predict` finds labels"
            )
        if "test" not in splits:
            splits |= _with_test(path, splits["train"])
        parts = list({id(part): part for part in self.parts.values()}.values())
        labels = np.concatenate([part.labels for part in parts if part.labels is not None])
        judge = _point_warnings if self._form.is_point else _picture_warnings
        warnings = judge(splits["train"], labels)
        if len(parts) < len(self.parts):
            warnings.append(_measured_words(len(labels), self._form))
        return Dataset(name, splits, self._said(labels), tuple(warnings))

    @property
    def _form(self) -> Form:
        return next(iter(self.parts.values())).form

    def unlabelled(self) -> Part:
        """Return the part to predict: what has no labels, else the test, else all there is."""
        bare = [part for part in self.parts.values() if part.labels is None]
        return bare[0] if bare else self.parts.get("test") or next(iter(self.parts.values()))

    def _said(self, labels: NDArray[np.uint8]) -> str:
        """Return in one line what was read: ``1,500 digits, labels in the last column, 10 …``."""
        remarks = dict.fromkeys(each for part in self.parts.values() for each in part.remarks)
        found = [self._form.classes[label] for label in np.unique(labels)]
        classes, names = len(found), f": {', '.join(found)}" if self._form.is_point else ""
        words = [
            f"{len(labels):,} {self._form.nouns[1]}",
            *remarks,
            f"{classes} class{'es' if classes > 1 else ''}{names}",
        ]
        bare = sum(len(part.images) for part in self.parts.values() if part.labels is None)
        return ", ".join([*words, *([f"and {bare:,} without labels, left out"] if bare else [])])


def _picture_warnings(train: Split, labels: NDArray[np.uint8]) -> list[str]:
    """Return what looks wrong in a set of pictures, given the labels of all of it."""
    warnings = label_warnings(labels)
    if lie_on_their_side(train.images, train.labels):
        how = f"--{TRANSPOSE}, or {MARK}{TRANSPOSE} after the path, turns them"
        warnings.append(f"the images lie on their side, as EMNIST's do: {how}")
    if not train.images.any():
        warnings.append("every pixel is 0: there is nothing on these images")
    return warnings


def _point_warnings(train: Split, labels: NDArray[np.uint8]) -> list[str]:
    """Return what looks wrong in a set of points, given the labels of all of it."""
    del labels  # each class has some: it was found in them
    largest = float(np.abs(train.images).max())
    if largest <= _LARGE:
        return []
    return [f"numbers up to {largest:g} are read as they are: a network learns from ±1 more easily"]


def _measured_words(count: int, form: Form) -> str:
    nouns = form.nouns[count > 1]
    return f"with {count} {nouns}, none is held out: test and validation are what it trains on"


def _with_test(path: Path, train: Split) -> dict[str, Split]:
    """Divide: drawn at random, since files are often sorted by label, and always the same ones."""
    if len(train) < 2:
        raise TuiNNError(f"{path}: one row; expected two or more, for training and for test")
    # The counter keeps this from drawing the permutation that then holds out for validation.
    order = generator(0, Purpose.SPLIT, 1).permutation(len(train))
    held_out = max(1, len(train) // 10)
    kept, held = np.sort(order[held_out:]), np.sort(order[:held_out])
    return {"train": train.take(kept), "test": train.take(held)}
