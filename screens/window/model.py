"""What the moving window shows at one position: its patch, the sum, the result so far."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from msgspec import Struct

from screens.inspect.subject import Scene, Source, Target
from screens.inspect.terms import term_bars, term_label
from screens.inspect.windows import Windowed
from screens.shapes.bar import Bar
from screens.shapes.format import figure, signed
from screens.shapes.patch import Patch
from screens.shapes.scale import Kind, Scale
from tui_nn.nn.explain import Term, format_element
from tui_nn.nn.tensor import Array, Tensor


class Spot(Struct, frozen=True):
    """Where the window stands.

    Attributes:
        row: Of the batch.
        unit: Which map of the result.
        channel: Which map of the picture is seen.
        position: Counted row by row.
    """

    row: int
    unit: int
    channel: int
    position: int


class Titled(Struct, frozen=True, eq=False):
    """A picture and what stands over it."""

    title: str
    patch: Patch


class Frame(Struct, frozen=True, eq=False):
    """The window at one position.

    Attributes:
        words: Where it stands.
        equation: The number that it makes there.
        pictures: What it stands on, what is laid on it, and what comes of it up to there.
        bars: The terms of that number, largest first.
        target: That number, to be explained.
    """

    words: str
    equation: str
    pictures: tuple[Titled, ...]
    bars: Sequence[Bar]
    target: Target


def frame(scene: Scene, walk: Windowed, spot: Spot) -> Frame:
    """Return what is seen at a position."""
    y, x = walk.place(spot.position)
    words = f"position {spot.position + 1} of {walk.count}: row {y}, column {x}"
    channels = walk.picture.shape[0]
    if walk.kernel is not None and channels > 1:
        words += f"; channel {spot.channel} of 0…{channels - 1} is seen, the sum is over all"
    target = Target(Source.BATCH, walk.places.name, (spot.row, spot.unit, y, x))
    if walk.gradient is not None:
        return _gradient_frame(scene, walk, spot, words)
    terms = scene.terms(target)
    if walk.has_largest:
        bars: Sequence[Bar] = _window_bars(terms.parts[0])
    else:
        label = partial(
            term_label,
            walk.places.name,
            program=scene.snapshot.computed.program,
            row_words=lambda row: f"row {row}",
        )
        bars, _ = term_bars(terms, label)
    mark = None
    if walk.has_largest:
        mark = terms.parts[0].factors[0].index[-2:]
    pictures = [_under(scene, walk, spot, mark)]
    if walk.kernel is not None:
        kernel = scene.snapshot.computed.before[walk.kernel.name]
        values = kernel[spot.channel, :, :, spot.unit]
        title = f"⊙ {walk.kernel}[{spot.channel},:,:,{spot.unit}]"
        pictures.append(Titled(title, Patch(values, Scale.fit(kernel[..., spot.unit]))))
    pictures.append(_so_far(scene, walk, spot))
    equation = f"{scene.symbol(target)} = {figure(terms.total, 5)}"
    return Frame(words, equation, tuple(pictures), bars, target)


def _picture(scene: Scene, tensor: Tensor, row: int) -> Array:
    array: Array = scene.snapshot.computed.tensors[tensor.name][row]
    return array


def _scale(values: Array, tensor: Tensor) -> Scale:
    kind: Kind = "grey" if tensor.layer == 0 else "signed"
    return Scale.fit(values, kind)


def _under(scene: Scene, walk: Windowed, spot: Spot, mark: tuple[int, ...] | None = None) -> Titled:
    """Return the picture with what is under the window lit."""
    values = _picture(scene, walk.picture, spot.row)
    channel = spot.channel if walk.mixes else spot.unit
    lit = walk.region(*walk.place(spot.position))
    at = (mark[0], mark[1]) if mark else None
    patch = Patch(values[channel], _scale(values, walk.picture), lit, at)
    return Titled(f"{walk.picture}[{spot.row},{channel},:,:]", patch)


def _so_far(scene: Scene, walk: Windowed, spot: Spot) -> Titled:
    """Return the result as far as the window has come."""
    values = _picture(scene, walk.places, spot.row)
    own = values[spot.unit]
    known = np.arange(own.size).reshape(own.shape) <= spot.position
    patch = Patch(own, Scale.fit(values), mark=walk.place(spot.position), known=known)
    return Titled(f"→ {walk.places}[{spot.row},{spot.unit},:,:]", patch)


def _window_bars(part: Term) -> list[Bar]:
    """Return the numbers under the window of a pooling, the one that won first."""
    return [
        Bar(each.label, each.value, signed(each.value), "" if place else "◀ the largest")
        for place, each in enumerate(part.factors)
    ]


# The gradient of a kernel: at each position the patch times the error there is added


def _gradient_frame(scene: Scene, walk: Windowed, spot: Spot, words: str) -> Frame:
    assert walk.gradient is not None
    (y, x), gradient = walk.place(spot.position), walk.gradient
    errors = _picture(scene, walk.places, spot.row)[spot.unit]
    error = float(errors[y, x])
    target = Target(Source.BATCH, walk.places.name, (spot.row, spot.unit, y, x))
    at_error = Titled(
        f"× {walk.places}[{spot.row},{spot.unit},:,:]",
        Patch(errors, Scale.fit(errors), mark=(y, x)),
    )
    share = added(scene, walk, spot)
    title = f"→ row {spot.row}'s part of {gradient}[{spot.channel},:,:,{spot.unit}]"
    sums = Titled(title, Patch(share, Scale.fit(share)))
    equation = (
        f"{scene.symbol(target)} = {figure(error, 4)}, times the patch, is added to {gradient}"
    )
    found = sorted(_added_bars(scene, walk, spot, error), key=lambda bar: -abs(bar.value))
    bars = [bar for bar in found if bar.value] or [Bar("nothing is added here", 0.0, "0")]
    pictures = (_under(scene, walk, spot), at_error, sums)
    return Frame(words, equation, pictures, bars, target)


def added(scene: Scene, walk: Windowed, spot: Spot) -> Array:
    """Return what a sample's positions have added to a kernel's gradient, up to one of them."""
    picture = _picture(scene, walk.picture, spot.row)[spot.channel].astype(np.float64)
    errors = _picture(scene, walk.places, spot.row)[spot.unit].astype(np.float64)
    passed = np.arange(errors.size).reshape(errors.shape) <= spot.position
    errors, share = np.where(passed, errors, 0), np.zeros(walk.window.size)
    for i, j in walk.window.corners:
        y, v = walk.window.reach(i, picture.shape[0], errors.shape[0])
        x, h = walk.window.reach(j, picture.shape[1], errors.shape[1])
        share[i, j] = (picture[v, h] * errors[y, x]).sum()
    return share


def _added_bars(scene: Scene, walk: Windowed, spot: Spot, error: float) -> list[Bar]:
    """Return what this position adds to each element of the kernel's gradient."""
    assert walk.gradient is not None
    picture = _picture(scene, walk.picture, spot.row)[spot.channel]
    bars = []
    y, x = walk.place(spot.position)
    for i, j, v, h in walk.window.seen_at(y, x, walk.picture.shape):
        value = float(picture[v, h])
        label = format_element(walk.gradient, (spot.channel, i, j, spot.unit))
        text = f"{figure(value, 3)} × {_bracketed(error)} = {signed(value * error, 3)}"
        bars.append(Bar(label, value * error, text, short=signed(value * error, 3)))
    return bars


def _bracketed(value: float) -> str:
    text = figure(value, 3)
    return f"({text})" if value < 0 else text
