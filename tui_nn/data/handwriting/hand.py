"""The hand: what a writer's style and the moment make of an allograph."""

import numpy as np
from msgspec import Struct
from numpy.random import Generator
from numpy.typing import NDArray

from tui_nn.data.handwriting import pen
from tui_nn.data.handwriting.glyphs import Allograph, Points, allographs
from tui_nn.data.handwriting.variation import Variation

# Most people write with a forward slant, and digits a little narrower than the table's; a
# ballpoint's line on a digit of 4 to 6 mm is two to three pixels wide once that is 20 pixels tall.
MEAN_SLANT = 0.14
MEAN_ASPECT = -0.1
MEAN_RADIUS = 1.35
THINNEST, THICKEST = 0.5, 2.8
ROOM = 5.0  # A line's length times half its width, in heights and pixels: more ink fills the holes.
MOST_UNUSUAL = 1.8  # Standard deviations; beyond them few would read the digit.
FAITHFULNESS = 0.75  # How often a writer's digit takes the writer's usual allograph.
OWN_SHARE = 0.5  # How much of the variance is the writer's; the rest is the moment's.
WAVES = 6
WAVE_FREQUENCY = 0.5  # Of a warp's waves, in cycles per height: long compared with a stroke.
# Along the line, in heights: how soon the pen presses fully, and how quickly its errors change.
TAPER_LENGTH = 0.08
PRESSURE_LENGTH = 0.2
TREMOR_LENGTH = 0.06


class Style(Struct, frozen=True):
    """How one digit is written. Units as in ``Variation``."""

    slant: float
    rotation: float
    aspect: float
    radius: float
    rounding: float
    waist: float
    balance: float


def style_of(writer: Generator, moment: Generator, variation: Variation) -> Style:
    """Draw a style: the writer's own, with the moment's deviation from it."""
    normal = OWN_SHARE**0.5 * writer.standard_normal(7)
    normal += (1 - OWN_SHARE) ** 0.5 * moment.standard_normal(7)
    normal = np.clip(normal, -MOST_UNUSUAL, MOST_UNUSUAL)
    radius = MEAN_RADIUS * np.exp(variation.pen * normal[3])
    return Style(
        slant=MEAN_SLANT + variation.slant * normal[0],
        rotation=variation.rotation * normal[1],
        aspect=float(np.exp(MEAN_ASPECT + variation.aspect * normal[2])),
        radius=float(np.clip(radius, THINNEST, THICKEST)),
        rounding=variation.rounding * abs(normal[4]),
        waist=variation.waist * normal[5],
        balance=variation.balance * normal[6],
    )


def choose(digit: int, writer: Generator, moment: Generator, variation: Variation) -> Allograph:
    """Draw the allograph: mostly the writer's usual one for this digit."""
    table = allographs()[digit]
    shares = np.array([allograph.share for allograph in table])
    cumulative = np.cumsum(shares / shares.sum())
    usual, other = writer.random(10)[digit], moment.random()
    drawn = usual if moment.random() < FAITHFULNESS else other
    if variation.allographs == 0:
        return table[int(shares.argmax())]
    return table[min(int(np.searchsorted(cumulative, drawn)), len(table) - 1)]


def write(
    allograph: Allograph, style: Style, moment: Generator, variation: Variation
) -> list[Points]:
    """Return the lines of one digit, one a stroke, in heights.

    Returns:
        float64 [P, 2] a stroke.
    """
    points = _shape(allograph, moment, variation)
    warp = _Warp(moment, variation.warp)
    lines = []
    for stroke in allograph.strokes:
        line = pen.trace(points[stroke], allograph.corners[stroke])
        line = pen.resample(line, *np.clip(variation.ends * moment.standard_normal(2), -0.12, 0.15))
        line = pen.smooth(line, style.rounding)
        if len(allograph.strokes) > 1:
            line = line + variation.placement * moment.standard_normal(2)
        line = line + _tremor(line, moment, variation.tremor)
        lines.append(_lean(warp(line), style))
    return lines


def _shape(allograph: Allograph, moment: Generator, variation: Variation) -> Points:
    """A random blend of the allograph's forms."""
    count = len(allograph.forms)
    weights = moment.dirichlet(np.full(count, 0.6))  # Below 1: rather one of them than their mean.
    weights = 1 / count + variation.forms * (weights - 1 / count)
    return np.tensordot(weights, allograph.forms, 1)


class _Warp:
    """A smooth distortion of the plane: a few long waves in random directions."""

    def __init__(self, moment: Generator, amplitude: float) -> None:
        self.frequency = 2 * np.pi * WAVE_FREQUENCY * moment.standard_normal((2, WAVES))
        self.phase = moment.uniform(0, 2 * np.pi, WAVES)
        direction = moment.standard_normal((WAVES, 2))
        self.amplitude = 2 * amplitude * direction / np.linalg.norm(direction)

    def __call__(self, line: Points) -> Points:
        moved: Points = line + np.sin(line @ self.frequency + self.phase) @ self.amplitude
        return moved


def _tremor(line: Points, moment: Generator, amplitude: float) -> Points:
    noise = moment.standard_normal(line.shape)
    return amplitude * 2 * pen.smooth(noise, TREMOR_LENGTH)


def _lean(line: Points, style: Style) -> Points:
    """Proportions, then slant, then rotation, about the middle of the digit."""
    x, y = line[:, 0] - 0.4, line[:, 1] - 0.5
    x = style.aspect * x * (1 + style.balance * y) - style.slant * y
    y = y + style.waist * np.cos(np.pi * np.clip(y, -0.5, 0.5))
    cosine, sine = np.cos(style.rotation), np.sin(style.rotation)
    return np.stack([cosine * x - sine * y, sine * x + cosine * y], axis=1)


def press(
    line: Points, radius: float, moment: Generator, variation: Variation
) -> NDArray[np.float64]:
    """Return half the pen's width at each point of a line, in pixels.

    The pressure changes smoothly along the stroke, and the pen lands and lifts more lightly.
    """
    pressure = pen.smooth(moment.standard_normal((len(line), 1)), PRESSURE_LENGTH)[:, 0]
    light = variation.taper * moment.random(2)
    from_start = np.arange(len(line)) * pen.STEP / TAPER_LENGTH
    taper = 1 - light[0] * np.exp(-from_start) - light[1] * np.exp(-from_start[::-1])
    pressed: NDArray[np.float64] = radius * (1 + 3 * variation.pressure * pressure) * taper
    return np.maximum(pressed, 0.4)
