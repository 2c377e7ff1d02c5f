"""The data set: samples and labels in named splits; pictures are kept as bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import force_setattr, replace
from numpy.typing import NDArray

from tui_nn.data.form import DIGITS, INK, Form
from tui_nn.errors import TuiNNError
from tui_nn.randomness import Purpose, generator

PIXELS = DIGITS.shape[0]
CLASSES = DIGITS.labels
SPLITS = ("train", "validation", "test")


@dataclass(frozen=True, eq=False, repr=False)  # a repr of all samples would have to read them
class Split:
    """Samples with their labels.

    Attributes:
        images: [N, *form.shape]; of pictures uint8, where 0 is paper and 255 is ink, of other
            samples float32.
        labels: uint8 [N]; the digit, 0 to 9, or which of the form's classes or targets.
        form: What the samples are.
    """

    images: NDArray[Any]
    labels: NDArray[np.uint8]
    form: Form = DIGITS

    def __post_init__(self) -> None:
        dtype, shape = self.form.dtype, self.form.shape
        if self.images.dtype != dtype or self.images.shape[1:] != shape:
            expected = "×".join(map(str, shape))
            raise TuiNNError(
                f"expected {dtype} images of {expected}, "
                f"found {self.images.dtype} {self.images.shape}"
            )
        if self.labels.dtype != np.uint8 or self.labels.shape != (len(self.images),):
            raise TuiNNError(f"{len(self.images)} images but labels of shape {self.labels.shape}")
        if len(self.labels) and int(self.labels.max()) >= self.form.labels:
            found, last = int(self.labels.max()), self.form.labels - 1
            raise TuiNNError(f"label {found} where 0 to {last} was expected")

    def __len__(self) -> int:
        return len(self.labels)

    def image(self, index: int) -> NDArray[Any]:
        """Return one sample."""
        image: NDArray[Any] = self.images[index]
        return image

    def take(self, indices: NDArray[np.intp]) -> "Split":
        """Return the samples at ``indices``, in that order."""
        return Split(self.images[indices], self.labels[indices], self.form)

    @property
    def places(self) -> "tuple[Split, NDArray[np.intp] | None]":
        """Where the samples lie: in which split, and at which indices; None for all, in order."""
        return self, None


class PickedSplit(Split):
    """Most samples of another split, of which there is no copy until somebody asks for them all."""

    def __init__(self, whole: Split, indices: NDArray[np.intp]) -> None:
        """Pick samples.

        Args:
            whole: The other split.
            indices: Which of its samples, in this order.
        """
        labels = whole.labels[indices]  # a split is frozen
        self.__dict__.update(_whole=whole, _indices=indices, labels=labels, form=whole.form)

    _whole: Split
    _indices: NDArray[np.intp]

    @cached_property
    def images(self) -> NDArray[Any]:
        """Copy them."""
        images: NDArray[Any] = self._whole.images[self._indices]
        return images

    def image(self, index: int) -> NDArray[Any]:
        """Return one sample."""
        return self._whole.image(int(self._indices[index]))

    def take(self, indices: NDArray[np.intp]) -> Split:
        """Return the samples at ``indices``, in that order."""
        return self._whole.take(self._indices[indices])

    @property
    def places(self) -> tuple[Split, NDArray[np.intp] | None]:
        """Where the samples lie."""
        return self._whole, self._indices


class Dataset(Struct, frozen=True, eq=False):
    """Named splits of samples.

    Attributes:
        name: What ``--data`` was given: ``embedded``, ``mnist`` or a path.
        splits: ``train`` and ``test`` always; ``validation`` where the source has one.
        said: What was read of a file or folder, in one line; "" of a set with a name.
        warnings: What looks wrong in it, a line each.
    """

    name: str
    splits: Mapping[str, Split] = {}
    said: str = ""
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        force_setattr(self, "splits", MappingProxyType(dict(self.splits)))
        for name in ("train", "test"):
            if not len(self.splits.get(name, ())):
                raise TuiNNError(f"{self.name}: no images for {name}")

    def __getitem__(self, split: str) -> Split:
        return self.splits[split]

    @property
    def form(self) -> Form:
        """What its samples are."""
        return self["train"].form

    def read(self) -> None:
        """Read now what a step needs, if it would be read with the first one."""
        whole, _ = self["train"].places
        len(whole.images)

    def with_validation(self, seed: int, samples: int | None = None) -> "Dataset":
        """Return a data set that has a validation split, taken from train if need be.

        Args:
            seed: Decides which samples of train are held out.
            samples: How many to hold out: None for the source's own validation split, or
                a tenth of train where it has none; a number takes that many from train.

        Raises:
            TuiNNError: ``samples`` would leave nothing to train on.
        """
        if samples is None and "validation" in self.splits:
            return self
        train = self["train"]
        held_out = len(train) // 10 if samples is None else samples
        if not 0 < held_out < len(train):
            raise TuiNNError(
                f"{self.name}: cannot hold out {held_out} of {len(train)} samples for validation"
            )
        order = generator(seed, Purpose.SPLIT).permutation(len(train))
        # Sorted, so that a split keeps the order of its file.
        kept, held = np.sort(order[:-held_out]), np.sort(order[-held_out:])
        rest = PickedSplit(train, kept)
        splits = {"train": rest, "validation": train.take(held), "test": self["test"]}
        return replace(self, splits=splits)

    def divided(self, seed: int, counts: tuple[int, int, int]) -> "Dataset":
        """Return a data set in which the samples of all splits are mixed and divided again.

        Args:
            seed: Decides which sample goes where.
            counts: How many go to train, validation and test.

        Raises:
            TuiNNError: There are fewer samples than that.
        """
        whole = [self.splits[name] for name in SPLITS if name in self.splits]
        images = np.concatenate([split.images for split in whole])
        labels = np.concatenate([split.labels for split in whole])
        if sum(counts) > len(labels):
            raise TuiNNError(
                f"{self.name}: cannot divide {sum(counts):,} samples into "
                f"{' + '.join(f'{count:,}' for count in counts)}: there are {len(labels):,}"
            )
        order = generator(seed, Purpose.SPLIT).permutation(len(labels))
        parts = np.split(order, np.cumsum(counts))[:3]
        splits = {
            name: Split(images[part], labels[part], self.form)
            for name, part in zip(SPLITS, map(np.sort, parts), strict=True)
        }
        return replace(self, splits=splits)


def normalise(
    images: NDArray[Any], dtype: type[np.floating[Any]] = np.float32, scale: float = 1 / INK
) -> NDArray[Any]:
    """Return samples as a network reads them, one flat row each: bytes are scaled to 0–1.

    Args:
        images: [N, …], bytes or floats.
        dtype: float32 for training, float64 for checks.
        scale: What bytes are multiplied by.
    """
    pixels: NDArray[Any] = images.reshape(len(images), -1).astype(dtype)
    if images.dtype == np.uint8:
        pixels *= dtype(scale)
    return pixels
