"""Backpropagation with each mistake, as people write it: plain NumPy, and nothing of the program.

A network of one hidden layer, X [B, n], W1 [n, h], W2 [h, m]; each function returns ∇W1, ∇b1, ∇W2
and ∇b2. ``f`` is the hidden activation, ``slope`` its derivative at z.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Gradients = tuple[Floats, Floats, Floats, Floats]
ETA, LAMBDA, DROPPED = 0.3, 0.05, 0.4


@dataclass(frozen=True)
class Batch:
    """What gradients are worked out from; ``mask`` is dropout's, scaled up."""

    X: Floats
    Y: Floats
    W1: Floats
    b1: Floats
    W2: Floats
    b2: Floats
    mask: Floats | float = 1.0

    @property
    def m(self) -> int:
        return len(self.X)


def sigmoid(z: Floats) -> Floats:
    return 1 / (1 + np.exp(-z))


def softmax(z: Floats) -> Floats:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


FUNCTIONS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float)),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
}


class Network:
    """A forward pass, and the rest of the backward pass once the output's δ is there."""

    def __init__(self, batch: Batch, activation: str, output: str) -> None:
        self.f, self.slope = FUNCTIONS[activation]
        self.batch = b = batch
        self.Z1 = b.X @ b.W1 + b.b1
        self.A1 = self.f(self.Z1)
        self.H1 = self.A1 * b.mask
        self.Z2 = self.H1 @ b.W2 + b.b2
        self.P = softmax(self.Z2) if output == "softmax" else sigmoid(self.Z2)

    def back(self, dZ2: Floats) -> Gradients:
        b = self.batch
        dZ1 = (dZ2 @ b.W2.T) * b.mask * self.slope(self.Z1)
        return b.X.T @ dZ1, dZ1.sum(axis=0), self.H1.T @ dZ2, dZ2.sum(axis=0)

    def hidden(self, dZ1: Floats) -> Gradients:
        dZ2 = self.dZ2
        return self.batch.X.T @ dZ1, dZ1.sum(axis=0), self.H1.T @ dZ2, dZ2.sum(axis=0)

    @property
    def dZ2(self) -> Floats:  # noqa: N802 - as people call it
        return (self.P - self.batch.Y) / self.batch.m

    @property
    def dA1(self) -> Floats:  # noqa: N802
        back: Floats = self.dZ2 @ self.batch.W2.T
        return back


def over_batch(n: Network) -> Gradients:
    e = np.exp(n.Z2)
    return n.back((e / e.sum(axis=0) - n.batch.Y) / n.batch.m)


def twice(n: Network) -> Gradients:
    return n.back((softmax(softmax(n.Z2)) - n.batch.Y) / n.batch.m)


def not_divided(n: Network) -> Gradients:
    return n.back(n.P - n.batch.Y)


def divided_twice(n: Network) -> Gradients:
    dW1, db1, dW2, db2 = n.back(n.dZ2)
    return dW1 / n.batch.m, db1 / n.batch.m, dW2 / n.batch.m, db2 / n.batch.m


def reversed_sign(n: Network) -> Gradients:
    return n.back((n.batch.Y - n.P) / n.batch.m)


def output_slope_missing(n: Network) -> Gradients:
    return n.back((n.P - n.batch.Y) / n.batch.m)


def output_slope_doubled(n: Network) -> Gradients:
    return n.back((n.P - n.batch.Y) * n.P * (1 - n.P) / n.batch.m)


def slope_elementwise(n: Network) -> Gradients:
    dP = -n.batch.Y / n.P
    return n.back(dP * n.P * (1 - n.P) / n.batch.m)


def over_everything(n: Network) -> Gradients:
    dW1, db1, dW2, db2 = n.back(n.dZ2)
    return dW1, np.full_like(db1, db1.sum()), dW2, np.full_like(db2, n.dZ2.sum())


def averaged(n: Network) -> Gradients:
    dZ1 = n.dA1 * n.slope(n.Z1)
    dW1, _, dW2, _ = n.back(n.dZ2)
    return dW1, dZ1.mean(axis=0), dW2, n.dZ2.mean(axis=0)


def penalised(n: Network) -> Gradients:
    dW1, db1, dW2, db2 = n.back(n.dZ2)
    return dW1 + LAMBDA * n.batch.W1, db1, dW2 + LAMBDA * n.batch.W2, db2


def l2_on_biases(n: Network) -> Gradients:
    dW1, db1, dW2, db2 = penalised(n)
    return dW1, db1 + LAMBDA * n.batch.b1, dW2, db2 + LAMBDA * n.batch.b2


def l2_twice(n: Network) -> Gradients:
    dW1, db1, dW2, db2 = n.back(n.dZ2)
    return dW1 + 2 * LAMBDA * n.batch.W1, db1, dW2 + 2 * LAMBDA * n.batch.W2, db2


