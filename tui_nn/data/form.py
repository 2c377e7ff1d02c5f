"""What the samples of a data set look like, and what is wanted of them."""

from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from msgspec import Struct

INK = 255  # the most that a byte holds


class Form(Struct, frozen=True, dict=True):
    """What a sample is, what it is called, and what its label means.

    Attributes:
        shape: Of a sample: (28, 28) of a picture, (2,) of a point in the plane.
        classes: Their names; with ``targets`` the names of the outputs.
        nouns: What samples are called, one and many.
        plain: Whether its numbers are floats that the network reads as they are; else they are
            bytes, which it reads divided, so that ink is 1.
        targets: Where labels stand for numbers: what the outputs should be, a row a label. Empty
            where a label is a class.
        divisor: What bytes are divided by.
    """

    shape: tuple[int, ...]
    classes: tuple[str, ...]
    nouns: tuple[str, str] = ("sample", "samples")
    plain: bool = False
    targets: tuple[tuple[float, ...], ...] = ()
    divisor: float = INK

    @cached_property
    def numbers(self) -> int:
        """How many numbers a sample has."""
        return prod(self.shape)

    @property
    def labels(self) -> int:
        """How many labels there are."""
        return len(self.targets or self.classes)

    @property
    def is_picture(self) -> bool:
        """Whether a sample has rows and columns of pixels."""
        return len(self.shape) == 2

    def label_name(self, label: int) -> str:
        """Return what a label stands for: the name of its class, or its numbers."""
        if self.targets:
            return ", ".join(f"{each:g}" for each in self.targets[label])
        return self.classes[label]

    @property
    def picture(self) -> tuple[int, ...]:
        """Rows and columns of a sample that is a picture; empty of another one."""
        return self.shape if self.is_picture else ()

    @property
    def is_point(self) -> bool:
        """Whether a sample is a point in the plane, whose numbers the network reads as they are."""
        return self.shape == (2,) and self.plain

    def one(self, label: int | None) -> str:
        """Return what a sample with a label is: ``a 6``, ``class outer``; ``a ?`` without."""
        if self.targets:
            return f"a {self.nouns[0]}"
        if self.nouns == DIGITS.nouns:
            return f"a {'?' if label is None else self.classes[label]}"
        return f"class {'?' if label is None else self.classes[label]}"

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of a sample as it is stored."""
        return np.dtype(np.float32 if self.plain else np.uint8)

    @property
    def scale(self) -> float:
        """What the network reads each number multiplied by."""
        return 1.0 if self.plain else 1 / self.divisor

    @property
    def words(self) -> str:
        """A sample's shape: ``28×28 pixels``, ``2 numbers``."""
        if self.is_picture:
            return f"{'×'.join(map(str, self.shape))} pixels"
        return f"{self.numbers} number{'' if self.numbers == 1 else 's'}"


def points_form(classes: tuple[str, ...]) -> Form:
    """Return the form of points in the plane."""
    return Form((2,), classes, ("point", "points"), plain=True)


DIGIT_NAMES = tuple(map(str, range(10)))
DIGITS = Form((28, 28), DIGIT_NAMES, ("digit", "digits"))
"""Of MNIST, and of everything that has its form."""
