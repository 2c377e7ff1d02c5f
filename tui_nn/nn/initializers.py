"""How weights begin. Biases begin at zero."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from tui_nn.nn.tensors import Array

Initializer = Callable[[np.random.Generator, int, int], Array]


def he(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    """Draw from N(0, 2/fan_in): He et al., Delving Deep into Rectifiers (2015), equation 10."""
    return rng.normal(0.0, np.sqrt(2 / fan_in), (fan_in, fan_out))


def glorot(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    """Draw evenly from ±√(6/(fan_in + fan_out)): Glorot and Bengio (2010), equation 16."""
    limit = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, (fan_in, fan_out))


def normal(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    """Draw from N(0, 1)."""
    return rng.normal(0.0, 1.0, (fan_in, fan_out))


def lecun(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    """Draw from N(0, 1/fan_in): LeCun et al., Efficient BackProp (1998), section 4.6."""
    return rng.normal(0.0, np.sqrt(1 / fan_in), (fan_in, fan_out))


def normal_over_sum(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    """Draw from N(0, 1) and divide by the sum of all that was drawn.

    That sum is near 0 as often as not: how large the weights are is a matter of luck, which is
    what the recipes that begin so are there to show.
    """
    drawn: Array = rng.normal(0.0, 1.0, (fan_in, fan_out))
    drawn /= drawn.sum()
    return drawn


def zeros(rng: np.random.Generator, fan_in: int, fan_out: int) -> Array:
    """Return zeros, from which every neuron of a layer learns the same."""
    return np.zeros((fan_in, fan_out))


INITIALIZERS: Mapping[str, Initializer] = MappingProxyType(
    {
        "he": he,
        "glorot": glorot,
        "lecun": lecun,
        "normal": normal,
        "normal-over-sum": normal_over_sum,
        "zeros": zeros,
    }
)
