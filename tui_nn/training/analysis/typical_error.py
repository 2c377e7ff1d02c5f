"""How far off the outputs are, where numbers are wanted and no answer is right or wrong."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tui_nn.training.recipe.recipe import Recipe


def typical_error(recipe: Recipe, loss: ArrayLike) -> NDArray[np.float64]:
    """Return the root of the mean of (p − y)², over samples and outputs.

    The quadratic cost is ½·Σ (p − y)² over the outputs, so that this is √(2·L/outputs).

    Args:
        recipe: What was trained, and for which outputs.
        loss: Its mean loss, or several of them.

    Returns:
        An error for each loss; NaN where the cost is another one.
    """
    losses = np.asarray(loss, np.float64)
    if recipe.training.loss != "quadratic":
        return np.full_like(losses, np.nan)
    root: NDArray[np.float64] = np.sqrt(2 * losses / recipe.task.outputs)
    return root
