"""Where a yes-or-no network's output becomes a yes, and what that trades for what."""

from typing import Literal

import numpy as np

from screens.evaluate.model import plural, taken_for
from screens.shapes.curves import Curves, Series
from screens.shapes.format import figure
from tui_nn.data.task import THRESHOLD
from tui_nn.training.analysis.threshold import TradeOff
from tui_nn.training.evaluation import Evaluation

_STOPS = 50


def trade_off_curves(curve: TradeOff, evaluation: Evaluation) -> Curves:
    """Return precision against recall for every threshold, with the present one marked."""
    every = Series("others", 100 * curve.recall, 100 * curve.precision, tone=0)
    here = 100 * evaluation.recall[1:], 100 * evaluation.precision[1:]
    there = bool(np.isfinite(here).all())
    now = [Series("now", *here, tone=1)] if there else []
    return Curves(
        (*now, every),
        title="precision by recall",
        x_label="recall %",
        x_limits=(0.0, 100.0),
        y_limits=(0.0, 100.0),
        cursor=round(float(here[0][0])) if there else None,
        empty="no output is above 0",
    )


def moved_threshold(curve: TradeOff, evaluation: Evaluation, steps: int) -> float:
    """Return the threshold some steps above or below; a step is about 2 % of recall.

    The last one says always yes. One half is among them, and none that comes to the same as that.
    """
    if not len(curve.thresholds):
        return evaluation.threshold
    shares = np.linspace(0, 1, _STOPS + 1)
    places = [*np.searchsorted(curve.recall, shares).clip(max=len(curve.recall) - 1), -1]
    half = _said(evaluation, THRESHOLD)
    others = [each for each in curve.thresholds[places] if _said(evaluation, each) != half]
    stops = np.unique([*others, THRESHOLD])
    side: Literal["left", "right"] = "right" if steps > 0 else "left"
    place = int(np.searchsorted(stops, evaluation.threshold, side)) + steps - (steps > 0)
    return float(stops[min(max(place, 0), len(stops) - 1)])


def _said(evaluation: Evaluation, threshold: float) -> int:
    """Return how often a threshold says yes."""
    return int(np.count_nonzero(evaluation.outputs > np.float64(threshold)))


def threshold_words(evaluation: Evaluation) -> str:
    """Return what the threshold does."""
    task = evaluation.task
    yes, many = taken_for(task, 1), plural(task, 1)
    outputs = evaluation.outputs
    return (
        f"It says {yes} where its output is above {figure(evaluation.threshold)}; the outputs go "
        f"from {figure(float(outputs.min()))} to {figure(float(outputs.max()))}. "
        f"t raises that threshold: fewer false alarms, but more {many} missed. T lowers it."
    )
