"""How weights begin. Biases begin at zero. A new way is a row of ``INITIALIZERS``."""

from collections.abc import Callable

import numpy as np
from msgspec import Struct

from tui_nn.nn.tensor import Array, Shape


class Initializer(Struct, frozen=True):
    """How weights begin.

    Attributes:
        name: As recipes spell it.
        draw: ``draw(rng, fan_in, fan_out, shape)`` returns weights in float64.
        summary: What it does, for the form; n is fan_in.
    """

    name: str
    draw: Callable[[np.random.Generator, int, int, Shape], Array]
    summary: str


def he(rng: np.random.Generator, fan_in: int, fan_out: int, shape: Shape) -> Array:
    """Draw from N(0, 2/fan_in): He et al., Delving Deep into Rectifiers (2015), equation 10."""
    return rng.normal(0.0, np.sqrt(2 / fan_in), shape)


def glorot(rng: np.random.Generator, fan_in: int, fan_out: int, shape: Shape) -> Array:
    """Draw uniformly from ±√(6/(fan_in + fan_out)): Glorot and Bengio (2010), equation 16."""
    limit = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, shape)


def normal(rng: np.random.Generator, fan_in: int, fan_out: int, shape: Shape) -> Array:
    """Draw from N(0, 1)."""
    return rng.normal(0.0, 1.0, shape)


def lecun(rng: np.random.Generator, fan_in: int, fan_out: int, shape: Shape) -> Array:
    """Draw from N(0, 1/fan_in): LeCun et al., Efficient BackProp (1998), section 4.6."""
    return rng.normal(0.0, np.sqrt(1 / fan_in), shape)


def normal_over_sum(rng: np.random.Generator, fan_in: int, fan_out: int, shape: Shape) -> Array:
    """Draw from N(0, 1) and divide by the sum of all draws.

    That sum is often near 0, so the size of the weights is a matter of luck: the recipes that
    begin like this are there to show it.
    """
    drawn: Array = rng.normal(0.0, 1.0, shape)
    drawn /= drawn.sum()
    return drawn


def zeros(rng: np.random.Generator, fan_in: int, fan_out: int, shape: Shape) -> Array:
    """Return zeros, from which every unit of a layer learns the same."""
    return np.zeros(shape)


INITIALIZERS: dict[str, Initializer] = {
    initializer.name: initializer
    for initializer in (
        Initializer("he", he, "N(0, 2/n): made for relu, which silences half of them"),
        Initializer("glorot", glorot, "uniform in ±√(6/(n + neurons)): made for tanh and sigmoid"),
        Initializer("lecun", lecun, "N(0, 1/n): z is about as large as the inputs are"),
        Initializer("normal", normal, "N(0, 1): z grows with √n, so that sigmoids begin flat"),
        Initializer(
            "normal-over-sum",
            normal_over_sum,
            "N(0, 1) divided by the sum of all: their size is luck",
        ),
        Initializer("zeros", zeros, "a layer's neurons stay all alike: nothing tells them apart"),
    )
}
