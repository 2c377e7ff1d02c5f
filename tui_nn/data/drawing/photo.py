"""Finds the digit on a photo: grey, inverted where paper is light, evened out, thresholded, cut.

Each stage is a picture of its own, so that one can see which one went wrong, and change it.
"""

from enum import StrEnum

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tui_nn.data.drawing.components import largest_piece
from tui_nn.data.drawing.lighting import evened, paper_is_light
from tui_nn.data.drawing.preparation import Prepared, prepare
from tui_nn.data.drawing.strokes import with_strokes_of
from tui_nn.data.mnist_style import crop

USUAL_STROKE = 2.5  # pixels of 20: the median of MNIST's and the embedded digits
STROKES = (None, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0)
THRESHOLD_STEP = 8
_LEVELS = 256


class Paper(StrEnum):
    """Whether light or dark is paper."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


class PhotoSettings(Struct, frozen=True):
    """What a person may change of how a digit is found.

    Attributes:
        paper: Light paper is inverted.
        evens: Whether shadows are taken out.
        threshold: From which darkness on it is ink, 1 to 254; None for Otsu's choice.
        largest: Whether only the largest piece of ink is the digit, else all ink is.
        stroke: How wide strokes are made, in pixels of the box of 20; None to leave them.
    """

    paper: Paper = Paper.AUTO
    evens: bool = True
    threshold: int | None = None
    largest: bool = True
    stroke: float | None = USUAL_STROKE


class PhotoStages(Struct, frozen=True, eq=False):
    """A photo on its way to the network.

    Attributes:
        grey: As it was read, uint8.
        is_light: Whether its paper was taken to be light.
        even: Ink is high, and paper as even as it was asked to be, uint8.
        threshold: From which darkness on it was taken for ink.
        ink: What is as dark as that, 0 or 255.
        digit: The piece of ink that is the digit.
        prepared: That, with its strokes as wide as asked for, in MNIST's form.
    """

    grey: NDArray[np.uint8]
    is_light: bool
    even: NDArray[np.uint8]
    threshold: int
    ink: NDArray[np.uint8]
    digit: NDArray[np.uint8]
    prepared: Prepared


def find_digit(grey: NDArray[np.uint8], settings: PhotoSettings) -> PhotoStages:
    """Take a photo through all stages.

    Args:
        grey: uint8 [height, width], a few hundred pixels.
        settings: How.
    """
    is_light = (
        paper_is_light(grey) if settings.paper is Paper.AUTO else settings.paper is Paper.LIGHT
    )
    inverted = 255 - grey if is_light else grey
    even = evened(inverted) if settings.evens else inverted
    threshold = settings.threshold or otsu(even)
    ink = np.where(even >= threshold, np.uint8(255), np.uint8(0))
    digit = largest_piece(ink) if settings.largest else ink
    stroked = crop(digit)
    if settings.stroke is not None and stroked.size:
        stroked = with_strokes_of(settings.stroke, stroked)
    return PhotoStages(grey, is_light, even, threshold, ink, digit, prepare(stroked))


def otsu(picture: NDArray[np.uint8]) -> int:
    """Return the threshold that parts a picture into the two classes that differ most (Otsu 1979).

    Returns:
        The least value of the upper class, 1 to 254.
    """
    counts = np.bincount(picture.ravel(), minlength=_LEVELS).astype(np.float64)
    below = np.cumsum(counts)[:-1]
    above = picture.size - below
    sums = np.cumsum(counts * np.arange(_LEVELS))
    with np.errstate(divide="ignore", invalid="ignore"):
        means = sums[:-1] / below, (sums[-1] - sums[:-1]) / above
        between = np.nan_to_num(below * above * (means[0] - means[1]) ** 2)
    best = np.flatnonzero(between == between.max())
    return min(max(round(float(best.mean())) + 1, 1), _LEVELS - 2)
