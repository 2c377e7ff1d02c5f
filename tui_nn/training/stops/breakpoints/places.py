"""Breakpoints at a place: before an operation, at a step, at an epoch."""

from typing import ClassVar, Self

from tui_nn.data.dataset import Dataset
from tui_nn.nn.program import Program
from tui_nn.training.stops.breakpoints.breakpoint import Breakpoint, Passed
from tui_nn.training.stops.spelling import read_only_word, read_whole
from tui_nn.training.stops.subject import Subject

_ROUND = 100  # steps: a suggestion is the next multiple


class AtOperation(Breakpoint, frozen=True):
    """Stops before an operation of each step."""

    kind: ClassVar[str] = "before an operation"
    when: ClassVar[str] = ""

    name: str

    @classmethod
    def parse(cls, first: str, rest: list[str], program: Program) -> Self | None:
        if first != "before":
            return None
        word = read_only_word(rest, "before which operation? such as: before dW2")
        return cls(name=program.resolve(word, single=True))

    @classmethod
    def suggest(cls, subject: Subject) -> str:
        return f"before {subject.operation}"

    @property
    def words(self) -> str:
        return f"before {self.name}"

    def describe(self, program: Program) -> str:
        return f"before {program.symbol(self.name)}"

    @property
    def operation(self) -> str:
        return self.name

    def fault(self, program: Program, dataset: Dataset) -> str:
        names = [operation.name for operation in program.operations]
        if self.name in names:
            return ""
        known = ", ".join(operation.symbol for operation in program.operations)
        return f"there is no operation {program.symbol(self.name)}; there are {known}"

    def trips(self, passed: Passed) -> str:
        return ""


class AtStep(Breakpoint, frozen=True):
    """Stops when a number of updates is completed."""

    kind: ClassVar[str] = "at a step"
    when: ClassVar[str] = "at"

    step: int

    @classmethod
    def parse(cls, first: str, rest: list[str], program: Program) -> Self | None:
        if first != "step":
            return None
        return cls(step=read_whole(read_only_word(rest, "which step? such as: step 500")))

    @classmethod
    def suggest(cls, subject: Subject) -> str:
        return f"step {subject.step // _ROUND * _ROUND + _ROUND}"

    @property
    def words(self) -> str:
        return f"step {self.step}"

    def fault(self, program: Program, dataset: Dataset) -> str:
        return "" if self.step >= 1 else "the run begins at step 0: choose 1 or a later one"

    def trips(self, passed: Passed) -> str:
        return self.words if passed.step == self.step else ""


class AtEpoch(Breakpoint, frozen=True):
    """Stops where an epoch begins."""

    kind: ClassVar[str] = "where an epoch begins"
    when: ClassVar[str] = "at"

    epoch: int

    @classmethod
    def parse(cls, first: str, rest: list[str], program: Program) -> Self | None:
        if first != "epoch":
            return None
        return cls(epoch=read_whole(read_only_word(rest, "which epoch? such as: epoch 3")))

    @classmethod
    def suggest(cls, subject: Subject) -> str:
        return f"epoch {subject.epoch + 1}"

    @property
    def words(self) -> str:
        return f"epoch {self.epoch}"

    def fault(self, program: Program, dataset: Dataset) -> str:
        return "" if self.epoch >= 2 else "the run begins with epoch 1: choose 2 or a later one"

    def trips(self, passed: Passed) -> str:
        return self.words if passed.epoch == self.epoch - 1 else ""
