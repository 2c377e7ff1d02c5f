"""Mistakes in what a network is given, in which order, and in how it begins."""

import numpy as np
from msgspec.structs import replace

from tui_nn.data.dataset import Dataset, Split
from tui_nn.data.form import INK, Form
from tui_nn.mistakes.mistake import Group, Mistake, Setting, Words
from tui_nn.nn.network import Network


def with_form(split: Split, form: Form) -> Split:
    """Return the same samples, read in another way."""
    return Split(split.images, split.labels, form)


def _divided_by(divisor: float, data: Dataset) -> Dataset:
    form = replace(data.form, divisor=divisor)
    return replace(data, splits={name: with_form(each, form) for name, each in data.splits.items()})


def _unscaled(data: Dataset) -> Dataset:
    return _divided_by(1, data)


def _scaled_twice(data: Dataset) -> Dataset:
    return _divided_by(INK**2, data)


def _shifted(data: Dataset) -> Dataset:
    train = data["train"]
    labels = (train.labels.astype(np.intp) - 1) % train.form.labels
    moved = Split(train.images, labels.astype(np.uint8), train.form)
    return replace(data, splits={**data.splits, "train": moved})


def _zero(network: Network) -> Network:
    return replace(network, initializer="zeros")


def _not_bytes(setting: Setting) -> bool:
    return setting.form is None or setting.form.plain


BYTES = "it is for pictures, whose bytes are scaled: these numbers are read as they are"

SAMPLES = (
    Mistake(
        "pixels-not-scaled",
        "pixels are read as they are, from 0 to 255",
        Group.TRAINING,
        Words(
            wrong="X = images.reshape(-1, 784)",
            right="X = images.reshape(-1, 784) / 255",
            sees="z and ∇W1 are 255 times as large: the loss begins in the hundreds, and either "
            "overflows or kills every relu, so that the accuracy stays that of guessing.",
            find="Data, the normalised numbers: up to 255. Forward, z of the first layer.",
            source="scikit-learn#11960",
            needs=BYTES,
        ),
        refuses=_not_bytes,
        data=_unscaled,
    ),
    Mistake(
        "pixels-scaled-twice",
        "pixels are divided by 255 twice",
        Group.TRAINING,
        Words(
            wrong="X = images / 255;  X = X / 255",
            right="X = images / 255",
            sees="Inputs are all but 0, so that the outputs are those of the biases: the loss "
            "stays near that of guessing, and falls after many epochs, if at all.",
            find="Data, the normalised numbers: none above 0.004. Health: ∇W1 is next to nothing.",
            source="Mustafa-khann/MNIST-Digit-Recognizer-in-C#2",
            needs=BYTES,
        ),
        refuses=_not_bytes,
        data=_scaled_twice,
    ),
    Mistake(
        "not-shuffled",
        "samples are seen class by class",
        Group.TRAINING,
        Words(
            wrong="for batch in batches(X):   # sorted by label",
            right="for batch in batches(X[rng.permutation(len(X))]):",
            sees="Every batch has one class: the loss falls to nothing within a class, and jumps "
            "where the next begins. The network says the last class that it saw of everything: "
            "its accuracy stays that of guessing.",
            find="Backprop, the batch's labels (`[` and `]`): all the same. Evaluate: one column "
            "of the confusion matrix has nearly everything.",
            source="zalandoresearch/fashion-mnist#5",
            needs="it needs samples of several classes, several batches, and no oversampling",
        ),
        refuses=lambda setting: not setting.batch_size or setting.oversampled,
        sorted_by_class=True,
    ),
    Mistake(
        "zero-weights",
        "all weights begin at 0",
        Group.TRAINING,
        Words(
            wrong="W1 = np.zeros((784, 64))",
            right="W1 = rng.normal(0, np.sqrt(2 / 784), (784, 64))",
            sees="No error gets through weights of 0, and no activation: with hidden layers only "
            "the last biases ever move, and the loss stays near the logarithm of the number of "
            "classes. Without hidden layers it does no harm.",
            find="Backprop: every ∇W is 0, of every layer. Health says that the units are all "
            "equal.",
            source="jsboige/CoursIA#12434",
            needs="it needs weights that begin at random: these are given or 0 already",
        ),
        refuses=lambda setting: setting.given or setting.program.network.initializer == "zeros",
        network=_zero,
    ),
    Mistake(
        "labels-off-by-one",
        "labels are counted from 1 in training, and from 0 in the test",
        Group.TRAINING,
        Words(
            wrong="Y = np.eye(10)[labels - 1]",
            right="Y = np.eye(10)[labels]",
            sees="The loss on train falls as it should, and that on validation rises: every digit "
            "is said to be the one before it, so that the accuracy is near 0, far below guessing.",
            find="Evaluate: the confusion matrix is full beside its diagonal. Data, a sample's "
            "one-hot label.",
            source="hunkim/DeepLearningZeroToAll#20",
            needs="it needs labels that are classes",
        ),
        refuses=lambda setting: setting.form is None or bool(setting.form.targets),
        data=_shifted,
    ),
    Mistake(
        "last-batch-dropped",
        "the last, smaller batch of an epoch is left out",
        Group.TRAINING,
        Words(
            wrong="for i in range(len(X) // B):",
            right="for i in range(0, len(X), B):",
            sees="Little, as other samples are left out each time. With large batches or few "
            "samples much of each epoch is not seen: of 150 samples in batches of 100, a third.",
            find="The status line: the batches of an epoch, times their size, are fewer than "
            "train has samples.",
            source="aigamedev/scikit-neuralnetwork#158",
            needs="it needs batches: all of train at once leaves nothing over",
        ),
        refuses=lambda setting: not setting.batch_size,
        drops_last=True,
    ),
)
