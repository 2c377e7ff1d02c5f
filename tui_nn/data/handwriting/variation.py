"""How much handwriting varies: every magnitude that the generator uses, in one place."""

from msgspec import Struct


class Variation(Struct, frozen=True):
    """The spread of each kind of variation; 0 switches that kind off.

    The values come from how people write and from what pens and scanners do, judged by eye on
    sheets of drawn digits beside sheets of MNIST's training digits; a few were tried by hand at two
    or three values with a network tested on those. None is computed from the pixels of any data
    set. "Height" is the digit's height, and a spread is a standard deviation.

    Attributes:
        allographs: 1 draws the ways of writing by how common they are, 0 only the commonest.
        forms: How far apart an allograph's renderings are; 0 writes their mean.
        warp: Smooth distortion of the plane, in heights.
        waist: How high the middle lies, in heights.
        balance: How much wider the top is than the bottom, as a fraction.
        placement: Where a digit's separate strokes meet, in heights.
        ends: Strokes too long or too short, in heights.
        rounding: Over what length of stroke corners are cut, in heights.
        tremor: Fine shaking across the stroke, in heights.
        slant: Horizontal shift from the foot to the top, in heights.
        rotation: Radians.
        aspect: Natural logarithm of the width's factor.
        pen: Natural logarithm of the pen width's factor.
        pressure: Change of the pen width along a stroke, as a fraction.
        taper: Thinning towards a stroke's ends, as a fraction.
        scan: Roughness of the ink's edge on paper, in pixels.
    """

    allographs: float = 1.0
    forms: float = 1.0
    warp: float = 0.05
    waist: float = 0.05
    balance: float = 0.15
    placement: float = 0.03
    ends: float = 0.05
    rounding: float = 0.04
    tremor: float = 0.004
    slant: float = 0.24
    rotation: float = 0.08
    aspect: float = 0.2
    pen: float = 0.28
    pressure: float = 0.12
    taper: float = 0.3
    scan: float = 0.1
