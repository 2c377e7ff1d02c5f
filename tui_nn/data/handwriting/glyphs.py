"""The table of allographs: the ways in which people write each digit."""

import tomllib
from functools import cache
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tui_nn.assets import asset

Points: TypeAlias = NDArray[np.float64]


class Allograph(Struct, frozen=True, eq=False):
    """One way of writing a digit, as a few renderings of the same pen movements.

    Attributes:
        digit: What it says, 0 to 9.
        name: What sets it apart from the digit's other allographs.
        share: How common it is among writers of this digit, relative to the others.
        forms: float64 [forms, points, 2]; x to the right and y down, the digit's height being 1.
        corners: bool [points]; where the pen changes direction sharply.
        strokes: Which of the points belong to each stroke.
    """

    digit: int
    name: str
    share: float
    forms: Points
    corners: NDArray[np.bool_]
    strokes: tuple[slice, ...]


@cache
def allographs() -> tuple[tuple[Allograph, ...], ...]:
    """Return the allographs of each digit, indexed by the digit."""
    entries = tomllib.loads(asset("handwriting.toml").read_text("utf-8"))["allograph"]
    parsed = [
        _parse(entry["digit"], entry["name"], entry["share"], entry["forms"]) for entry in entries
    ]
    return tuple(tuple(a for a in parsed if a.digit == digit) for digit in range(10))


def _parse(digit: int, name: str, share: float, forms: list[list[str]]) -> Allograph:
    tokens = [[point for stroke in form for point in stroke.split()] for form in forms]
    lengths = {tuple(len(stroke.split()) for stroke in form) for form in forms}
    corners = {tuple(point.endswith("!") for point in form) for form in tokens}
    if len(lengths) != 1 or len(corners) != 1:
        raise ValueError(f"{digit} {name!r}: the forms differ in their points or corners")
    ends = np.cumsum((0, *lengths.pop()))
    coordinates = [[point.rstrip("!").split(",") for point in form] for form in tokens]
    return Allograph(
        digit,
        name,
        share,
        np.array(coordinates, dtype=np.float64) / 100,
        np.array(corners.pop()),
        tuple(slice(int(start), int(end)) for start, end in pairwise(ends)),
    )
