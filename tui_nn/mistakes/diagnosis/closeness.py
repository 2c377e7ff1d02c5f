"""When two arrays are the same, but for rounding."""

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from msgspec import Struct

from tui_nn.mistakes.diagnosis.problem import Problem
from tui_nn.nn import derived
from tui_nn.nn.gradcheck import relative_error
from tui_nn.nn.operation import Phase
from tui_nn.nn.tensor import Array, Role

# By the type in which somebody has computed: far above what rounding leaves of a sum, and below
# what a mistake does.
TOLERANCES = {"float16": 1e-2, "float32": 1e-4, "float64": 1e-6}
ROUNDINGS = 16  # how many times rounding may add up


class Closeness(Struct, frozen=True, eq=False, dict=True):
    """Compares gradients of a problem.

    Where numbers of different signs nearly cancel, what is left may be all rounding: so beside the
    relative error there is a bound by the sizes of what was added up.

    Attributes:
        problem: Whose gradients.
        dtype: In which somebody has computed them.
    """

    problem: Problem
    dtype: np.dtype[np.floating]

    @property
    def tolerance(self) -> float:
        """The largest relative error that is none."""
        return TOLERANCES.get(self.dtype.name, TOLERANCES["float64"])

    def is_close(self, name: str, given: Array, expected: Array) -> bool:
        """Return whether a gradient is what was expected."""
        if given.shape != expected.shape or not np.isfinite(given).all():
            return False
        if relative_error(given, expected) <= self.tolerance:
            return True
        return float(np.linalg.norm(given - expected)) <= self._slack[name]

    @cached_property
    def _slack(self) -> Mapping[str, float]:
        """By gradient, the length of what rounding can leave of what was added up."""
        problem, program = self.problem, self.problem.program
        sizes = {name: np.abs(array) for name, array in problem.tensors.items()}
        unit = float(np.finfo(self.dtype).eps) * ROUNDINGS * (problem.depth + 1)
        last = program.find_one(Role.PRE_ACTIVATION, problem.depth)
        # A probability is off by as many roundings as its logit has units.
        logits = 1 + float(sizes[last.name].max(initial=0))
        # Our own sigmoid, ½(1 + tanh(z/2)), is exact to a float64's rounding of 1.
        own = float(np.finfo(np.float64).eps / np.finfo(self.dtype).eps)
        output = sizes[program.output.name] + sizes[program.labels.name] + own
        for each in program.tensors.values():
            if each.role in (Role.ACTIVATION, Role.DROPPED):
                sizes[each.name] += own
        sizes[derived.delta(last).name][...] = logits * output / problem.samples
        for operation in program.phase(Phase.BACKWARD)[1:]:
            if operation.result.role is Role.DELTA:
                # A slope is at most 1, and may be all rounding where a unit is saturated.
                error = sizes[operation.reads[0].name].copy()
                z = operation.result.of
                assert z
                if program.network.activation(z.layer or 0).kink is not None:
                    at_kink = sizes[z.name] <= unit * (1 + sizes[z.name].max(initial=0))
                    error[at_kink] /= unit  # rounding decides on which side it is
                sizes[operation.name][...] = error
                continue
            operation.run(sizes, problem.context)
        return {name: unit * float(np.linalg.norm(sizes[name])) for name in problem.names}
