"""What the plot along the step shows: the loss against its length, and what that says of η."""

import numpy as np
from msgspec import Struct

from screens.shapes.curves import Curves, Series
from screens.shapes.format import figure
from tui_nn.nn.operation import StepContext
from tui_nn.nn.program import Program
from tui_nn.training.analysis.step_loss import Fit, Floats, StepLoss

SIGNS = {
    Fit.ABOUT_RIGHT: "✓",
    Fit.CAUTIOUS: "✓",
    Fit.TOO_LOW: "!",
    Fit.TOO_HIGH: "!",
    Fit.FLAT: "!",
    Fit.UPHILL: "!",
    Fit.NOT_FINITE: "✗",
}
CAVEAT = (
    "The best length for this batch is often too long for all the others: a rate "
    "somewhat below it learns more steadily."
)


class AlongView(Struct, frozen=True, eq=False):
    """The loss along a step, and what to make of it.

    Attributes:
        curves: The plot.
        outcome: What the step does to the loss, and what the best one would.
        sign: ✓, ! or ✗.
        verdict: Whether η is too high or too low.
    """

    curves: Curves
    outcome: str
    sign: str
    verdict: str


def along_title(context: StepContext) -> str:
    """Return which step it is along, and over how many samples the loss is."""
    rows = f"{len(context.indices):,}"
    samples = f"the last {rows} of its {context.samples:,}" if context.samples else f"its {rows}"
    return f"Along step {context.step}: the loss of {samples} samples"


def direction_words(program: Program) -> str:
    """Return what the step goes along, where that is not the gradient; else ""."""
    if program.is_plain_descent:
        return ""
    if any(each.mistaken for each in program.updating):
        return "Δ is what the updates of this run take from the weights, for η = 1. "
    return f"Δ is {program.optimizer.direction or 'the clipped gradient'}, for η = 1. "


def along_view(along: StepLoss, *, is_over: bool) -> AlongView:
    """Return the plot and the words.

    Args:
        along: What was worked out.
        is_over: Whether the step has been made; then the best length *would have been* it.
    """
    return AlongView(
        curves(along), _outcome(along, is_over=is_over), SIGNS[along.fit], _verdict(along)
    )


def curves(along: StepLoss) -> Curves:
    """Return the loss over the length of the step, with η and the best length marked."""
    lengths = np.log10(along.lengths)
    ends = lengths[[0, -1]]
    low, high = _heights(along)
    upright = np.array([low, high])
    name = "loss of this batch" if along.objective == "L" else f"{along.objective} of this batch"
    marks = [Series(f"η = {along.rate:.4g}", np.full(2, np.log10(along.rate)), upright, tone=1)]
    if along.best:
        at = np.full(2, np.log10(along.best))
        marks.append(Series(f"best = {figure(along.best, 2)}", at, upright, tone=2))
    start = Series("no step", ends, np.full(2, along.start), tone=0, faint=True)
    return Curves(
        (Series(name, *_cut(lengths, along.losses, high), tone=0), *marks, start),
        x_label=f"t: how far the step W − t·{along.direction} goes",
        log_x=True,
        x_limits=(float(ends[0]), float(ends[1])),
        y_limits=(low, high),
        empty="the loss is not finite, however short the step",
    )


def _cut(x: Floats, y: Floats, high: float) -> tuple[Floats, Floats]:
    """Cut a curve off where it leaves the plot; what is not finite stays, to be counted.

    Too long a step can make the loss a million times what it was, and plotext draws every dot of
    the way there.
    """
    above = np.isfinite(y) & (y > high)
    x, y, keep = x.copy(), y.copy(), ~above
    for inside, outside in ((slice(None, -1), slice(1, None)), (slice(1, None), slice(None, -1))):
        crosses = above[outside] & (y[inside] <= high)
        share = (high - y[inside][crosses]) / (y[outside][crosses] - y[inside][crosses])
        x[outside][crosses] += (1 - share) * (x[inside][crosses] - x[outside][crosses])
        y[outside][crosses] = high
        keep[outside] |= crosses
    return x[keep], y[keep]


def _heights(along: StepLoss) -> tuple[float, float]:
    """Return the ends of the y axis: the valley fills it, and the loss at η is seen if it can."""
    if not np.isfinite(along.start):
        return 0.0, 1.0
    valley = max(along.start - along.lowest, along.start / 20, 1e-6)
    high = along.start + 0.6 * valley
    if along.start < along.reached < np.inf:
        high = max(high, min(along.reached + 0.3 * valley, along.start + 5 * valley))
    return max(along.lowest - 0.2 * valley, 0.0), high


def _outcome(along: StepLoss, *, is_over: bool) -> str:
    first, reached = figure(along.start, 4), figure(along.reached, 4)
    what = "the loss" if along.objective == "L" else "J (loss and penalty)"
    words = f"At η = {along.rate:.4g} {what} of this batch goes from {first} to {reached}"
    if not along.best:
        return f"{words}; no length lowers it."
    would_be = "would have been" if is_over else "would be"
    best, lowest = figure(along.best, 2), figure(along.lowest, 4)
    return f"{words}; the best length {would_be} {best}: down to {lowest}."


def _verdict(along: StepLoss) -> str:
    share = f"{100 * along.gained:.0f} %" if along.gained >= 0.01 else "less than 1 %"
    match along.fit:
        case Fit.NOT_FINITE:
            return "The loss is not finite even without a step."
        case Fit.FLAT:
            return "Flat: the gradient is 0, so no step changes anything."
        case Fit.UPHILL:
            return (
                "Uphill: no length lowers the loss of this batch. An optimiser that remembers may "
                "still move as in the batches before; plain gradient descent never should."
            )
        case Fit.TOO_HIGH if not along.reached <= along.start:
            return "Too high: the step jumps over the minimum, and ends higher than it began."
        case Fit.TOO_HIGH:
            return f"Too high: the step goes past the minimum, and keeps {share} of its gain."
        case Fit.TOO_LOW:
            return f"Too low: the step takes {share} of what one step could."
        case Fit.CAUTIOUS:
            return f"Cautious: the step takes {share} of what one step could; short, but safe."
        case _:
            return f"About right: the step takes {share} of what one step could."
