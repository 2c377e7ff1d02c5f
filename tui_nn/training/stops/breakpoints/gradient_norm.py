"""A breakpoint at the length of a layer's gradient."""

import math
from typing import ClassVar, Self

from tui_nn.data.dataset import Dataset
from tui_nn.errors import TuiNNError
from tui_nn.nn.program import Program
from tui_nn.training.stops.breakpoints.breakpoint import Breakpoint, Passed, last_two
from tui_nn.training.stops.spelling import read_number, read_whole
from tui_nn.training.stops.subject import Subject


class WhenGradientNorm(Breakpoint, frozen=True):
    """Stops when a layer's gradient, as one vector, becomes too short or too long."""

    kind: ClassVar[str] = "a gradient's length"
    needs_norms: ClassVar[bool] = True

    layer: int
    low: float | None = None
    high: float | None = None

    @classmethod
    def parse(cls, first: str, rest: list[str], program: Program) -> Self | None:
        if first != "gradient":
            return None
        match [word for word in rest if word not in ("norm", "of", "layer")]:
            case [layer, "below", low]:
                return cls(layer=read_whole(layer), low=read_number(low))
            case [layer, "above", high]:
                return cls(layer=read_whole(layer), high=read_number(high))
            case [layer, "outside", low, "to" | "and" | "or", high]:
                return cls(layer=read_whole(layer), low=read_number(low), high=read_number(high))
        raise TuiNNError("which layer and lengths? such as: gradient of layer 1 outside 0.01 to 10")

    @classmethod
    def suggest(cls, subject: Subject) -> str:
        return f"gradient of layer {subject.layer} outside 0.01 to 10"

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
        before, now = last_two(norms.tolist())
        side = self._outside(now)
        if not side or self._outside(before):
            return ""
        return f"‖∇‖ of layer {self.layer} {side}: {now:.3g}, step {passed.step}"

    def _outside(self, norm: float) -> str:
        if self.low is not None and norm < self.low:
            return f"below {self.low:.10g}"
        if self.high is not None and norm > self.high:
            return f"above {self.high:.10g}"
        return ""
