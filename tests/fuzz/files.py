"""Files that somebody may have where the program is started."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from tests.mistakes.two_layers import two_layers

POINTS, GRADIENTS, PHOTO = "mine.csv", "mine.npz", "mine.png"


def make_files(folder: Path) -> None:
    """Make points in the plane, gradients of which one is wrong, and a photo of a digit."""
    random = np.random.default_rng(4)
    places, classes = random.normal(size=(60, 2)), np.arange(60) % 2
    rows = (
        f"{x:.2f},{y:.2f},{'ab'[label]}\n" for (x, y), label in zip(places, classes, strict=True)
    )
    (folder / POINTS).write_text("".join(rows))
    np.savez(folder / GRADIENTS, **two_layers(random, "db1"))
    photo = Image.new("L", (90, 120), 220)
    ImageDraw.Draw(photo).line([(20, 20), (70, 20), (35, 100)], fill=30, width=8)
    photo.save(folder / PHOTO)
