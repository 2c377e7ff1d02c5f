"""Round clouds of points, on the corners of a triangle."""

import numpy as np

from tui_nn.data.worlds.world import Drawn, drawn, in_turn

NAMES = ("left", "right", "top")
CENTRES = np.array([[-1.0, -0.6], [1.0, -0.6], [0.0, 1.0]])


def _draw(rng: np.random.Generator, samples: int, noise: float) -> Drawn:
    labels = in_turn(samples, len(CENTRES))
    return CENTRES[labels] + rng.normal(0.0, noise, (samples, 2)), labels


WORLD = drawn(
    "blobs",
    "three clouds, which straight lines part",
    NAMES,
    _draw,
    samples=300,
    noise=0.3,
)
