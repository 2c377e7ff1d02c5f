"""The loss of a batch along its step: what another learning rate would have done."""

from collections.abc import Callable
from enum import StrEnum

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from tui_nn.nn.operation import StepContext, run
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Arrays
from tui_nn.training.analysis.recompute import in_float64, without_earlier_chunks
from tui_nn.training.session.snapshot import Computed

GRADIENT = "∇W"

Floats = NDArray[np.float64]

DECADES = 3  # to each side of η
POINTS = 7  # for each decade
FURTHER = 12  # decades, where the best is not among those
ROUNDS = 3  # of looking closer at the best
CLOSER = 9  # lengths in each of them

ROUNDING = 1e-12  # of the loss; what is less than that is no change
# Shares of the loss that could be taken off. Below the best length a step that takes less than
# these is too short, or short; beyond it, one that keeps less has jumped over the valley.
SMALL, SHORT, FAIR = 0.1, 0.25, 0.75


class Fit(StrEnum):
    """How a learning rate suits a batch."""

    TOO_HIGH = "too high"
    TOO_LOW = "too low"
    CAUTIOUS = "cautious"
    ABOUT_RIGHT = "about right"
    FLAT = "flat"
    UPHILL = "uphill"
    NOT_FINITE = "not finite"


class StepLoss(Struct, frozen=True, eq=False):
    """The loss of one batch at W − t·Δ, for many lengths t.

    Attributes:
        rate: η, which is among the lengths.
        start: The loss at t = 0.
        reached: The loss at t = η.
        lengths: [N], all above 0, rising.
        losses: [N], the loss at each; what is not finite stays so.
        direction: Δ, as it is written: the gradient ∇W, or what an optimiser makes of it, which
            is its change for η = 1.
        objective: What is called the loss: L, or J with the price of large weights.
    """

    rate: float
    start: float
    reached: float
    lengths: Floats
    losses: Floats
    direction: str = GRADIENT
    objective: str = "L"

    @property
    def best(self) -> float:
        """The length at which the loss is least; 0 if it is nowhere less than at the start."""
        if not self.lowest < self.start * (1 - ROUNDING):
            return 0.0
        return float(self.lengths[np.flatnonzero(self.losses == self.lowest)[0]])

    @property
    def lowest(self) -> float:
        """The least loss."""
        return float(np.fmin.reduce(self.losses, initial=self.start))

    @property
    def gained(self) -> float:
        """How much of what the best length takes off the loss η takes off; below 0, it adds."""
        possible = self.start - self.lowest
        return (self.start - self.reached) / possible if possible > 0 else 0.0

    @property
    def fit(self) -> Fit:
        """Whether η is too high or too low for this batch."""
        if not np.isfinite(self.start):
            return Fit.NOT_FINITE
        if self.best == 0 and self.direction != GRADIENT and self.reached > self.start:
            return Fit.UPHILL  # an optimiser may go on where this batch would turn back
        if not self.reached <= self.start * (1 + ROUNDING):
            return Fit.TOO_HIGH
        if self.best == 0:
            return Fit.FLAT
        if self.rate > self.best and self.gained < FAIR:
            return Fit.TOO_HIGH
        if self.rate < self.best and self.gained < SHORT:
            return Fit.TOO_LOW if self.gained < SMALL else Fit.CAUTIOUS
        return Fit.ABOUT_RIGHT


def measure_step_loss(
    program: Program,
    computed: Computed,
    rate: float | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> StepLoss | None:
    """Work out the loss of a step's batch along its update, in float64.

    Plain gradient descent goes along the negative gradient; other optimisers along what they
    make of it. Of a batch in chunks the loss is the last one's.

    Args:
        program: The operations of a step.
        computed: The step; see ``step_in_hand``.
        rate: η; by default the step's own.
        is_cancelled: Asked before each length.

    Returns:
        The losses, or None if it was cancelled.
    """
    rate = computed.context.learning_rate if rate is None else rate
    loss_at = _losses(program, computed)
    found: dict[float, float] = {}

    def measure(lengths: Floats) -> bool:
        for length in map(float, lengths):
            if is_cancelled():
                return False
            found[length] = loss_at(length)
        return True

    around = np.geomspace(rate / 10**DECADES, rate * 10**DECADES, 2 * DECADES * POINTS + 1)
    around[DECADES * POINTS] = rate
    if not measure(np.append(0.0, around)):
        return None
    for _ in range(FURTHER):
        further = _further(found)
        if not len(further) or not measure(further):
            break
    for _ in range(ROUNDS):
        if not measure(_closer(found)):
            return None
    start = found.pop(0.0)
    lengths = np.array(sorted(found))
    losses = np.array([found[length] for length in map(float, lengths)])
    direction = GRADIENT if program.is_plain_descent else "Δ"
    return StepLoss(rate, start, found[rate], lengths, losses, direction, program.objective)


def _losses(program: Program, computed: Computed) -> Callable[[float], float]:
    """Return what gives the batch's loss at a length."""
    tensors, context = in_float64(program, computed), without_earlier_chunks(computed.context)
    before = {name: tensors[name].copy() for name in program.network.shapes}
    if context.start and computed.done >= len(program.differentiating):
        for name in before:  # the whole batch's gradient, which only the step itself can know
            gradient = program.gradient_of(name).name
            tensors[gradient][...] = computed.tensors[gradient]
    direction = _direction(program, tensors, before, context)

    def loss_at(length: float) -> float:
        with np.errstate(all="ignore"):
            for name, parameter in before.items():
                np.subtract(parameter, length * direction[name], out=tensors[name])
            run(program.costing, tensors, context)
        return float(tensors[program.objective])

    return loss_at


def _direction(
    program: Program, tensors: Arrays, before: Arrays, context: StepContext
) -> dict[str, Floats]:
    """Return what an update with a learning rate of 1 takes from each parameter."""
    if program.is_plain_descent:
        return {name: tensors[each.name].copy() for name, each in program.gradients.items()}
    with np.errstate(all="ignore"):  # in every optimiser the change is proportional to η
        run(program.updating, tensors, replace(context, learning_rate=1.0))
        return {name: values - tensors[name] for name, values in before.items()}


def _ranked(found: dict[float, float]) -> tuple[list[float], int]:
    """Return the lengths in order, and which has the least loss; 0 if no other is better."""
    lengths = sorted(found)
    losses = np.array([found[length] for length in lengths])
    return lengths, int(np.argmin(np.where(np.isfinite(losses), losses, np.inf)))


def _further(found: dict[float, float]) -> Floats:
    """Return a decade more on the side on which the best length lies outside, or nothing."""
    lengths, best = _ranked(found)
    if best == len(lengths) - 1 and found[lengths[0]] > found[lengths[best]]:
        return np.geomspace(lengths[-1], 10 * lengths[-1], POINTS + 1)[1:]
    if best == 0 and found[lengths[1]] > found[0.0]:
        return np.geomspace(lengths[1] / 10, lengths[1], POINTS + 1)[:-1]
    return np.empty(0)


def _closer(found: dict[float, float]) -> Floats:
    """Return lengths between the neighbours of the best one so far."""
    lengths, best = _ranked(found)
    if not 1 < best < len(lengths) - 1:
        return np.empty(0)
    return np.geomspace(lengths[best - 1], lengths[best + 1], CLOSER + 2)[1:-1]
