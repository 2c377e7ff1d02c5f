"""Two spirals around each other: Lang and Witbrock, Learning to Tell Two Spirals Apart (1988)."""

import numpy as np

from tui_nn.data.worlds.world import Drawn, drawn, in_turn

TURNS = 1.75  # of each arm; theirs had 3
START = 0.1  # radius of the arms' beginning; they end at 1


def _draw(rng: np.random.Generator, samples: int, noise: float) -> Drawn:
    labels = in_turn(samples, 2)
    way = rng.uniform(0.0, 1.0, samples)
    angle, radius = 2 * np.pi * TURNS * way + np.pi * labels, START + (1 - START) * way
    points = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return points + rng.normal(0.0, noise, (samples, 2)), labels


WORLD = drawn(
    "spirals",
    "two spirals, wound around each other",
    ("first", "second"),
    _draw,
    samples=400,
    noise=0.02,
)
