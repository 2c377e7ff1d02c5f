"""Every random number comes from a generator named by what it is for.

Deriving each stream from (seed, purpose, counters) means that any step can be computed again,
bit for bit, without storing the state of a generator.
"""

from enum import IntEnum

import numpy as np


class Purpose(IntEnum):
    """What a stream of random numbers is for. Values are part of saved runs: never renumber."""

    SPLIT = 1
    SHUFFLE = 2
    INITIAL_WEIGHTS = 3
    GRADIENT_CHECK = 4
    AUGMENTATION = 5
    DROPOUT = 6
    OVERSAMPLING = 7
    SWEEP = 8
    WORLD = 9
    PROBLEM = 10


def generator(seed: int, purpose: Purpose, *counters: int) -> np.random.Generator:
    """Return the generator for one purpose.

    Args:
        seed: The run's seed, not negative.
        purpose: What the numbers are for.
        counters: Which one of several, such as the epoch, the step or the layer, from 1: a 0 at
            the end would name the same stream as no counter.
    """
    return np.random.default_rng([seed, int(purpose), *counters])
