"""What the person has selected: it stays the same when the screen changes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Selection:
    """The sample, the neuron and the tensor that screens look at.

    Attributes:
        split: Which split the sample is from.
        sample: Its index in the split.
        digit: Only samples of this class are walked through; None for all.
        layer: The layer looked at, from 1.
        neuron: The neuron of that layer.
        row: The row of the batch that Backprop shows, from 1; 0 for the mean over the batch.
        operation: The operation that Backprop looks at; None to follow the program counter.
        element: Which element of that operation's result is taken apart; None for the largest.
    """

    split: str = "train"
    sample: int = 0
    digit: int | None = None
    layer: int = 1
    neuron: int = 0
    row: int = 1
    operation: str | None = None
    element: tuple[int, ...] | None = None
