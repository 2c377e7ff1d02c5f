"""The picture of feature maps behind a number: what it is made of is lit in it."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from screens.inspect.subject import Scene, Target
from screens.inspect.windows import Region, windowed
from screens.shapes.patch import Patch
from screens.shapes.scale import Scale
from tui_nn.nn.explain import Factor, Term
from tui_nn.nn.tensor import Axis, Tensor


class LitPicture(Struct, frozen=True, eq=False):
    """A map with a lit part.

    Attributes:
        caption: Which map, of which sample.
        patch: The map.
    """

    caption: str
    patch: Patch


def lit_picture(
    scene: Scene, target: Target, parts: Sequence[Term], part: Term | None
) -> LitPicture | None:
    """Return the map that the selected term is read from; None where it is read from none.

    Args:
        scene: Where the numbers are from.
        target: The number that is explained.
        parts: Its terms.
        part: The selected one.
    """
    program = scene.computed(target.source).program
    for factor in part.factors if part else ():
        if factor.name is not None and _is_map(tensor := program.tensor(factor.name)):
            row, channel, *place = factor.index
            values = scene.computed(target.source).tensors[tensor.name]
            scale = Scale.fit(values[row], "grey" if tensor.layer == 0 else "signed")
            lit = _lit(scene, target, parts, part, factor)
            patch = Patch(values[row, channel], scale, lit, (place[0], place[1]))
            words = scene.row_words(target.source, row)
            return LitPicture(f"{tensor}[{row},{channel}]: {words}", patch)
    return None


def _is_map(tensor: Tensor) -> bool:
    return tensor.batched and Axis.ROW in tensor.axes


def _lit(
    scene: Scene, target: Target, parts: Sequence[Term], part: Term | None, factor: Factor
) -> Region | None:
    """Return the rectangle that the number, or this term of it, is made of."""
    writer = scene.computed(target.source).program.writer.get(target.name)
    walk = windowed(writer) if writer else None
    if walk is not None and walk.gradient is not None:
        errors = (each for each in (part.factors if part else ()) if each.name == walk.places.name)
        error = next(errors, None)
        return walk.region(*error.index[2:]) if error and factor.name == walk.picture.name else None
    same = [
        each.index[2:]
        for term in parts
        for each in term.factors
        if each.name == factor.name and each.index[:2] == factor.index[:2]
    ]
    places = np.array(same)
    (top, left), (bottom, right) = places.min(axis=0), places.max(axis=0)
    is_whole = (bottom - top + 1) * (right - left + 1) == len(set(same)) > 1
    return Region(int(top), int(left), int(bottom), int(right)) if is_whole else None
