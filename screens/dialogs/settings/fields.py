"""Every hyperparameter in words: what it means, what too little and too much of it do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from tui_nn.nn.activations import ACTIVATIONS
from tui_nn.nn.initializers import INITIALIZERS
from tui_nn.nn.losses import LOSSES
from tui_nn.nn.optimizers import OPTIMIZERS
from tui_nn.nn.outputs import OUTPUTS

YES, NO = "yes", "no"


class Row(Protocol):
    """A row of a table that a recipe names."""

    @property
    def summary(self) -> str:
        """What it does; "" for what no recipe names."""


class Summaries(Mapping[str, str]):
    """What each row of a table does, by its name, as the table is when somebody looks."""

    def __init__(self, table: Mapping[str, Row]) -> None:
        self._table = table

    def __getitem__(self, name: str) -> str:
        if summary := self._table[name].summary:
            return summary
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return (name for name, row in self._table.items() if row.summary)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass(frozen=True)
class Field:
    """A hyperparameter, as the form shows it.

    Attributes:
        path: Its place in a recipe, such as ``training.l2``.
        meaning: What it is.
        symbol: What formulas call it.
        too_little: What happens then.
        too_much: What happens then.
        usual: Which values are.
        choices: What may be chosen, each with what that does; empty where one types a value.
        absent: The word for a value that a recipe leaves out, or "".
        many: Whether it is always a list.
    """

    path: str
    meaning: str
    symbol: str = ""
    too_little: str = ""
    too_much: str = ""
    usual: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    absent: str = ""
    many: bool = False

    @property
    def section(self) -> str:
        """The table of the recipe that it stands in."""
        return self.path.rpartition(".")[0]

    @property
    def name(self) -> str:
        """Its key in that table."""
        return self.path.rpartition(".")[2]


_DATA = (
    Field(
        "data.target_digit",
        "Asks a single question, “is it this digit?”, instead of which of the ten it is. There is "
        "then one output: layers end in 1, and output is sigmoid. Nine digits in ten are another "
        "one, so a network that always says no is right nine times in ten: look at the recall.",
        usual="none: ten outputs, a digit each",
        choices={"none": "", **{str(digit): "" for digit in range(10)}},
        absent="none",
    ),
    Field(
        "data.class_weighting",
        "Whether a sample counts for more in the loss, the rarer its class is, so that all classes "
        "together count the same.",
        choices={
            NO: "every sample counts the same; a rare class hardly moves the mean loss, and may "
            "never be learnt",
            YES: "more of the rare class is found (recall), and more is taken for it that is not "
            "(precision falls)",
        },
    ),
    Field(
        "data.oversampling",
        "Whether the samples of rarer classes are shown again and again, until each class is seen "
        "as often as the most frequent one.",
        choices={
            NO: "every sample is seen once an epoch",
            YES: "the rare class is learnt; epochs get longer, and the few samples that repeat are "
            "easily learnt by heart",
        },
    ),
    Field(
        "data.validation",
        "How many samples of train are held out, to measure how good the network is on digits that "
        "it does not learn from; auto is the source's own split, or else a tenth of train.",
        too_little="Its accuracy jumps by chance: of 100 samples, one is a whole percent.",
        too_much="What is held out is missing from training.",
        usual="5000 to 10000 of MNIST's 60,000",
        absent="auto",
    ),
    Field(
        "data.split",
        "Mixes the samples of train and test, and deals them out anew: how many go to train, to "
        "validation and to test.",
        too_little="A small test split measures by chance, a small train split teaches little.",
        too_much="There are only so many samples: what one split takes, another one lacks.",
        usual="none: test as it was published, so that figures can be compared with those of "
        "others; or such as 42000, 14000, 14000",
        absent="none",
        many=True,
    ),
)

_AUGMENTATION = (
    Field(
        "data.augmentation.shift",
        "Moves each digit of train at random, by up to so many pixels up or down and to either "
        "side, anew in every epoch.",
        too_little="The network sees the same pictures every time, and may learn them by heart.",
        too_much="Strokes leave the 28×28 pixels: a cut digit teaches nothing.",
        usual="1 to 3; 0 is off. MNIST's digits have a margin of about 4 pixels",
    ),
    Field(
        "data.augmentation.rotation",
        "Turns each digit of train at random, by up to so many degrees either way, anew in every "
        "epoch.",
        too_little="Handwriting that slants otherwise than train's comes as a surprise.",
        too_much="The labels become wrong: a 6 upside down is a 9.",
        usual="5 to 15; 0 is off",
    ),
    Field(
        "data.augmentation.scale",
        "Makes each digit of train larger or smaller at random, by up to this share of its size: "
        "0.1 for 0.9 to 1.1 times.",
        too_little="Larger or smaller handwriting than train's comes as a surprise.",
        too_much="Digits are cut off at the border, or shrink to a blot.",
        usual="0.05 to 0.2; 0 is off",
    ),
    Field(
        "data.augmentation.elastic",
        "Bends the strokes of each digit as an unsteady hand would: every pixel is moved by a "
        "smooth random field of this strength (Simard et al. 2003). Each step takes longer.",
        "α",
        too_little="Pixels move by less than one: nothing changes that matters.",
        too_much="Strokes tear until nobody could read them: look at a0 on Backprop.",
        usual="34, with a smoothness of 4; 0 is off",
    ),
    Field(
        "data.augmentation.smoothness",
        "How far around a pixel its neighbours move along with it, in pixels: the width of the "
        "bell that smooths the elastic field. Without elastic it does nothing.",
        "σ",
        too_little="Neighbours go different ways: the strokes fall apart into specks.",
        too_much="The whole digit moves as one piece, and hardly bends.",
        usual="4",
    ),
)

_NETWORK = (
    Field(
        "network.layers",
        "How many neurons each layer has: 784 pixels first, 10 classes last (1 with a target "
        "digit), and the hidden layers between them.",
        too_little="It cannot tell the digits apart: the loss stays high on train, too.",
        too_much="Steps take longer, and it can learn train by heart: validation gets worse while "
        "train still gets better.",
        usual="one or two hidden layers of 16 to 800; without any, 784, 10, MNIST ends near 92 %",
        many=True,
    ),
    Field(
        "network.activation",
        "What a hidden neuron makes of its sum: a = f(z). One name for all hidden layers, or one "
        "for each: tanh, relu",
        "f",
        choices=Summaries(ACTIVATIONS),
    ),
    Field(
        "network.initializer",
        "How large the random weights are at first. Signals should neither fade nor grow from "
        "layer to layer; n is how many inputs a neuron has.",
        choices=Summaries(INITIALIZERS),
    ),
    Field(
        "network.dropout",
        "The share of every hidden layer that is silenced at random in each step, so that no "
        "neuron can rely on another; those that stay count 1/(1 − r) times. Off when it is "
        "measured. One for all, or a list with one for each hidden layer.",
        "r",
        too_little="At 0 it is off: a large network may learn train by heart.",
        too_much="Too few neurons are left to learn with: the loss on train stays high.",
        usual="0.2 to 0.5 for layers of 100 and more",
    ),
    Field(
        "network.output",
        "What the last layer's sums become.",
        choices=Summaries(OUTPUTS),
    ),
)

_TRAINING = (
    Field(
        "training.loss",
        "What training makes small: how wrong the outputs are, as one number.",
        "L",
        choices=Summaries(LOSSES),
    ),
    Field(
        "training.optimizer",
        "How a gradient becomes a change of the weights.",
        choices=Summaries(OPTIMIZERS),
    ),
    Field(
        "training.learning_rate",
        "How far a step goes against the gradient: W ← W − η·∇W. The schedule multiplies it.",
        "η",
        too_little="The loss falls steadily and slowly: the epochs are over before it is low.",
        too_much="Steps jump across the valley: the loss goes up and down, or grows until numbers "
        "are no longer finite.",
        usual="0.01 to 0.5 for sgd, 0.001 for adam. The key a shows the loss along a step",
    ),
    Field(
        "training.schedule",
        "How η changes as the run goes on: long steps to get near, short ones to settle.",
        choices={
            "constant": "η stays as it is",
            "step": "every schedule_every epochs, schedule_factor multiplies η",
            "cosine": "η falls along half a wave, to nearly 0 at the last epoch",
        },
    ),
    Field(
        "training.schedule_every",
        "Epochs from one drop of η to the next. It matters to the step schedule alone.",
        too_little="η is tiny before much has been learnt.",
        too_much="The run is over before the first drop.",
        usual="a third of the epochs",
    ),
    Field(
        "training.schedule_factor",
        "What each drop multiplies η by. It matters to the step schedule alone.",
        too_little="One drop leaves next to nothing of η, and learning stops.",
        too_much="Near 1 the drops hardly change anything, and at 1 nothing.",
        usual="0.1 to 0.5",
    ),
    Field(
        "training.warmup",
        "Epochs in which η rises in a straight line, from nearly 0 to its full height; 0.5 is half "
        "an epoch.",
        too_little="The first gradients are the largest: a high η can throw the weights far off.",
        too_much="Much of the run is spent on steps that are too short.",
        usual="0 for small networks; up to 5 for large batches with a high η",
    ),
    Field(
        "training.momentum",
        "How much of the velocity stays from step to step, for sgd and nesterov: v ← μ·v + ∇W, "
        "W ← W − η·v.",
        "μ",
        too_little="At 0 every step forgets the one before: narrow valleys are crossed in zigzag.",
        too_much="Steps build up to 1/(1 − μ) times their length, and swing past the lowest point.",
        usual="0.9, with a tenth of the η that is right without",
    ),
    Field(
        "training.weight_decay",
        "What adamw takes away of every weight and bias in each step, beside its update: "
        "η·decay·W. For the other optimisers there is l2.",
        too_little="Weights grow as large as they like; train may be learnt by heart.",
        too_much="Weights shrink faster than they learn: the loss on train stays high.",
        usual="0.01; 0 is off",
    ),
    Field(
        "training.batch_size",
        "How many samples make a step: their mean gradient is what the weights move against. full "
        "takes all of train at once.",
        "B",
        too_little="Gradients of few samples are noisy: the loss jumps from step to step.",
        too_much="Each gradient is better, and an epoch has fewer steps: with full a single one, "
        "so that much less is learnt in it.",
        usual="16 to 256, and a higher η for a larger batch",
    ),
    Field(
        "training.epochs",
        "How often all of train is gone through before the run is finished. For some more epochs "
        "no restart is needed: space, b and e go on from there.",
        too_little="It is over while the loss still falls.",
        too_much="Time is spent, and in the end train is learnt by heart: the loss on validation "
        "rises again.",
        usual="10 to 60",
    ),
    Field(
        "training.l1",
        "The price of large weights by their size: adds λ₁·Σ|w| to the loss. It pulls all weights "
        "towards 0 alike, so that those without a use end there.",
        "λ₁",
        too_little="At 0 it is off: weights without a use stay, and stand for chance in train.",
        too_much="All weights end at 0, and every digit gets the same answer.",
        usual="0.00001 to 0.0001; 0 is off",
    ),
    Field(
        "training.l2",
        "The price of large weights by their square: adds λ₂/2·Σw² to the loss. It pulls the "
        "largest hardest. Where an author writes λ/n, that quotient is its value.",
        "λ₂",
        too_little="At 0 it is off: weights may grow large to fit single samples of train.",
        too_much="Weights stay too small to tell digits apart: the loss on train stays high.",
        usual="0.00001 to 0.001; 0 is off",
    ),
    Field(
        "training.gradient_clipping",
        "The longest gradient that is left as it is, all parameters together: ‖∇‖. A longer one is "
        "shortened to this, and keeps its direction.",
        too_little="Every step is shortened: η no longer says how long they are.",
        too_much="It never does anything: one odd batch can throw the weights far off.",
        usual="1 to 5, or a little above what Training's plot of ‖∇‖ shows; 0 is off",
    ),
    Field(
        "training.early_stopping",
        "After how many epochs without a lower loss on validation the run is finished; the weights "
        "of its best epoch are kept.",
        too_little="A chance rise ends the run while it is still learning.",
        too_much="It goes on for long after there is nothing to gain.",
        usual="3 to 10; 0 is off",
    ),
    Field(
        "training.seed",
        "What all chance is drawn from: the first weights, which samples are held out, their "
        "order, dropout. The same seed makes the same run, to the bit.",
        usual="any. How far the results of a few seeds differ is how much of yours is luck",
    ),
)

FIELDS: tuple[Field, ...] = (*_DATA, *_AUGMENTATION, *_NETWORK, *_TRAINING)
"""All of them, in the order of the form."""

FIELD_AT: Mapping[str, Field] = MappingProxyType({each.path: each for each in FIELDS})
"""Each by its path."""
