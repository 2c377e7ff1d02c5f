"""The table of mistakes. A new one is a row of one of the modules that it is put together from."""

from tui_nn.errors import TuiNNError
from tui_nn.mistakes.gradients.biases import BIASES
from tui_nn.mistakes.gradients.output import OUTPUT
from tui_nn.mistakes.gradients.slopes import SLOPES
from tui_nn.mistakes.gradients.softmax import SOFTMAX
from tui_nn.mistakes.gradients.weights import WEIGHTS
from tui_nn.mistakes.mistake import Mistake
from tui_nn.mistakes.running.dropping import DROPPING
from tui_nn.mistakes.running.loss import LOSS
from tui_nn.mistakes.running.measuring import MEASURING
from tui_nn.mistakes.running.samples import SAMPLES
from tui_nn.mistakes.running.updates import UPDATES

GRADIENTS = (*SOFTMAX, *OUTPUT, *BIASES, *WEIGHTS, *SLOPES)
"""Those in the gradients, in the order of the backward pass."""

MISTAKES: dict[str, Mistake] = {
    mistake.name: mistake
    for mistake in (*GRADIENTS, *SAMPLES, *UPDATES, *DROPPING, *LOSS, *MEASURING)
}


def mistake_of(name: str) -> Mistake:
    """Return a mistake by its name.

    Raises:
        TuiNNError: There is none.
    """
    if name not in MISTAKES:
        raise TuiNNError(f"no mistake {name}: expected one of {', '.join(MISTAKES)}")
    return MISTAKES[name]
