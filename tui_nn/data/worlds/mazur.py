"""The example from which many learn backpropagation: one sample, two inputs and two targets.

Matt Mazur, A Step by Step Backpropagation Example (2015).
"""

from collections.abc import Mapping

import numpy as np

from tui_nn.data.dataset import SPLITS, Split
from tui_nn.data.form import Form
from tui_nn.data.worlds.world import World

INPUTS, TARGETS = (0.05, 0.10), (0.01, 0.99)

FORM = Form((2,), ("o1", "o2"), plain=True, targets=(TARGETS,))


def _make(samples: int, noise: float) -> Mapping[str, Split]:
    del samples, noise  # there is the one sample
    only = Split(np.array([INPUTS], np.float32), np.zeros(1, np.uint8), FORM)
    return dict.fromkeys(SPLITS, only)


WORLD = World("mazur", "one sample of two numbers, by Matt Mazur", FORM, _make)
