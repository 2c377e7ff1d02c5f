"""How many threads BLAS may use: one is fastest, and steady, until the matrices are large."""

import os

from threadpoolctl import threadpool_limits

# Multiplications of a step's largest product above which a second thread was measured to pay:
# batch 64 of 784·128 (6 million) lost by a fifth, batch 128 of 784·532 (53 million) won a third.
WORTH_A_SECOND = 25_000_000


def suitable_threads(multiplications: int, batch_size: int) -> int:
    """Return how many BLAS threads suit a step.

    Args:
        multiplications: Of its largest product, for one sample.
        batch_size: Samples of a step.
    """
    return available_cores() if multiplications * batch_size > WORTH_A_SECOND else 1


def available_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def pin_threads(count: int) -> None:
    """Hold BLAS to ``count`` threads from now on, in the whole process.

    The number of threads decides the order of additions, and so the last bits of a result.
    """
    threadpool_limits(limits=count, user_api="blas")
