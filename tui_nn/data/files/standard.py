"""Brings images of a file into the form that is trained on: 28×28, upright, light ink on dark."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.dataset import CLASSES, PIXELS
from tui_nn.data.embedded import PATH
from tui_nn.data.mnist_style import fit
from tui_nn.data.npz import open_npz, read_split

_LIGHT = 127
_PAPER = 0.9  # of the border, which is paper in nearly every picture of a digit
_LIKENESS = 0.5  # correlation of two mean images that show the same digit
_MARGIN = 0.1  # by how much digits that are turned have to be more like the embedded ones


def standard_images(
    images: NDArray[np.uint8], transpose: bool
) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """Return images as they are trained on, and what was done to them.

    Args:
        images: uint8 [N, height, width].
        transpose: Whether to swap rows and columns.

    Returns:
        uint8 [N, 28, 28]; 0 is paper, 255 is ink.
    """
    done = []
    if transpose:
        images = np.ascontiguousarray(images.transpose(0, 2, 1))
        done.append("transposed")
    if _is_dark_on_light(images):
        images = 255 - images
        done.append("dark on light, inverted")
    height, width = images.shape[1:]
    if (height, width) != (PIXELS, PIXELS):
        images = np.stack([fit(image) for image in images])
        done.append(f"{height}×{width} scaled as MNIST's were")
    return images, tuple(done)


def _is_dark_on_light(images: NDArray[np.uint8]) -> bool:
    """Return whether most images have a light border, and something dark within it."""
    sample = images[:: max(1, len(images) // 1000)]
    edges = (sample[:, 0], sample[:, -1], sample[:, :, 0], sample[:, :, -1])
    light = np.concatenate(edges, axis=1) > _LIGHT
    dark = sample.min(axis=(1, 2)) <= _LIGHT
    return float(((light.mean(axis=1) > _PAPER) & dark).mean()) > 0.5


def lie_on_their_side(images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> bool:
    """Return whether the images look like digits whose rows and columns are swapped.

    The mean image of each class is compared with that of the embedded digits.
    """
    means = {
        digit: images[labels == digit][:500].mean(axis=0) for digit in np.unique(labels).tolist()
    }
    known = _known_means()
    upright = np.mean([_likeness(mean, known[digit]) for digit, mean in means.items()])
    turned = np.mean([_likeness(mean.T, known[digit]) for digit, mean in means.items()])
    return bool(turned > _LIKENESS and turned > upright + _MARGIN)


@cache
def _known_means() -> NDArray[np.float64]:
    """Return the mean image of each class of the embedded digits, [10, 28, 28]."""
    with open_npz(PATH) as archive:
        known = read_split(PATH, archive, "test_images", "test_labels")
    classes = range(CLASSES)
    return np.stack([known.images[known.labels == digit].mean(axis=0) for digit in classes])


def _likeness(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    one, other = one - one.mean(), other - other.mean()
    scale = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return float((one * other).sum()) / scale if scale else 0.0
