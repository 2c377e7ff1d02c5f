"""Random networks as people have them: plain NumPy, whichever way round, whatever it is called."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.mistakes.by_hand import FUNCTIONS
from tui_nn.mistakes.diagnosis.problem import Problem

Numbers = NDArray[Any]
HEADS = (("softmax", "cross-entropy"), ("sigmoid", "cross-entropy"), ("sigmoid", "quadratic"))
STYLES = ("d{}{}", "grad_{}{}", "grads['{}{}']", "nabla_{}{}", "{}{}.grad")


@dataclass
class Drawn:
    """A network and a batch; everything is computed in ``dtype``, as its owner would."""

    random: np.random.Generator
    dtype: type = np.float64
    deepest: int = 4
    activations: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        random = self.random
        depth = int(random.integers(1, self.deepest + 1))
        self.output, self.loss = HEADS[random.integers(len(HEADS))]
        smallest = 2 if self.output == "softmax" else 1
        widths = [*random.integers(2, 9, depth), random.integers(smallest, 6)]
        if random.random() < 0.3:  # square weights, which may lie either way round
            widths = [max(int(widths[-1]), 2)] * (depth + 1)
        rows = int(random.integers(2, 20))
        name = str(random.choice(list(FUNCTIONS)))
        self.activations = (name,) * (depth - 1)
        scale = random.uniform(0.4, 1.5)
        self.X = random.normal(0, random.uniform(0.3, 2), (rows, widths[0])).astype(self.dtype)
        self.weights = [
            random.normal(0, scale, pair).astype(self.dtype) for pair in pairwise(widths)
        ]
        self.biases = [random.normal(0, 0.5, n).astype(self.dtype) for n in widths[1:]]
        classes = int(widths[-1])
        self.labels = random.integers(0, max(classes, 2), rows)
        one_hot = self.labels[:, None] if classes == 1 else np.eye(classes)[self.labels]
        self.y = one_hot.astype(self.dtype)

    def problem_with(self, l2: float = 0.0, masks: tuple[Numbers, ...] = ()) -> Problem:
        return Problem(
            self.X, self.y, tuple(self.weights), tuple(self.biases), self.activations,
            self.output, self.loss, l2, masks,
        )  # fmt: skip

    @property
    def problem(self) -> Problem:
        return self.problem_with()

    def forward(self) -> tuple[list[Numbers], list[Numbers]]:
        Z, A = [], [self.X]
        for number, (W, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            Z.append(A[-1] @ W + b)
            if number < len(self.activations):
                A.append(FUNCTIONS[self.activations[number]][0](Z[-1]).astype(self.dtype))
            elif self.output == "softmax":
                e = np.exp(Z[-1] - Z[-1].max(axis=1, keepdims=True))
                A.append(e / e.sum(axis=1, keepdims=True))
            else:
                A.append(FUNCTIONS["sigmoid"][0](Z[-1]).astype(self.dtype))
        return Z, A

    def gradients(self) -> dict[str, Numbers]:
        Z, A = self.forward()
        delta = (A[-1] - self.y) / self.dtype(len(self.X))
        if self.loss == "quadratic":
            delta = delta * A[-1] * (1 - A[-1])
        found = {}
        for number in range(len(self.weights), 0, -1):
            found[f"dW{number}"] = A[number - 1].T @ delta
            found[f"db{number}"] = delta.sum(axis=0)
            if number > 1:
                slope = FUNCTIONS[self.activations[number - 2]][1](Z[number - 2])
                delta = (delta @ self.weights[number - 1].T) * slope.astype(self.dtype)
        return found

    def handed(self, gradients: dict[str, Numbers], *, says_all: bool = False) -> dict[str, Any]:
        """As somebody would hand it in, one way or another.

        Args:
            gradients: By name, [in, out].
            says_all: Whether it has Z and A, from which the activation and the output follow.
        """
        random = self.random
        in_columns, transposed = (bool(random.integers(2)) for _ in range(2))
        self.in_columns = in_columns
        style = STYLES[random.integers(len(STYLES))]
        b_shape = [(-1,), (1, -1), (-1, 1)][random.integers(3)]
        Z, A = self.forward()

        def samples(array: Numbers) -> Numbers:
            return array.T if in_columns else array

        def weights(array: Numbers) -> Numbers:
            return array.T if transposed else array

        found: dict[str, Any] = {"X": samples(self.X)}
        found["y"] = self.labels if random.random() < 0.5 else samples(self.y)
        for number, (W, b) in enumerate(zip(self.weights, self.biases, strict=True), start=1):
            found |= {f"W{number}": weights(W), f"b{number}": b.reshape(b_shape)}
            if says_all:
                found |= {f"Z{number}": samples(Z[number - 1]), f"A{number}": samples(A[number])}
        for name, array in gradients.items():
            theirs = style.format(name[1], name[2:])
            found[theirs] = weights(array) if name[1] == "W" else array.reshape(b_shape)
        if random.random() < 0.3:
            found = {name.lower() if name[:1] in "Wbdg" else name: it for name, it in found.items()}
        return found

    def masked(self, handed: dict[str, Any], masks: tuple[Numbers, ...]) -> dict[str, Any]:
        """What was handed in, with dropout's masks."""
        turned = (mask.T if self.in_columns else mask for mask in masks)
        return handed | {f"mask{number}": mask for number, mask in enumerate(turned, start=1)}
