"""A breakpoint at a sample that the network begins to get right, or wrong."""

from typing import ClassVar, Self

from tui_nn.data.dataset import Dataset
from tui_nn.errors import TuiNNError
from tui_nn.nn.program import Program
from tui_nn.training.stops.breakpoints.breakpoint import Breakpoint, Passed, SampleId, SplitName
from tui_nn.training.stops.spelling import read_whole
from tui_nn.training.stops.subject import Subject


class WhenSample(Breakpoint, frozen=True):
    """Stops when the network begins to get a sample right, or wrong."""

    kind: ClassVar[str] = "a sample right or wrong"

    split: SplitName
    index: int
    right: bool

    @classmethod
    def parse(cls, first: str, rest: list[str], program: Program) -> Self | None:
        match first, rest:
            case "train" | "validation" | "test" as split, [number, "right" | "wrong" as verdict]:
                index = read_whole(number.removeprefix("#"))
                return cls(split=split, index=index, right=verdict == "right")
            case "train" | "validation" | "test", _:
                raise TuiNNError(f"which sample, right or wrong? such as: {first} #12 wrong")
        return None

    @classmethod
    def suggest(cls, subject: Subject) -> str:
        return f"{subject.split} #{subject.sample} {subject.verdict}"

    @property
    def words(self) -> str:
        return f"{self.split} #{self.index} {'right' if self.right else 'wrong'}"

    @property
    def watched_sample(self) -> SampleId:
        return self.split, self.index

    def fault(self, program: Program, dataset: Dataset) -> str:
        last = len(dataset[self.split]) - 1
        if 0 <= self.index <= last:
            return ""
        return f"{self.split} has the samples 0 to {last}, and no {self.index}"

    def trips(self, passed: Passed) -> str:
        prediction = passed.predictions[self.watched_sample]
        was, now = (said == prediction.label for said in (prediction.before, prediction.now))
        if was == now or now != self.right:
            return ""
        return f"{self.words}: says {prediction.now}, step {passed.step}"
