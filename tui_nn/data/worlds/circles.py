"""A disc's edge inside a circle."""

import numpy as np

from tui_nn.data.worlds.world import Drawn, drawn, in_turn

INNER = 0.5  # radius; the outer circle's is 1


def _draw(rng: np.random.Generator, samples: int, noise: float) -> Drawn:
    labels = in_turn(samples, 2)
    angle = rng.uniform(0.0, 2 * np.pi, samples)
    radius = np.where(labels == 1, INNER, 1.0)
    points = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return points + rng.normal(0.0, noise, (samples, 2)), labels


WORLD = drawn(
    "circles",
    "a circle within a circle",
    ("outer", "inner"),
    _draw,
    samples=200,
    noise=0.05,
)
