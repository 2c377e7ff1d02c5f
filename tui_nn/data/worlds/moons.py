"""Two half circles, each with an end inside the other."""

import numpy as np

from tui_nn.data.worlds.world import Drawn, drawn, in_turn

CENTRE = np.array([0.5, 0.25])  # of both together, which is moved to the origin


def _draw(rng: np.random.Generator, samples: int, noise: float) -> Drawn:
    labels = in_turn(samples, 2)
    angle = rng.uniform(0.0, np.pi, samples)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
    points = np.where(labels[:, None] == 0, upper, lower) - CENTRE
    return points + rng.normal(0.0, noise, (samples, 2)), labels


WORLD = drawn(
    "moons",
    "two half moons, one inside the other",
    ("upper", "lower"),
    _draw,
    samples=200,
    noise=0.05,
)
