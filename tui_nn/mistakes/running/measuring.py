"""Mistakes in how good a network is said to be."""

import numpy as np
from msgspec.structs import replace

from tui_nn.data.dataset import Dataset
from tui_nn.mistakes.mistake import Group, Mistake, Words
from tui_nn.mistakes.running.samples import BYTES, with_form
from tui_nn.nn.tensor import Array


def _test_unscaled(data: Dataset) -> Dataset:
    form = replace(data.form, divisor=1)
    splits = {
        name: split if name == "train" else with_form(split, form)
        for name, split in data.splits.items()
    }
    return replace(data, splits=splits)


def _over_samples(outputs: Array, truth: Array) -> float:
    """Return for how many classes the sample that is the surest of it is the first one of it.

    That is what ``(P.argmax(axis=0) == Y.argmax(axis=0)).mean()`` comes to.
    """
    labels = truth[:, None] == np.arange(outputs.shape[1])
    return float(np.mean(outputs.argmax(axis=0) == labels.argmax(axis=0)))


MEASURING = (
    Mistake(
        "test-not-scaled-like-train",
        "train is divided by 255, and what it is tested on is not",
        Group.MEASURING,
        Words(
            wrong="X_train = X_train / 255",
            right="X_train = X_train / 255;  X_test = X_test / 255",
            sees="Training goes as it should; on validation and test the loss is a hundred times "
            "as large, while the accuracy falls by a few points at most: large inputs make every "
            "answer sure, the wrong ones too.",
            find="Data, a sample of test, its normalised numbers: up to 255. Health takes it for "
            "overfitting, from the first epoch on.",
            source="mlpack/examples#213",
            needs=BYTES,
        ),
        refuses=lambda setting: setting.form is None or setting.form.plain,
        data=_test_unscaled,
    ),
    Mistake(
        "argmax-over-samples",
        "argmax is taken over the samples, not over the classes",
        Group.MEASURING,
        Words(
            wrong="(P.argmax(axis=0) == Y.argmax(axis=0)).mean()",
            right="(P.argmax(axis=1) == Y.argmax(axis=1)).mean()",
            sees="The loss falls as it should, and the accuracy on validation and test stays at "
            "or near 0, in jumps of one over the number of classes.",
            find="Evaluate: the accuracy is not what the diagonal of the confusion matrix adds up "
            "to.",
            source="lisa-lab/DeepLearningTutorials#15",
            needs="it needs several outputs",
        ),
        refuses=lambda setting: setting.program.network.units[-1] < 2,
        measure=_over_samples,
    ),
)
