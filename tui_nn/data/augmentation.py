"""Augmentation: every epoch distorts each digit a little differently."""

import math
from functools import lru_cache
from typing import Annotated

import msgspec
import numpy as np
from msgspec import Meta, Struct
from numpy.random import Generator, Philox
from numpy.typing import NDArray

from tui_nn.about import About
from tui_nn.data.warp import affine_places, corners, sample, smooth
from tui_nn.nn import inputs
from tui_nn.nn.explain import Factor, Index, Term, Terms, element, product, summed
from tui_nn.nn.operation import Call, Operation, Phase, StepContext
from tui_nn.nn.tensor import Array, Arrays, Tensor
from tui_nn.randomness import Purpose, generator

AFFINE_DRAWS = 4  # Of each sample: angle, scale, shift down, shift to the right.
TOGETHER = 32  # Samples worked on at a time: what lies between them stays in the cache.


class Augmentation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How much the digits of train are distorted. Each amount is drawn evenly up to its limit.

    The elastic displacement is that of Simard, Steinkraus and Platt, "Best Practices for
    Convolutional Neural Networks Applied to Visual Document Analysis", ICDAR 2003: a field of
    noise from −1 to 1, smoothed by a Gaussian of unit sum and multiplied by α. The field is not
    normalised after smoothing. The standard deviation of each direction is then about
    α/(2σ·√(3π)), less near the edges: 1.4 pixels for their α = 34 and σ = 4.
    """

    shift: Annotated[
        Annotated[float, Meta(ge=0, le=14)],
        About(
            "Moves each digit of train at random, by up to this many pixels up or down and to "
            "either side, differently in every epoch.",
            too_little="The network sees the same pictures every time, and may memorise them.",
            too_much="Strokes leave the 28×28 pixels: a cut digit teaches nothing.",
            usual="1 to 3; 0 is off. MNIST's digits have a margin of about 4 pixels",
        ),
    ] = 0.0
    rotation: Annotated[
        Annotated[float, Meta(ge=0, le=180)],
        About(
            "Turns each digit of train at random, by up to this many degrees either way, "
            "differently in every epoch.",
            too_little="Handwriting that slants differently from the training set is misread.",
            too_much="The labels become wrong: a 6 upside down is a 9.",
            usual="5 to 15; 0 is off",
        ),
    ] = 0.0
    scale: Annotated[
        Annotated[float, Meta(ge=0, lt=1)],
        About(
            "Makes each digit of train larger or smaller at random, by up to this share of its "
            "size: 0.1 for 0.9 to 1.1 times.",
            too_little="Larger or smaller handwriting than in the training set is misread.",
            too_much="Digits are cut off at the border, or shrink to a blot.",
            usual="0.05 to 0.2; 0 is off",
        ),
    ] = 0.0
    elastic: Annotated[
        Annotated[float, Meta(ge=0, le=10_000)],
        About(
            "Bends the strokes of each digit as an unsteady hand would: every pixel is moved by a "
            "smooth random field of this strength (Simard et al. 2003). Each step takes longer.",
            symbol="α",
            too_little="Pixels move by less than one: nothing changes that matters.",
            too_much="Strokes tear until nobody could read them: look at x on Backprop.",
            usual="34, with a smoothness of 4; 0 is off",
        ),
    ] = 0.0
    smoothness: Annotated[
        Annotated[float, Meta(gt=0, le=28)],
        About(
            "How far around a pixel its neighbours move along with it, in pixels: the width of "
            "the bell that smooths the elastic field. Without elastic it does nothing.",
            symbol="σ",
            too_little="Neighbours go different ways: the strokes fall apart into specks.",
            too_much="The whole digit moves as one piece, and hardly bends.",
            usual="4",
        ),
    ] = 4.0

    @property
    def distorts(self) -> bool:
        """Whether it does anything at all."""
        return any((self.shift, self.rotation, self.scale, self.elastic))


class Augment(Struct, frozen=True):
    """a0 = distort(originals), both [B, side²], a row a sample; formulas call a0 x.

    What a sample is distorted by depends on the run's seed, the epoch and the sample alone, not
    on its batch: any step can be computed again, and any row by itself.
    """

    augmentation: Augmentation
    side: int
    x: Tensor
    a0: Tensor

    def bind(self, tensors: Arrays) -> Call:
        """Return what writes the distorted pictures."""
        square = (-1, self.side, self.side)
        x, a0 = (tensors[each.name].reshape(square) for each in (self.x, self.a0))

        def call(context: StepContext) -> None:
            for start in range(0, len(x), TOGETHER):
                rows = slice(start, start + TOGETHER)
                places, moved = self.places(context, rows, x.dtype)
                a0[rows] = sample(x[rows], places + moved)

        return call

    def places(
        self, context: StepContext, rows: slice, dtype: np.dtype[np.floating]
    ) -> tuple[Array, Array]:
        """Return where samples take their pixels from, as ``warp`` writes places.

        Returns:
            The places by the affine map, and the elastic displacement to add to them (0 where
            there is none); both in pixels, [B, side, 2, side].
        """
        amounts, noise = self.draws(context, rows)
        places = affine_places(
            self.side, np.radians(amounts[:, 0]), amounts[:, 1], amounts[:, 2:], dtype
        )
        if not noise.size:
            return places, np.zeros(1, dtype)
        moved = smooth(noise.astype(dtype, copy=False), self.augmentation.smoothness)
        moved *= dtype.type(self.augmentation.elastic)
        return places, moved

    def draws(
        self, context: StepContext, rows: slice
    ) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
        """Draw what decides the distortion of samples.

        Returns:
            [B, 4]: rotation in degrees, scale, shift down and to the right in pixels. Then noise
            from −1 to 1 [B, side, 2, side], or none of it where nothing is elastic.
        """
        chosen, limits = context.indices[rows], self.augmentation
        field = 2 * self.side**2 if limits.elastic else 0
        uniform = _uniform(context.seed, context.epoch, chosen, AFFINE_DRAWS + field)
        most = np.array([limits.rotation, limits.scale, limits.shift, limits.shift])
        amounts = uniform[:, :AFFINE_DRAWS] * most + [0, 1, 0, 0]
        noise = uniform[:, AFFINE_DRAWS:].reshape(len(chosen), -1, 2, self.side)
        return amounts, noise

    def terms(
        self,
        read: Arrays,
        context: StepContext,
        name: str,  # noqa: ARG002 - a0 is the only result
        index: Index,
        stored: float,
    ) -> Terms:
        """Take a pixel apart: those of the original around the place that it shows."""
        row, pixel = index
        i, j = divmod(pixel, self.side)
        rows = slice(row, row + 1)
        places, moved = self.places(context, rows, read[self.x.name].dtype)
        corner, beyond = corners(places + moved)
        parts = self._parts(read, row, corner[0, i, :, j], beyond[0, i, :, j])
        steps = [
            *self._amounts(context, rows),
            *_origin(places[0, i, :, j], np.broadcast_to(moved, places.shape)[0, i, :, j]),
            Term(f"Σ weight·{self.x}[{row},q] of the pixels around that place", stored),
        ]
        return summed(stored, parts, steps)

    def _parts(self, read: Arrays, row: int, corner: Array, beyond: Array) -> list[Term]:
        """The pixels around a place, each with its weight: 1 minus its distance both ways."""
        parts = []
        for further in ((0, 0), (0, 1), (1, 0), (1, 1)):
            y, x = (int(near) + step for near, step in zip(corner, further, strict=True))
            down, across = (
                share if step else 1 - share for share, step in zip(beyond, further, strict=True)
            )
            if 0 <= y < self.side and 0 <= x < self.side and down * across > 0:
                what = f"{down:.4f} of its row × {across:.4f} of its column"
                weight = Factor("weight", float(down * across), what=what)
                parts.append(product(weight, element(read, self.x, row, y * self.side + x)))
        if parts:
            return parts
        y, x = (min(max(int(near), 0), self.side - 1) for near in corner)
        paper = Factor("weight", 0.0, what="outside the picture, where all is paper")
        return [product(paper, element(read, self.x, row, y * self.side + x))]

    def _amounts(self, context: StepContext, rows: slice) -> list[Term]:
        """What the sample's affine map is, as far as there is one."""
        limits = self.augmentation
        rotation, scale, down, right = map(float, self.draws(context, rows)[0][0])
        return [
            *([Term("rotation θ, in degrees", rotation)] if limits.rotation else []),
            *([Term("scale s", scale)] if limits.scale else []),
            *([Term("shift down", down), Term("shift right", right)] if limits.shift else []),
        ]


