"""What is the case in the app at one moment, as far as lessons ask about it."""

from __future__ import annotations

import re

from msgspec import Struct

from tui_nn.errors import TuiNNError
from tui_nn.nn.explain import Index, format_element
from tui_nn.nn.program import Program
from tui_nn.training.session.snapshot import Computed, Snapshot

SAMPLE = "sample:"
ANY = -1  # in place of a class
_TYPED = re.compile(r"(?P<source>sample:)?(?P<name>[^\[\]]+)(\[(?P<index>[\d,]*)\])?")


class Number(Struct, frozen=True):
    """A number of the batch or of the selected sample.

    Attributes:
        name: The tensor.
        index: Which element of it; None for any.
        is_sample: Whether it is of the selected sample.
    """

    name: str
    index: Index | None
    is_sample: bool = False

    def matches(self, other: Number | None) -> bool:
        """Return whether another number is this one, or one of these."""
        if other is None or self.name != other.name:
            return False
        if self.is_sample and not other.is_sample:
            return False
        return self.index in (None, other.index)


class Situation(Struct, frozen=True, eq=False):
    """What is the case.

    Attributes:
        snapshot: The state of the run, with what the network makes of the selected sample.
        screen: The one that is seen: ``forward``, ``backprop`` …
        explained: The number that is taken apart, or None.
        window: The dialog that is open, or "".
        split: Which split the selected sample is from.
        sample: Its index.
        layer: The layer that is looked at.
        neuron: The neuron of it.
        is_drawn: Whether the sample is the person's own digit.
        quiz: How much of the run's quiz is answered: 1 once it is known which operation is wrong,
            2 once it is known which mistake it is.
    """

    snapshot: Snapshot
    screen: str = ""
    explained: Number | None = None
    window: str = ""
    split: str = "train"
    sample: int = 0
    layer: int = 1
    neuron: int = 0
    is_drawn: bool = False
    quiz: int = 0

    def computed(self, number: Number) -> Computed:
        """Return the tensors that a number is in.

        Raises:
            TuiNNError: No sample has been taken through the network.
        """
        if not number.is_sample:
            return self.snapshot.computed
        if self.snapshot.probe is None:
            raise TuiNNError("no sample is selected")
        return self.snapshot.probe.computed

    def value(self, text: str) -> float:
        """Return the value of a number.

        Args:
            text: Such as ``dW2[0,1]`` of the batch, ``sample:p[3]`` of the selected sample.

        Raises:
            TuiNNError: There is no such number, or it is not computed yet.
        """
        number = read_number(text, self.snapshot.program)
        computed = self.computed(number)
        index = number.index or ()
        tensor = computed.tensors.get(number.name)
        if tensor is None or len(index) != tensor.ndim:
            raise TuiNNError(f"there is no number {text}")
        if any(place >= size for place, size in zip(index, tensor.shape, strict=True)):
            raise TuiNNError(f"there is no number {text}: {number.name} is {tensor.shape}")
        if not number.is_sample and not self.snapshot.has(number.name):
            raise TuiNNError(f"{text} is not computed yet")
        return float(tensor[index])


def read_number(text: str, program: Program) -> Number:
    """Return the number that a lesson names; of a sample, the row of the batch may be left out.

    Raises:
        TuiNNError: There is no such tensor.
    """
    typed = _TYPED.fullmatch(text)
    name = program.resolve(typed["name"]) if typed else text
    if typed is None or name not in program.tensors:
        raise TuiNNError(f"there is no tensor {text}")
    index = None
    if typed["index"] is not None:
        index = tuple(int(each) for each in typed["index"].split(",") if each)
        tensor = program.tensor(name)
        if typed["source"] and tensor.batched and len(index) == len(tensor.axes) - 1:
            index = (0, *index)
    elif not program.tensor(name).axes:
        index = ()
    return Number(name, index, is_sample=bool(typed["source"]))


def number_words(number: Number) -> str:
    """Return a number as a lesson names it."""
    source = SAMPLE if number.is_sample else ""
    return source + format_element(number.name, number.index or ())
