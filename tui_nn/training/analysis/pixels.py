"""Samples whose pixels are changed along ∂L/∂x, a little each, until the network says another."""

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.form import INK
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Probe

AWAY = "away"  # from what it is, instead of towards a class
STEP = 8
"""Grey levels, of 255, by which a step changes every pixel."""


def target_of(session: Session, image: NDArray[np.uint8], label: int | None) -> int:
    """Return the class that an image is; of one that nobody has labelled, what it is said to be."""
    return session.probe(image, None).said if label is None else label


def stepped(probe: Probe, *, is_away: bool) -> NDArray[np.uint8]:
    """Return a probe's image with every pixel changed a little, as the sign of ∂L/∂x says.

    This is the fast gradient sign method (I. Goodfellow, J. Shlens, C. Szegedy, Explaining and
    Harnessing Adversarial Examples, 2015, section 4).

    Args:
        probe: The image, with the class whose loss is to change.
        is_away: Whether that loss is to rise; else it is to fall.
    """
    slope = probe.computed.tensors[probe.computed.program.input_gradient.result.name]
    change = (STEP if is_away else -STEP) * np.sign(slope).reshape(probe.image.shape)
    pixels: NDArray[np.uint8] = np.clip(probe.image + change, 0, INK).astype(np.uint8)
    return pixels


def led(
    session: Session, image: NDArray[np.uint8], label: int | None, goal: int | None, steps: int
) -> NDArray[np.uint8]:
    """Return an image after some steps.

    Args:
        session: Has the network, which stays as it is.
        image: Where to begin.
        label: What it is, if somebody has said so.
        goal: Towards which class; None for away from what it is.
        steps: How many.
    """
    target = target_of(session, image, label) if goal is None else goal
    for _ in range(steps):
        image = stepped(session.probe(image, target), is_away=goal is None)
    return image


def farthest(image: NDArray[np.uint8], other: NDArray[np.uint8]) -> int:
    """Return by how many grey levels two images differ at most."""
    return int(np.abs(image.astype(np.int16) - other).max(initial=0))
