"""Gradients as somebody hands them in, one of them wrong."""

import numpy as np


def two_layers(random: np.random.Generator, wrong: str) -> dict[str, np.ndarray]:
    """Return a network of two layers on noise and its gradients by hand, one of them doubled."""
    X, y = random.normal(size=(6, 4)), np.array([0, 1, 2, 2, 1, 0])
    W1, b1 = random.normal(size=(4, 5)), random.normal(size=5)
    W2, b2 = random.normal(size=(5, 3)), random.normal(size=3)
    A1 = np.tanh(X @ W1 + b1)
    E = np.exp(A1 @ W2 + b2)
    dZ2 = (E / E.sum(axis=1, keepdims=True) - np.eye(3)[y]) / 6
    dZ1 = dZ2 @ W2.T * (1 - A1**2)
    gradients = {"dW2": A1.T @ dZ2, "db2": dZ2.sum(0), "dW1": X.T @ dZ1, "db1": dZ1.sum(0)}
    gradients[wrong] = 2 * gradients[wrong]
    return {"X": X, "y": y, "W1": W1, "b1": b1, "W2": W2, "b2": b2} | gradients
