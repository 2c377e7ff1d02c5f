"""What a run can be made to stop at. A breakpoint is plain data, which is saved with the run.

Those that look at a figure stop where it crosses their line, not as long as it is beyond it: so
one can go on. They compare with the step before, as it is written down; a figure that has no
past has not been beyond the line.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import msgspec

from tui_nn.data.dataset import Dataset
from tui_nn.nn.program import Program
from tui_nn.training.session.history import History

ALWAYS_ON = "a number is not finite"  # the recorder looks for that in every step
Metric = Literal["loss", "accuracy", "validation_loss", "validation_accuracy"]
SplitName = Literal["train", "validation", "test"]
Sample: TypeAlias = tuple[SplitName, int]


@dataclass(frozen=True)
class Verdict:
    """What the network said of a sample.

    Attributes:
        label: The true class, as it is called.
        before: What it said before the step.
        now: What it says after it.
    """

    label: str
    before: str
    now: str


@dataclass(frozen=True)
class Passed:
    """A step that was just completed.

    Attributes:
        step: Completed updates, this one included.
        epoch: The epoch that it ended, or None.
        history: The record, which may reach beyond this step.
        verdicts: On the samples that breakpoints ask for.
    """

    step: int
    epoch: int | None
    history: History
    verdicts: Mapping[Sample, Verdict]


class _Breakpoint(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """What all have in common.

    Attributes:
        on: Whether it stops the run.
    """

    on: bool = True

    @property
    def words(self) -> str:
        """What it stops at, as one would type it."""
        raise NotImplementedError

    def describe(self, program: Program) -> str:
        """Return what it stops at, in the symbols of a program."""
        return self.words

    def fault(self, program: Program, dataset: Dataset) -> str:
        """Return why it could never stop a run, or ""."""
        raise NotImplementedError

    def trips(self, passed: Passed) -> str:
        """Return why the run has to stop after a step, or ""."""
        raise NotImplementedError


class AtOperation(_Breakpoint, frozen=True):
    """Stops before an operation of each step; the session looks for that within the step."""

    name: str

    @property
    def words(self) -> str:
        return f"before {self.name}"

    def describe(self, program: Program) -> str:
        return f"before {program.symbol(self.name)}"

    def fault(self, program: Program, dataset: Dataset) -> str:
        names = [operation.name for operation in program.operations]
        if self.name in names:
            return ""
        known = ", ".join(operation.symbol for operation in program.operations)
        return f"there is no operation {program.symbol(self.name)}; there are {known}"

    def trips(self, passed: Passed) -> str:
        return ""


class AtStep(_Breakpoint, frozen=True):
    """Stops when so many updates are completed."""

    step: int

    @property
    def words(self) -> str:
        return f"step {self.step}"

    def fault(self, program: Program, dataset: Dataset) -> str:
        return "" if self.step >= 1 else "the run begins at step 0: choose 1 or a later one"

    def trips(self, passed: Passed) -> str:
        return self.words if passed.step == self.step else ""


class AtEpoch(_Breakpoint, frozen=True):
    """Stops where an epoch begins."""

    epoch: int

    @property
    def words(self) -> str:
        return f"epoch {self.epoch}"

    def fault(self, program: Program, dataset: Dataset) -> str:
        return "" if self.epoch >= 2 else "the run begins with epoch 1: choose 2 or a later one"

    def trips(self, passed: Passed) -> str:
        return self.words if passed.epoch == self.epoch - 1 else ""


class WhenMetric(_Breakpoint, frozen=True):
    """Stops when a figure of the run crosses a value."""

    metric: Metric
    side: Literal["below", "above"]
    value: float

    @property
    def words(self) -> str:
        return f"{self._name} {self.side} {self._spelt(self.value, 10)}"

    def fault(self, program: Program, dataset: Dataset) -> str:
        if not math.isfinite(self.value):
            return f"{self.value} is never crossed"
        if self._is_share and not 0 <= self.value <= 1:
            return f"{self._name} lies between 0% and 100%, not at {self._spelt(self.value, 10)}"
        return ""

    def trips(self, passed: Passed) -> str:
        before, now = self._last_two(passed)
        if not self._is_beyond(now) or self._is_beyond(before):
            return ""
        when = "" if self._after_epochs else f", step {passed.step}"
        return f"{self.words}: {self._spelt(now, 4)}{when}"

    @property
    def _name(self) -> str:
        return self.metric.replace("_", " ")

    @property
    def _is_share(self) -> bool:
        return self.metric.endswith("accuracy")

    @property
    def _after_epochs(self) -> bool:
        return self.metric.startswith("validation")

    def _last_two(self, passed: Passed) -> tuple[float, float]:
        if not self._after_epochs:
            column = getattr(passed.history.curves, self.metric)
            return _last_two(column[: passed.step])
        if passed.epoch is None:
            return math.nan, math.nan
        records = passed.history.epochs[: passed.epoch]
        return _last_two([getattr(record, self.metric) for record in records])

    def _is_beyond(self, figure: float) -> bool:
        return figure < self.value if self.side == "below" else figure > self.value

    def _spelt(self, figure: float, digits: int) -> str:
        return f"{100 * figure:.{digits}g}%" if self._is_share else f"{figure:.{digits}g}"


class WhenSample(_Breakpoint, frozen=True):
    """Stops when the network begins to get a sample right, or wrong."""

    split: SplitName
    index: int
    right: bool

    @property
    def words(self) -> str:
        return f"{self.split} #{self.index} {'right' if self.right else 'wrong'}"

    @property
    def sample(self) -> Sample:
        """Which sample it asks for a verdict on."""
        return self.split, self.index

    def fault(self, program: Program, dataset: Dataset) -> str:
        last = len(dataset[self.split]) - 1
        if 0 <= self.index <= last:
            return ""
        return f"{self.split} has the samples 0 to {last}, and no {self.index}"

    def trips(self, passed: Passed) -> str:
        verdict = passed.verdicts[self.sample]
        was, now = (said == verdict.label for said in (verdict.before, verdict.now))
        if was == now or now != self.right:
            return ""
        return f"{self.words}: says {verdict.now}, step {passed.step}"


class WhenGradientNorm(_Breakpoint, frozen=True):
    """Stops when a layer's gradient, as one vector, becomes too short or too long."""

    layer: int
    low: float | None = None
    high: float | None = None

    @property
    def words(self) -> str:
        whose = f"gradient of layer {self.layer}"
        if self.low is None or self.high is None:
            side, value = ("above", self.high) if self.low is None else ("below", self.low)
            return f"{whose} {side} {value:.10g}"
        return f"{whose} outside {self.low:.10g} to {self.high:.10g}"

    def fault(self, program: Program, dataset: Dataset) -> str:
        ends = [end for end in (self.low, self.high) if end is not None]
        if not 1 <= self.layer <= program.network.depth:
            return f"there are the layers 1 to {program.network.depth}, and no {self.layer}"
        if not ends or not all(0 <= end < math.inf for end in ends) or ends != sorted(ends):
            return "expected a range of lengths, such as 0.01 to 10"
        return ""

    def trips(self, passed: Passed) -> str:
        curves, step = passed.history.curves, passed.step
        norms = curves.gradient_norm[max(step - 2, 0) : step, self.layer - 1]
        before, now = _last_two(norms.tolist())
        side = self._left(now)
        if not side or self._left(before):
            return ""
        return f"‖∇‖ of layer {self.layer} {side}: {now:.3g}, step {passed.step}"

    def _left(self, norm: float) -> str:
        if self.low is not None and norm < self.low:
            return f"below {self.low:.10g}"
        if self.high is not None and norm > self.high:
            return f"above {self.high:.10g}"
        return ""


Breakpoint: TypeAlias = AtOperation | AtStep | AtEpoch | WhenMetric | WhenSample | WhenGradientNorm


def _last_two(figures: Sequence[float]) -> tuple[float, float]:
    """Return the last two figures; NaN, which is beyond no line, where there is only one."""
    return (float(figures[-2]) if len(figures) > 1 else math.nan), float(figures[-1])
