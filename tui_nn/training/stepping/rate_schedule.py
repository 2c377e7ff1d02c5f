"""How the learning rate changes while a run trains, as its recipe says."""

import math

import numpy as np
from msgspec import Struct

from tui_nn.training.recipe.training_section import TrainingSection

# A smaller rate would be 0 in float32, and the factor is divided by.
SMALLEST = float(np.finfo(np.float32).tiny)


class RateSchedule(Struct, frozen=True):
    """By what the learning rate is multiplied, from step to step.

    Attributes:
        training: The recipe's section: which schedule, and how.
    """

    training: TrainingSection

    def factor(self, epoch: int, batch: int, batches: int) -> float:
        """Return the factor for one step; it is above 0.

        Cosine falls along half a wave to nearly 0 at the recipe's last epoch (Loshchilov and
        Hutter, SGDR, 2017, equation 5, without restarts), and stays there. Warm-up rises in a
        straight line, and multiplies whatever the schedule says (Goyal et al., Accurate, Large
        Minibatch SGD, 2017, section 2.2).

        Args:
            epoch: From 1.
            batch: From 0.
            batches: How many make this epoch.
        """
        training = self.training
        factor = 1.0
        if training.schedule == "step":
            factor = training.schedule_factor ** ((epoch - 1) // training.schedule_every)
        elif training.schedule == "cosine":
            left = max(training.epochs - (epoch - 1 + batch / batches), 1 / batches)
            # (1 + cos(π·(1 − u)))/2, without the difference of two numbers that are nearly equal.
            factor = math.sin(math.pi / 2 * left / training.epochs) ** 2
        if training.warmup:
            factor *= min((epoch - 1 + (batch + 1) / batches) / training.warmup, 1.0)
        return max(factor, SMALLEST)
