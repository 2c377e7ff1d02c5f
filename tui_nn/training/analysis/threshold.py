"""Precision against recall: the results of a yes-or-no network with every threshold."""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tui_nn.training.evaluation import Evaluation


class TradeOff(Struct, frozen=True, eq=False):
    """The results with every threshold that makes a difference, the highest first.

    Attributes:
        thresholds: float64 [K], halfway between two neighbouring outputs.
        precision: [K], of those that were said to be one, the share that is.
        recall: [K], of those that are one, the share that was found; never decreasing.
    """

    thresholds: NDArray[np.float64]
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]


def trade_off(evaluation: Evaluation) -> TradeOff:
    """Return the precision-recall curve of a single output.

    Going down the outputs in order, each is said to be a yes together with all above it; equal
    ones at once. Thresholds above all outputs are left out: nothing is said, so no precision. An
    output of 0 is above no threshold.

    Args:
        evaluation: Of a binary task, with finite outputs.
    """
    order = np.argsort(-evaluation.outputs[:, 0], kind="stable")
    outputs = evaluation.outputs[order, 0].astype(np.float64)
    found = np.cumsum(evaluation.truth[order] == 1)
    following = np.append(outputs[1:], 0.0)
    last = np.flatnonzero(outputs > following)  # of each run of equal outputs
    with np.errstate(invalid="ignore"):
        recall = found[last] / found[-1]
    return TradeOff((outputs[last] + following[last]) / 2, found[last] / (last + 1), recall)
