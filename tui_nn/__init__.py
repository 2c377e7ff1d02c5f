"""The machine: a NumPy network and the debugger that steps it. Knows no terminal."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_nn.mistakes.checking.report import Report


def check(
    *,
    activation: str | None = None,
    output: str | None = None,
    loss: object = None,
    l2: float | None = None,
    **arrays: object,
) -> "Report":
    """Check gradients that were worked out by hand, and name the mistake.

    In a notebook: ``check(X=X, y=y, W1=W1, b1=b1, …, dW1=dW1, db1=db1, …)``. The report prints
    itself.

    Args:
        activation: Of the hidden layers: one name, or one for each, separated by commas.
        output: softmax or sigmoid.
        loss: cross-entropy or quadratic; or the number that came out.
        l2: λ of a penalty λ/2·‖W‖².
        arrays: By name, as in the files that ``tui-nn check`` reads.

    Raises:
        TuiNNError: Something is missing, is no array of numbers, or does not fit.
    """
    from tui_nn.mistakes.checking.check import check_arrays
    from tui_nn.mistakes.checking.choosing import Wishes

    named = loss if isinstance(loss, str) else None
    if loss is not None and named is None:
        arrays["loss"] = loss
    return check_arrays(arrays, Wishes(activation, output, named, l2))
