"""The embedded digits at 8×8 pixels: a network for them fits on a screen."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import SPLITS, Split
from tui_nn.data.form import DIGIT_NAMES, Form
from tui_nn.data.worlds.world import World

SIDE, BLOCK = 8, 4

FORM = Form((SIDE, SIDE), DIGIT_NAMES, ("digit", "digits"))


def _make(samples: int, noise: float) -> Mapping[str, Split]:
    del samples, noise  # they are as many as the embedded ones
    from tui_nn.data.embedded import load_embedded

    whole = load_embedded()
    return {name: Split(pooled(whole[name].images), whole[name].labels, FORM) for name in SPLITS}


def pooled(images: NDArray[Any]) -> NDArray[np.uint8]:
    """Return the mean of each 4×4 pixels, with a margin that makes 32×32 of 28×28 first."""
    margin = (SIDE * BLOCK - images.shape[1]) // 2
    padded = np.pad(images, ((0, 0), (margin, margin), (margin, margin)))
    blocks = padded.reshape(len(images), SIDE, BLOCK, SIDE, BLOCK)
    pooled: NDArray[np.uint8] = np.rint(blocks.mean(axis=(2, 4))).astype(np.uint8)
    return pooled


WORLD = World("digits8", "the embedded digits, 8×8 pixels small", FORM, _make)
