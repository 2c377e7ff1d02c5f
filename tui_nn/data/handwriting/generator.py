"""The embedded digits: which image is which, and the file they are kept in."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tui_nn.data.handwriting import hand, pen, raster
from tui_nn.data.handwriting.variation import Variation
from tui_nn.data.mnist_style import BOX, centre

SEED = 20
SIZES = {"train": 30_000, "validation": 1_000, "test": 2_000}
DIGITS = 10
WRITER, MOMENT = 0, 1  # What a stream of random numbers is for; a moment's digit is added.
LEVELS = 6  # Of grey: they look like 256, and take half the room in the file.


def label(index: int) -> int:
    """Return the digit of the image at ``index``: a writer writes 0 to 9, then the next one."""
    return index % DIGITS


def image(
    split: str, index: int, variation: Variation | None = None, seed: int = SEED
) -> NDArray[np.uint8]:
    """Draw one image, the same whenever it is asked for.

    Args:
        split: ``train``, ``validation`` or ``test``; they have no writer in common.
        index: Which image of the split.
        variation: How much the writing varies; the embedded digits use the default.
        seed: Another seed gives other digits of the same kind.

    Returns:
        uint8 [28, 28]; 0 is paper, 255 is ink.
    """
    variation = variation or Variation()
    number = list(SIZES).index(split)
    writer = np.random.default_rng([seed, number, index // DIGITS, WRITER])
    moment = np.random.default_rng([seed, number, index // DIGITS, MOMENT + label(index)])
    style = hand.style_of(writer, moment, variation)
    allograph = hand.choose(label(index), writer, moment, variation)
    lines = hand.write(allograph, style, moment, variation)
    room = hand.ROOM / (sum(len(line) for line in lines) * pen.STEP)
    radii = [hand.press(line, min(style.radius, room), moment, variation) for line in lines]
    rough = variation.scan * moment.standard_normal((BOX * raster.SUPERSAMPLING,) * 2)
    box = raster.ink(raster.fit(lines, radii), radii, rough)
    step = 255 // (LEVELS - 1)
    return centre((np.rint(box * (LEVELS - 1)) * step).astype(np.uint8))


def split_arrays(
    split: str, size: int, variation: Variation | None = None, seed: int = SEED
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Draw the first ``size`` images of a split, with their labels.

    Returns:
        uint8 [size, 28, 28] and uint8 [size].
    """
    images = np.stack([image(split, index, variation, seed) for index in range(size)])
    return images, np.array([label(index) for index in range(size)], dtype=np.uint8)


def build(path: Path) -> None:
    """Draw every split and write them to ``path``."""
    arrays: dict[str, NDArray[np.uint8]] = {}
    for split, size in SIZES.items():
        arrays[f"{split}_images"], arrays[f"{split}_labels"] = split_arrays(split, size)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]
