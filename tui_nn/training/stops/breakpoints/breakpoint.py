"""What a run can be made to stop at. A breakpoint is plain data, which is saved with the run.

Those that look at a figure stop where it crosses their line, not as long as it is beyond it: so
one can go on. They compare with the step before, as it was recorded; a figure that has no past
has not been beyond the line.
"""

import math
from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal, Self, TypeAlias

import msgspec
from msgspec import Struct

from tui_nn.data.dataset import Dataset
from tui_nn.nn.program import Program
from tui_nn.training.stepping.history import History
from tui_nn.training.stops.subject import Subject

ALWAYS_ON = "a number is not finite"  # the recorder looks for that in every step
SplitName = Literal["train", "validation", "test"]
SampleId: TypeAlias = tuple[SplitName, int]


class Prediction(Struct, frozen=True):
    """What the network predicted of a sample.

    Attributes:
        label: The true class, as it is called.
        before: What it predicted before the step.
        now: What it predicts after it.
    """

    label: str
    before: str
    now: str


class Passed(Struct, frozen=True):
    """A step that was just completed.

    Attributes:
        step: Completed updates, this one included.
        epoch: The epoch that it ended, or None.
        history: The record, which may reach beyond this step.
        predictions: Of the samples that breakpoints need.
    """

    step: int
    epoch: int | None
    history: History
    predictions: Mapping[SampleId, Prediction]


class Breakpoint(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """What all kinds have in common. A kind is a subclass, and its name in ``BREAKPOINTS``.

    Attributes:
        on: Whether it stops the run.
        kind: What the kind is for, in a few words.
        when: The word between "stop" and its own words: at, when or "".
        needs_norms: Whether it looks at the gradients' norms, in every step.
    """

    kind: ClassVar[str]
    when: ClassVar[str] = "when"
    needs_norms: ClassVar[bool] = False

    on: bool = True

    @classmethod
    def parse(cls, first: str, rest: list[str], program: Program) -> Self | None:
        """Return the breakpoint that a typed sentence means; None if it is of another kind.

        Args:
            first: The first word, in lower case.
            rest: The other words, as they were typed.
            program: The tensors and operations that it may name.

        Raises:
            TuiNNError: It is of this kind and not complete; the message says what is missing.
        """
        raise NotImplementedError

    @classmethod
    def suggest(cls, subject: Subject) -> str:
        """Return a sentence to begin with, about what a person is looking at."""
        raise NotImplementedError

    @property
    def words(self) -> str:
        """What it stops at, as it is typed."""
        raise NotImplementedError

    def describe(self, program: Program) -> str:
        """Return what it stops at, in the symbols of a program."""
        return self.words

    def sentence(self, program: Program) -> str:
        """Return its description, as it follows the word stop."""
        return f"{self.when} {self.describe(program)}".strip()

    @property
    def operation(self) -> str:
        """The name of the operation that it stops before, or "" if it stops between steps."""
        return ""

    @property
    def watched_sample(self) -> SampleId | None:
        """The sample whose prediction it needs, or None."""
        return None

    def fault(self, program: Program, dataset: Dataset) -> str:
        """Return why it could never stop a run, or ""."""
        raise NotImplementedError

    def trips(self, passed: Passed) -> str:
        """Return why the run has to stop after a step, or ""."""
        raise NotImplementedError


def last_two(figures: Sequence[float]) -> tuple[float, float]:
    """Return the last two figures; NaN, which is beyond no line, where there is only one."""
    return (float(figures[-2]) if len(figures) > 1 else math.nan), float(figures[-1])
