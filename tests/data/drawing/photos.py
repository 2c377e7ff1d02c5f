"""Photos of handwritten digits, made from the digits of a data set, as people take them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

PAGE = (360, 270)  # columns and rows of a photo
INK = {"blue": (35, 60, 160), "black": (30, 30, 35), "pencil": (105, 105, 110)}


@dataclass(frozen=True)
class Manner:
    """How a digit was written and photographed.

    Attributes:
        name: What is special about it.
        ink: The colour of the pen.
        size: Of the digit, in pixels of the photo.
        thicker: By how many of these its strokes are wider; thinner where it is negative.
        angle: By which it is turned, in degrees.
        away: How far its middle is off the photo's, as a share of the room.
        shadow: How much darker the dark side of the page is, 0 to 1.
        texture: The paper's noise, as a standard deviation of grey.
        quality: Of the JPEG; 0 for a PNG.
    """

    name: str
    ink: str = "black"
    size: int = 120
    thicker: int = 0
    angle: float = 0.0
    away: tuple[float, float] = (0.0, 0.0)
    shadow: float = 0.0
    texture: float = 3.0
    quality: int = 85


MANNERS = (
    Manner("plain"),
    Manner("paper texture", texture=12),
    Manner("light gradient", shadow=0.6),
    Manner("turned right", angle=-10),
    Manner("turned left", angle=10),
    Manner("off centre", away=(-0.8, 0.7), size=70),
    Manner("thick pen", thicker=6),
    Manner("thin pen", thicker=-5, size=130),
    Manner("blue ink", ink="blue", shadow=0.3),
    Manner("pencil", ink="pencil", texture=6),
    Manner("hard JPEG", quality=20, texture=6),
    Manner("all at once", "blue", 80, 2, 8, (0.7, -0.6), 0.5, 8, 40),
)


def photo(digit: NDArray[np.uint8], manner: Manner, random: np.random.Generator) -> Image.Image:
    """Return a photo of a digit on white paper."""
    written = _written(digit, manner)
    columns, rows = PAGE
    left, top = (
        round((room - manner.size) / 2 * (1 + away))
        for room, away in zip(PAGE, manner.away, strict=True)
    )
    cover = Image.new("L", PAGE, 0)
    cover.paste(written, (left, top))
    paper = np.full((rows, columns, 3), 235.0)
    paper += _texture(random, (rows, columns), manner.texture)[:, :, None]
    share = (np.asarray(cover, np.float64) / 255)[:, :, None]
    page = paper * (1 - share) + np.array(INK[manner.ink]) * share
    light = (
        np.linspace(1, 1 - manner.shadow, columns)[None, :]
        * np.linspace(1, 1 - manner.shadow / 3, rows)[:, None]
    )
    return Image.fromarray((page * light[:, :, None]).clip(0, 255).astype(np.uint8), "RGB")


def save(picture: Image.Image, folder: Path, name: str, quality: int) -> Path:
    """Write a photo as a JPEG, or as a PNG where the quality is 0."""
    path = folder / f"{name}.{'jpg' if quality else 'png'}"
    options: dict[str, Any] = {"quality": quality} if quality else {}
    picture.save(path, **options)
    return path


def _written(digit: NDArray[np.uint8], manner: Manner) -> Image.Image:
    """Return the ink of a digit at its size, with sharp edges."""
    side = manner.size
    large = Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC)
    if manner.thicker > 0:
        large = large.filter(ImageFilter.MaxFilter(manner.thicker | 1))
    elif manner.thicker < 0:
        large = large.filter(ImageFilter.MinFilter(-manner.thicker | 1))
    sharp = large.point([0] * 128 + [255] * 128)
    return sharp.rotate(manner.angle, Image.Resampling.BICUBIC).filter(
        ImageFilter.GaussianBlur(0.8)
    )


def _texture(
    random: np.random.Generator, shape: tuple[int, int], deviation: float
) -> NDArray[np.float64]:
    """Return fine noise, and blotches half as strong."""
    fine = random.normal(0, deviation, shape)
    rows, columns = (side // 30 + 2 for side in shape)
    blotches = Image.fromarray(random.normal(0, deviation / 2, (rows, columns)).astype(np.float32))
    wide = np.asarray(blotches.resize((shape[1], shape[0]), Image.Resampling.BICUBIC))
    return fine + wide