def _origin(place: Array, moved: Array) -> list[Term]:
    """The place of the original that a pixel shows: its row and its column there."""
    return [
        Term(
            f"{what} in the original",
            float(affine + elastic),
            (
                Factor("affine", float(affine), what="c + R(−θ)·(p − c − t)/s"),
                Factor("Δ", float(elastic), what="the elastic displacement"),
            ),
            "{} + {}",
        )
        for what, affine, elastic in zip(("row", "column"), place, moved, strict=True)
    ]


def _uniform(seed: int, epoch: int, samples: NDArray[np.intp], count: int) -> NDArray[np.float32]:
    """Return ``count`` numbers from −1 to 1 for each sample: [B, count].

    Philox makes its numbers from a key and a counter (Salmon et al., "Parallel Random Numbers: As
    Easy as 1, 2, 3", SC11), so a sample's stream is one assignment away, where a generator of its
    own would cost more than all the arithmetic. The second word of the counter is the sample:
    each has 2^66 numbers before it meets the next.
    """
    numbers = np.empty((len(samples), count), np.float32)
    bits = Philox(key=_key(seed, epoch))
    random, start = Generator(bits), bits.state
    for row, number in zip(numbers, samples.tolist(), strict=True):
        start["state"]["counter"][1] = number
        bits.state = start
        # In float32 whatever the tensors are: the same draws for both, exact in either.
        random.random(dtype=np.float32, out=row)
    numbers *= 2
    numbers -= 1
    return numbers


