"""A breakpoint at a figure of the run: a loss or an accuracy."""

import math
from collections.abc import Mapping
from typing import ClassVar, Literal, Self

from tui_nn.data.dataset import Dataset
from tui_nn.errors import TuiNNError
from tui_nn.nn.program import Program
from tui_nn.training.stops.breakpoints.breakpoint import Breakpoint, Passed, last_two
from tui_nn.training.stops.spelling import read_number
from tui_nn.training.stops.subject import Subject

Metric = Literal["loss", "accuracy", "validation_loss", "validation_accuracy"]

_BATCH: Mapping[str, Metric] = {"loss": "loss", "accuracy": "accuracy", "acc": "accuracy"}
_VALIDATION: Mapping[str, Metric] = {
    "loss": "validation_loss",
    "accuracy": "validation_accuracy",
    "acc": "validation_accuracy",
}


class WhenMetric(Breakpoint, frozen=True):
    """Stops when a figure of the run crosses a value."""

    kind: ClassVar[str] = "loss or accuracy"

    metric: Metric
    side: Literal["below", "above"]
    value: float

    @classmethod
    def parse(cls, first: str, rest: list[str], program: Program) -> Self | None:
        if first == "validation" and rest:
            metric, rest = _VALIDATION.get(rest[0]), rest[1:]
        else:
            metric = _BATCH.get(first)
        if metric is None:
            return None
        match rest:
            case ["below" | "above" as side, number]:
                return cls(metric=metric, side=side, value=read_number(number))
        name, value = metric.replace("_", " "), "0.3" if metric.endswith("loss") else "90%"
        raise TuiNNError(f"below or above which value? such as: {name} below {value}")

    @classmethod
    def suggest(cls, subject: Subject) -> str:
        return "loss below 0.3"

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
            return last_two(column[: passed.step])
        if passed.epoch is None:
            return math.nan, math.nan
        epochs = passed.history.epochs.until(passed.step)
        if not epochs or epochs[-1].epoch != passed.epoch:  # it had other samples
            return math.nan, math.nan
        return last_two(epochs.column(self.metric)[-2:].tolist())

    def _is_beyond(self, figure: float) -> bool:
        return figure < self.value if self.side == "below" else figure > self.value

    def _spelt(self, figure: float, digits: int) -> str:
        return f"{100 * figure:.{digits}g}%" if self._is_share else f"{figure:.{digits}g}"
