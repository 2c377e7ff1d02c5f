"""Checks a gradient numerically: one parameter of a step is nudged, in float64."""

from enum import StrEnum

import numpy as np
from msgspec import Struct

from tui_nn.nn.explain import Index
from tui_nn.nn.gradcheck import depending, nudge_parameter, relative_error
from tui_nn.nn.program import Program
from tui_nn.training.analysis.recompute import in_float64, without_earlier_chunks
from tui_nn.training.session.snapshot import Computed

EPSILON = 1e-5  # ε² of curvature and 1e-16/ε of rounding are then both far below the tolerances
RELATIVE, ABSOLUTE = 1e-6, 1e-9


class Agreement(StrEnum):
    """The result of a check."""

    AGREES = "agrees"
    DIFFERS = "differs"
    KINK = "kink"
    NOT_FINITE = "not finite"


class LiveCheck(Struct, frozen=True):
    """One parameter's gradient, computed in two ways.

    Attributes:
        name: The parameter's tensor.
        index: Which element of it.
        value: What it is.
        epsilon: How far it was nudged, up and down.
        loss: L, or J, with the parameter as it is.
        above: The same with ε more.
        below: The same with ε less.
        analytic: ∂L/∂w by backpropagation, in float64.
        stored: The same as the step stored it, in float32; None if it has not come so far.
        crossed: How many samples were taken across a kink of an activation.
        batch: How many samples the loss is the mean of.
        at_zero: Whether the weight itself was taken across the kink of L1's |w|.
        of: How many samples the step's batch has, if those are only its last chunk; else 0.
        objective: What the gradient is of: L, or J with the price of large weights.
    """

    name: str
    index: Index
    value: float
    epsilon: float
    loss: float
    above: float
    below: float
    analytic: float
    stored: float | None
    crossed: int
    batch: int
    at_zero: bool = False
    of: int = 0
    objective: str = "L"

    @property
    def numeric(self) -> float:
        """(L₊ − L₋)/2ε."""
        return (self.above - self.below) / (2 * self.epsilon)

    @property
    def relative_error(self) -> float:
        """|g − ĝ|/(|g| + |ĝ|), or 0 where both are zero."""
        return relative_error(np.array(self.analytic), np.array(self.numeric))

    @property
    def agreement(self) -> Agreement:
        """Whether the two are the same but for rounding; at a kink there is nothing to compare."""
        difference = abs(self.analytic - self.numeric)
        if not np.isfinite(difference):
            return Agreement.NOT_FINITE
        if self.crossed or self.at_zero:
            return Agreement.KINK
        close = difference <= ABSOLUTE or self.relative_error <= RELATIVE
        return Agreement.AGREES if close else Agreement.DIFFERS


def check_element(
    program: Program, computed: Computed, name: str, index: Index, epsilon: float = EPSILON
) -> LiveCheck:
    """Compare backpropagation with a central difference, for one parameter on one batch.

    Args:
        program: Whose gradient.
        computed: The step; see ``step_in_hand``.
        name: The parameter's tensor.
        index: Which element of it.
        epsilon: ε.
    """
    tensors = in_float64(program, computed)
    loss = float(tensors[program.objective])
    gradient = program.gradient_of(name).name
    analytic = float(tensors[gradient][index])
    with np.errstate(all="ignore"):
        affected = depending(program.costing, name)
        context = without_earlier_chunks(computed.context)
        nudge = nudge_parameter(affected, tensors, context, name, index, epsilon)
    has_gradient = program.is_written(gradient, computed.done)
    whole = not computed.context.start  # else what was stored adds up chunks that are gone
    return LiveCheck(
        name=name,
        index=index,
        value=float(computed.before[name][index]),
        epsilon=epsilon,
        loss=loss,
        above=nudge.above,
        below=nudge.below,
        analytic=analytic,
        stored=float(computed.tensors[gradient][index]) if has_gradient and whole else None,
        crossed=int(nudge.crossed.sum()),
        batch=len(nudge.crossed),
        at_zero=nudge.at_zero,
        of=computed.context.samples,
        objective=program.objective,
    )
