"""The section ``training`` of a recipe: each field with its range and its words."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tui_nn.about import About, Effect, Summaries
from tui_nn.mistakes.quiz import mistake_names
from tui_nn.mistakes.table import MISTAKES
from tui_nn.nn.losses import LOSSES
from tui_nn.nn.optimizers import OPTIMIZERS, optimizer_names
from tui_nn.training.recipe.decoding import one_of
from tui_nn.training.recipe.ranges import Count, PositiveShare, Price, Rate, Seed, Share

LossName = Annotated[str, one_of(lambda: list(LOSSES))]
OptimizerName = Annotated[str, one_of(optimizer_names)]
MistakeName = Annotated[str, one_of(mistake_names)]
ScheduleName = Literal["constant", "step", "cosine"]


class TrainingSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How it is trained."""

    loss: Annotated[
        LossName,
        About(
            "What training minimises: how wrong the outputs are, as one number.",
            symbol="L",
            choices=Summaries(LOSSES),
        ),
    ] = "cross-entropy"
    optimizer: Annotated[
        OptimizerName,
        About(
            "How a gradient becomes a change of the weights.",
            choices=Summaries(OPTIMIZERS),
        ),
    ] = "sgd"
    learning_rate: Annotated[
        Rate,
        About(
            "How far a step goes against the gradient: W ← W − η·∇W. The schedule multiplies it.",
            symbol="η",
            too_little="The loss falls steadily and slowly: the epochs are over before it is low.",
            too_much="Steps jump across the valley: the loss goes up and down, or grows until "
            "numbers are no longer finite.",
            usual="0.01 to 0.5 for sgd, 0.001 for adam. The key a shows the loss along a step",
            effect=Effect.STEP,
        ),
    ] = 0.1
    schedule: Annotated[
        ScheduleName,
        About(
            "How η changes as the run goes on: long steps to get near, short ones to settle.",
            choices={
                "constant": "η stays as it is",
                "step": "every schedule_every epochs, schedule_factor multiplies η",
                "cosine": "η falls along half a wave, to nearly 0 at the last epoch",
            },
        ),
    ] = "constant"
    schedule_every: Annotated[
        Count,
        About(
            "Epochs from one drop of η to the next. Used only by the step schedule.",
            too_little="η is tiny before much has been learnt.",
            too_much="The run is over before the first drop.",
            usual="a third of the epochs",
        ),
    ] = 10
    schedule_factor: Annotated[
        PositiveShare,
        About(
            "What each drop multiplies η by. Used only by the step schedule.",
            too_little="One drop leaves next to nothing of η, and learning stops.",
            too_much="Near 1 the drops hardly change anything, and at 1 nothing.",
            usual="0.1 to 0.5",
        ),
    ] = 0.1
    warmup: Annotated[
        Price,
        About(
            "Epochs in which η rises in a straight line, from nearly 0 to its full height; 0.5 is "
            "half an epoch.",
            too_little="The first gradients are the largest: a high η can throw the weights far "
            "off.",
            too_much="Much of the run is spent on steps that are too short.",
            usual="0 for small networks; up to 5 for large batches with a high η",
        ),
    ] = 0.0
    momentum: Annotated[
        Share,
        About(
            "How much of the velocity stays from step to step, for sgd and nesterov: v ← μ·v + "
            "∇W, W ← W − η·v.",
            symbol="μ",
            too_little="At 0 every step forgets the one before: narrow valleys are crossed in "
            "zigzag.",
            too_much="Steps build up to 1/(1 − μ) times their length, and swing past the lowest "
            "point.",
            usual="0.9, with a tenth of the η that is right without",
            effect=Effect.STEP,
            rate="momentum",
        ),
    ] = 0.0
    weight_decay: Annotated[
        Price,
        About(
            "How much adamw shrinks every weight and bias in each step, apart from its gradient: "
            "by η·decay·W. For the other optimisers there is l2.",
            too_little="Weights grow as large as they like; the training set may be memorised.",
            too_much="Weights shrink faster than they learn: the loss on train stays high.",
            usual="0.01; 0 is off",
            effect=Effect.STEP,
            rate="weight_decay",
        ),
    ] = 0.0
    batch_size: Annotated[
        Count | Literal["full"],
        About(
            "How many samples make a step: their mean gradient is what the weights move against. "
            "full takes all of train at once.",
            symbol="B",
            too_little="Gradients of few samples are noisy: the loss jumps from step to step.",
            too_much="Each gradient is better, and an epoch has fewer steps: with full a single "
            "one, so that much less is learnt in it.",
            usual="16 to 256, and a higher η for a larger batch",
            effect=Effect.EPOCH,
        ),
    ] = 32
    epochs: Annotated[
        Count,
        About(
            "How often all of train is gone through before the run is finished. For some more "
            "epochs no restart is needed: space, b and e go on from there.",
            too_little="It is over while the loss still falls.",
            too_much="Time is spent, and in the end the network memorises the training set: the "
            "loss on validation rises again.",
            usual="10 to 60",
        ),
    ] = 10
    l1: Annotated[
        Price,
        About(
            "A penalty on the size of the weights: adds λ₁·Σ|w| to the loss. It pulls all "
            "weights towards 0 alike, so that those without a use end there.",
            symbol="λ₁",
            too_little="At 0 it is off: weights without a use stay, and fit noise in the training "
            "set.",
            too_much="All weights end at 0, and every digit gets the same answer.",
            usual="0.00001 to 0.0001; 0 is off",
            effect=Effect.STEP,
            rate="l1",
        ),
    ] = 0.0
    l2: Annotated[
        Price,
        About(
            "A penalty on the square of the weights: adds λ₂/2·Σw² to the loss. It pulls the "
            "largest hardest. Where an author writes λ/n, that quotient is its value.",
            symbol="λ₂",
            too_little="At 0 it is off: weights may grow large to fit single training samples.",
            too_much="Weights stay too small to tell digits apart: the loss on train stays high.",
            usual="0.00001 to 0.001; 0 is off",
            effect=Effect.STEP,
            rate="l2",
        ),
    ] = 0.0
    gradient_clipping: Annotated[
        Price,
        About(
            "The longest gradient that is left as it is, all parameters together: ‖∇‖. A longer "
            "one is shortened to this, and keeps its direction.",
            too_little="Every step is shortened: η no longer says how long they are.",
            too_much="It never does anything: one odd batch can throw the weights far off.",
            usual="1 to 5, or a little above what Training's plot of ‖∇‖ shows; 0 is off",
            effect=Effect.STEP,
            rate="clipping",
        ),
    ] = 0.0
    early_stopping: Annotated[
        Annotated[int, Meta(ge=0)],
        About(
            "Patience: ends the run after this many epochs without a lower validation loss, and "
            "keeps the weights of its best epoch.",
            too_little="A chance rise ends the run while it is still learning.",
            too_much="It goes on for long after there is nothing to gain.",
            usual="3 to 10; 0 is off",
        ),
    ] = 0
    seed: Annotated[
        Seed,
        About(
            "What every random number is drawn from: the initial weights, which samples are held "
            "out, their order, dropout. The same seed makes the same run, bit for bit.",
            usual="any. How far the results of a few seeds differ is how much of your result is "
            "luck",
        ),
    ] = 1
    mistake: Annotated[
        MistakeName | None,
        About(
            "Breaks the run on purpose, by a mistake that people make who write a network by hand: "
            "see what it does, and find it. `tui-nn mistakes show NAME` tells all about one.",
            usual="none",
            choices=dict.fromkeys(["none", *MISTAKES], ""),
            absent="none",
        ),
    ] = None