def too_early(n: Network) -> Gradients:
    W2 = n.batch.W2 - ETA * (n.H1.T @ n.dZ2)
    return n.hidden((n.dZ2 @ W2.T) * n.slope(n.Z1))


def wrong_activation(n: Network) -> Gradients:
    """Where n = h: the inputs' X stands where A1 belongs."""
    dW1, db1, _, db2 = n.back(n.dZ2)
    return dW1, db1, n.batch.X.T @ n.dZ2, db2


def wrong_function(n: Network) -> Gradients:
    """The sigmoid output's slope stands in the hidden layer."""
    return n.hidden(n.dA1 * sigmoid(n.Z1) * (1 - sigmoid(n.Z1)))


def reshaped(n: Network) -> Gradients:
    dZ1 = n.dA1 * n.slope(n.Z1)
    X, A = n.batch.X, n.A1
    dW1 = X.reshape(X.shape[1], X.shape[0]) @ dZ1
    return dW1, dZ1.sum(axis=0), A.reshape(A.shape[1], -1) @ n.dZ2, n.dZ2.sum(axis=0)


def slope_missing(n: Network) -> Gradients:
    return n.hidden(n.dA1)


def slope_at_activation(n: Network) -> Gradients:
    return n.hidden(n.dA1 * n.slope(n.A1))


def sigmoid_formula_at_z(n: Network) -> Gradients:
    return n.hidden(n.dA1 * n.Z1 * (1 - n.Z1))


def tanh_formula_at_z(n: Network) -> Gradients:
    return n.hidden(n.dA1 * (1 - n.Z1**2))


def always_one(n: Network) -> Gradients:
    return n.hidden(n.dA1 * (n.A1 >= 0))


def overwritten(n: Network) -> Gradients:
    dZ1 = n.dA1.copy()
    dZ1[n.Z1 > 0] = 1
    dZ1[n.Z1 <= 0] = 0
    return n.hidden(dZ1)


def mask_missing(n: Network) -> Gradients:
    return n.hidden(n.dA1 * n.slope(n.Z1))


@dataclass(frozen=True)
class Hand:
    """A mistake by hand, and a network in which it shows."""

    gradients: Callable[[Network], Gradients]
    activation: str = "tanh"
    output: str = "softmax"
    loss: str = "cross-entropy"
    l2: bool = False
    dropout: bool = False
    sizes: tuple[int, int, int] = (5, 4, 3)


BY_HAND: dict[str, list[Hand]] = {
    "softmax-over-batch": [Hand(over_batch)],
    "softmax-twice": [Hand(twice)],
    "not-divided-by-batch": [Hand(not_divided), Hand(not_divided, "relu", "sigmoid")],
    "divided-twice": [Hand(divided_twice), Hand(divided_twice, "sigmoid", "sigmoid")],
    "sign-reversed": [Hand(reversed_sign), Hand(reversed_sign, "relu", "sigmoid")],
    "output-slope-missing": [Hand(output_slope_missing, "tanh", "sigmoid", "quadratic")],
    "output-slope-doubled": [
        Hand(output_slope_doubled),
        Hand(output_slope_doubled, "relu", "sigmoid"),
    ],
    "softmax-slope-elementwise": [Hand(slope_elementwise)],
    "bias-gradient-over-everything": [Hand(over_everything), Hand(over_everything, "relu")],
    "bias-gradient-averaged": [Hand(averaged), Hand(averaged, "relu", "sigmoid")],
    "l2-on-biases": [Hand(l2_on_biases, l2=True)],
    "weights-updated-too-early": [Hand(too_early), Hand(too_early, "relu", "sigmoid")],
    "wrong-layers-activation": [
        Hand(wrong_activation, sizes=(4, 4, 3)),
        Hand(wrong_function, output="sigmoid"),
    ],
    "reshaped-not-transposed": [Hand(reshaped), Hand(reshaped, "relu", "sigmoid")],
    "l2-factor-two": [Hand(l2_twice, l2=True)],
    "activation-slope-missing": [
        Hand(slope_missing),
        Hand(slope_missing, "relu"),
        Hand(slope_missing, "sigmoid", "sigmoid"),
    ],
    "slope-at-activation": [Hand(slope_at_activation), Hand(slope_at_activation, "sigmoid")],
    "slope-formula-at-z": [Hand(sigmoid_formula_at_z, "sigmoid"), Hand(tanh_formula_at_z)],
    "relu-slope-always-one": [Hand(always_one, "relu")],
    "relu-overwrites-gradient": [Hand(overwritten, "relu")],
    "dropout-mask-missing-backward": [Hand(mask_missing, dropout=True)],
}
