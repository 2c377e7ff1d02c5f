"""Exclusive or: the four corners of a square, of which opposite ones belong together."""

import numpy as np

from tui_nn.data.worlds.world import Drawn, drawn

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0]])


def _draw(rng: np.random.Generator, samples: int, noise: float) -> Drawn:
    corner = np.arange(samples) % len(CORNERS)
    points = CORNERS[corner] + rng.normal(0.0, noise, (samples, 2))
    return points, corner % 2


WORLD = drawn(
    "xor",
    "exclusive or: no straight line parts its two classes",
    ("same", "different"),
    _draw,
    samples=200,
    noise=0.1,
)
