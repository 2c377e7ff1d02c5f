"""What the network is asked: which class it is, whether it is a certain one, or some numbers."""

from functools import cached_property
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tui_nn.data import form as forms
from tui_nn.data.form import Form
from tui_nn.nn.tensor import Array

THRESHOLD = 0.5  # above which a single output says yes


class Task(Struct, frozen=True, dict=True):
    """The question, and how answers to it are told apart.

    Attributes:
        target: The class that the only output is about; None for an output for each class. Of
            two classes, a single output is about the second one.
        form: What the samples are, and what their labels mean.
    """

    target: int | None = None
    form: Form = forms.DIGITS

    @cached_property
    def outputs(self) -> int:
        """How many outputs a network for it has."""
        return 1 if self.is_binary else len(self.form.classes)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What its classes are called; of two, the second one is the yes."""
        if self.target is None:
            return self.form.classes
        yes = self.form.classes[self.target]
        return f"not {yes}", yes

    @property
    def yes(self) -> str:
        """Which class a single output is about."""
        return self.names[-1]

    @property
    def asked(self) -> str:
        """The same as one asks for it: is it ``a 4``, is it ``inner``."""
        return f"a {self.yes}" if self.form.nouns == forms.DIGITS.nouns else self.yes

    @cached_property
    def is_binary(self) -> bool:
        """Whether the answer is yes or no."""
        return self.target is not None or (not self.is_numeric and len(self.form.classes) == 2)

    @property
    def is_numeric(self) -> bool:
        """Whether the outputs should be certain numbers, so that no answer is right or wrong."""
        return bool(self.form.targets)

    def classes(self, labels: NDArray[Any]) -> NDArray[np.intp]:
        """Return the class of each label: itself, or 1 for the target and 0 for the others.

        Of numbers it is the output that should be the largest.
        """
        if self.is_numeric:
            largest: NDArray[np.intp] = np.array(self.form.targets).argmax(axis=1)[labels]
            return largest
        return (labels if self.target is None else labels == self.target).astype(np.intp)

    def labels(self, dtype: np.dtype[Any]) -> Array:
        """Return the wanted outputs for each label.

        Returns:
            [labels, outputs], one-hot, a single 0 or 1, or the numbers themselves.
        """
        if self.is_numeric:
            return np.array(self.form.targets, dtype)
        if self.is_binary:
            return self.classes(np.arange(self.form.labels)).astype(dtype)[:, None]
        return np.eye(self.outputs, dtype=dtype)

    def said(self, outputs: Array, out: NDArray[np.intp] | None = None) -> NDArray[np.intp]:
        """Return the class that each row of outputs predicts.

        Args:
            outputs: [B, outputs], probabilities or wanted outputs.
            out: Where to write it: [B].
        """
        if not self.is_binary:
            said: NDArray[np.intp] = outputs.argmax(axis=1, out=out)
            return said
        yes = outputs[:, 0] > THRESHOLD
        if out is None:
            return yes.astype(np.intp)
        np.copyto(out, yes)
        return out

    def probabilities(self, outputs: Array) -> Array:
        """Return [B, classes], the share of each class; a no is what a single yes leaves of 1."""
        if not self.is_binary:
            return outputs
        return np.concatenate([1 - outputs, outputs], axis=1)


DIGITS = Task()


def balanced_weights(classes: NDArray[np.intp], count: int) -> NDArray[np.float64]:
    """Return the weight of each class with which all classes together count the same.

    w = N/(K·n), as in King and Zeng, Logistic Regression in Rare Events Data (2001); a class
    without samples weighs 1.

    Args:
        classes: Class of each sample, [N].
        count: How many classes there are, K.
    """
    found = np.bincount(classes, minlength=count)
    return np.where(found > 0, len(classes) / (count * np.maximum(found, 1)), 1.0)
