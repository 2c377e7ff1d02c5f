"""The section ``data`` of a recipe: each field with its range and its words."""

from typing import Annotated

import msgspec
from msgspec import Meta

from tui_nn.about import NO, YES, About
from tui_nn.data.augmentation import Augmentation
from tui_nn.training.recipe.ranges import Count, Digit, Price


class DataSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which samples, and what the network is asked about them."""

    name: str = "embedded"
    target_digit: Annotated[
        Digit | None,
        About(
            "Asks a single question, “is it this digit?”, instead of which of the ten it is. "
            "There is then one output: layers end in 1, and output is sigmoid. Nine digits in ten "
            "are another one, so a network that always says no is right nine times in ten: look "
            "at the recall.",
            usual="none: ten outputs, a digit each",
            choices={"none": "", **{str(digit): "" for digit in range(10)}},
            absent="none",
        ),
    ] = None
    class_weighting: Annotated[
        bool,
        About(
            "Whether the loss weights each sample by how rare its class is, so that every class "
            "counts the same as a whole.",
            choices={
                NO: "every sample counts the same; a rare class hardly moves the mean loss, and "
                "may never be learnt",
                YES: "more of the rare class is found (recall), and more is taken for it that is "
                "not (precision falls)",
            },
        ),
    ] = False
    oversampling: Annotated[
        bool,
        About(
            "Whether the samples of rarer classes are shown again and again, until each class is "
            "seen as often as the most frequent one.",
            choices={
                NO: "every sample is seen once an epoch",
                YES: "the rare class is learnt; epochs get longer, and the few samples that "
                "repeat are easily memorised",
            },
        ),
    ] = False
    samples: Annotated[
        Annotated[int, Meta(ge=4, le=100_000)] | None,
        About(
            "How many points each split of a generated world has, such as xor or spirals.",
            too_little="Between the few points the network may say anything.",
            too_much="Epochs get longer, and the points say nothing new.",
            usual="auto; 100 to 1000",
            absent="auto",
        ),
    ] = None
    noise: Annotated[
        Price | None,
        About(
            "How far each point of a generated world is moved from its place at random: the "
            "standard deviation, both ways.",
            too_little="At 0 all points lie exactly on their figure.",
            too_much="The classes run into each other, and nobody could part them.",
            usual="auto; 0 to 0.2",
            absent="auto",
        ),
    ] = None
    validation: Annotated[
        Count | None,
        About(
            "How many samples of train are held out, to measure how good the network is on digits "
            "that it does not learn from; auto is the source's own split, or else a tenth of "
            "train.",
            too_little="Its accuracy jumps by chance: of 100 samples, one is a whole percent.",
            too_much="What is held out is missing from training.",
            usual="5000 to 10000 of MNIST's 60,000",
            absent="auto",
        ),
    ] = None
    split: Annotated[
        tuple[Count, Count, Count] | None,
        About(
            "Mixes the samples of train and test, and divides them again: how many go to train, "
            "to validation and to test.",
            too_little="A small test split measures by chance, a small train split teaches little.",
            too_much="There are only so many samples: what one split takes, another one lacks.",
            usual="none: test as it was published, so that figures can be compared with those of "
            "others; or such as 42000-14000-14000",
            absent="none",
        ),
    ] = None
    augmentation: Augmentation = Augmentation()
