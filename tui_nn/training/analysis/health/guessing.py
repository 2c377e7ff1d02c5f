"""The loss of a network that ignores the image and predicts how often each class occurs."""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tui_nn.nn.losses import LOSSES
from tui_nn.nn.outputs import OUTPUTS
from tui_nn.training.session.snapshot import Snapshot

LOW = 0.045  # of what guessing costs: a loss that is learnt, 0.1 for ten digits


class Guess(Struct, frozen=True):
    """The best that a network can do without looking at the image.

    Attributes:
        loss: What it costs, on average.
        words: What it is.
    """

    loss: float
    words: str

    @property
    def low(self) -> float:
        """A loss below which most of what there is to learn is learnt."""
        return LOW * self.loss


def guess(snapshot: Snapshot) -> Guess:
    """Return what guessing costs a run, in the loss that it is trained on."""
    method, task = snapshot.program.method, snapshot.recipe.task
    if task.is_numeric:
        targets = np.array(task.form.targets)[snapshot.dataset["train"].labels]
        loss = float(targets.var(axis=0).sum() / 2)
        return Guess(loss, f"always saying the mean of the targets, which costs {loss:.3g}")
    shares = _shares(snapshot)
    head = LOSSES[method.loss].heads[method.output]
    if OUTPUTS[method.output].exclusive:
        loss = head.guessing(shares)
        kinds = "classes" if task.form.plain else task.form.nouns[1]
        return Guess(loss, f"guessing among {len(shares)} {kinds}, which costs {loss:.3g}")
    yes = shares[1:] if task.is_binary else shares
    loss = head.guessing(yes)
    each = f"{yes[0]:.0%}" if task.is_binary else "of every class how often it occurs"
    return Guess(loss, f"guessing, always saying {each}, which costs {loss:.3g}")


def _shares(snapshot: Snapshot) -> NDArray[np.float64]:
    """Return how much each class counts in training."""
    task, data = snapshot.recipe.task, snapshot.recipe.data
    classes = task.classes(snapshot.dataset["train"].labels)
    counts = np.bincount(classes, minlength=len(task.names)).astype(np.float64)
    if data.class_weighting or data.oversampling:
        counts = np.minimum(counts, 1.0)  # those that there are count the same
    shares: NDArray[np.float64] = counts / counts.sum()
    return shares
