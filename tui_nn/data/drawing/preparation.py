"""From a drawing to what the network is given, one stage after the other, as MNIST's were made."""

from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tui_nn.data.form import Form
from tui_nn.data.mnist_style import centre, crop, scale_to_box
from tui_nn.data.worlds.digits8 import FORM as SMALL
from tui_nn.data.worlds.digits8 import pooled


class Prepared(Struct, frozen=True, eq=False):
    """A drawing on its way to the network.

    Attributes:
        drawn: The drawing itself; of a photo, its ink, of any size.
        cut: The part with ink on it.
        scaled: The same with 20 pixels on the longer side.
        centred: The same with its centre of mass at (14, 14) of 28×28.
    """

    drawn: NDArray[Any]
    cut: NDArray[Any]
    scaled: NDArray[np.uint8]
    centred: NDArray[np.uint8]

    @property
    def is_empty(self) -> bool:
        """Whether there is no ink."""
        return not self.centred.any()


def prepare(drawn: NDArray[Any]) -> Prepared:
    """Take a drawing through all stages.

    Args:
        drawn: [height, width], ink is high and paper 0.
    """
    cut = crop(drawn)
    scaled = scale_to_box(cut)
    return Prepared(drawn, cut, scaled, centre(scaled))


def sample_of(centred: NDArray[np.uint8], form: Form) -> NDArray[np.uint8] | None:
    """Return a prepared digit as a sample of some form, or None where digits have no place.

    Args:
        centred: uint8 [28, 28].
        form: Of the samples that the network reads.
    """
    if form.shape == centred.shape and not form.plain:
        return centred
    return pooled(centred[None])[0] if form == SMALL else None


def moved(picture: NDArray[np.uint8], rows: int, columns: int) -> NDArray[np.uint8]:
    """Return a picture moved down and to the right; what leaves the field is lost."""
    height, width = picture.shape
    field = np.zeros_like(picture)
    field[max(rows, 0) : height + min(rows, 0), max(columns, 0) : width + min(columns, 0)] = (
        picture[max(-rows, 0) : height - max(rows, 0), max(-columns, 0) : width - max(columns, 0)]
    )
    return field


def centre_of_mass(image: NDArray[Any]) -> tuple[float, float]:
    """Return the row and column of the centre of mass; of paper, the middle."""
    weight = float(image.sum())
    rows, columns = image.shape
    if not weight:
        return (rows - 1) / 2, (columns - 1) / 2
    row = float(image.sum(axis=1, dtype=np.float64) @ np.arange(rows)) / weight
    column = float(image.sum(axis=0, dtype=np.float64) @ np.arange(columns)) / weight
    return row, column
