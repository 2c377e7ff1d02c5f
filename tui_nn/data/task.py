"""What the network is asked: which digit it is, or whether it is a certain one."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import CLASSES
from tui_nn.nn.tensor import Array

THRESHOLD = 0.5  # above which a single output says yes


@dataclass(frozen=True)
class Task:
    """The question, and how answers to it are told apart.

    Attributes:
        target: The digit that the only output is about; None for ten outputs, a digit each.
    """

    target: int | None = None

    @property
    def outputs(self) -> int:
        """How many outputs a network for it has."""
        return CLASSES if self.target is None else 1

    @property
    def names(self) -> tuple[str, ...]:
        """What its classes are called; of two, the second one is the yes."""
        if self.target is None:
            return tuple(map(str, range(CLASSES)))
        return f"not {self.target}", str(self.target)

    @property
    def is_binary(self) -> bool:
        """Whether the answer is yes or no."""
        return self.target is not None

    def classes(self, digits: NDArray[Any]) -> NDArray[np.intp]:
        """Return the class of each digit: itself, or 1 for the target and 0 for the others."""
        return (digits if self.target is None else digits == self.target).astype(np.intp)

    def labels(self, dtype: np.dtype[Any]) -> Array:
        """Return the wanted outputs for each digit: [10, outputs], one-hot or a single 0 or 1."""
        if self.target is None:
            return np.eye(CLASSES, dtype=dtype)
        return self.classes(np.arange(CLASSES)).astype(dtype)[:, None]

    def said(self, outputs: Array, out: NDArray[np.intp] | None = None) -> NDArray[np.intp]:
        """Return the class that each row of outputs predicts.

        Args:
            outputs: [B, outputs], probabilities or wanted outputs.
            out: Where to write it: [B].
        """
        if self.target is None:
            said: NDArray[np.intp] = outputs.argmax(axis=1, out=out)
            return said
        yes = outputs[:, 0] > THRESHOLD
        if out is None:
            return yes.astype(np.intp)
        np.copyto(out, yes)
        return out

    def probabilities(self, outputs: Array) -> Array:
        """Return [B, classes], the share of each class; a no is what a single yes leaves of 1."""
        if self.target is None:
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