@lru_cache(maxsize=4)
def _key(seed: int, epoch: int) -> NDArray[np.uint64]:
    """Return the key of an epoch's streams."""
    key = generator(seed, Purpose.AUGMENTATION, epoch).integers(0, 2**64, 2, np.uint64)
    key.setflags(write=False)
    return key


def augment(augmentation: Augmentation, pixels: int) -> Operation:
    """Return ``x = distort(original)`` for square pictures of a number of pixels."""
    side = math.isqrt(pixels)
    shapes = (pixels,), (side, side)
    x, a0 = inputs.raw_input(*shapes), inputs.network_input(*shapes)
    return Operation(
        phase=Phase.FORWARD,
        layer=1,
        formula=f"{a0} = distort({x})",
        reads=(x,),
        writes=(a0,),
        kernel=Augment(augmentation, side, x, a0),
        why="Each epoch shifts, turns and bends every digit differently; its label stays the same.",
        torch=f"{a0} = {_torchvision(augmentation, side)}({x})",
    )


def _torchvision(augmentation: Augmentation, side: int) -> str:
    """The same with torchvision.transforms.v2, a picture at a time."""
    share, scale = augmentation.shift / side, augmentation.scale
    transforms = []
    if augmentation.shift or augmentation.rotation or scale:
        transforms.append(
            f"v2.RandomAffine({augmentation.rotation:g}, translate=({share:.3g}, {share:.3g}), "
            f"scale=({1 - scale:g}, {1 + scale:g}))"
        )
    if augmentation.elastic:
        # Its α is in half pixels: a picture goes from −1 to 1 there, whatever its side.
        transforms.append(
            f"v2.ElasticTransform({2 * augmentation.elastic:g}, {augmentation.smoothness:g})"
        )
    return f"v2.Compose([{', '.join(transforms)}])" if transforms else "v2.Identity()"
