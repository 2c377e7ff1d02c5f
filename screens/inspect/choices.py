"""The numbers that a term is made of, and which of them one opens."""

import re
from collections.abc import Sequence

from msgspec import Struct

from screens.inspect.meaning import meaning
from screens.inspect.subject import Scene, Target
from screens.shapes.format import figure
from tui_nn.data.form import INK
from tui_nn.nn.explain import Factor, Term
from tui_nn.nn.tensor import Role


class Choice(Struct, frozen=True):
    """A number that a term is made of.

    Attributes:
        text: What it is.
        target: What opening it explains; None for a constant.
        leads_on: Whether an operation computed it, so that the way goes on.
    """

    text: str
    target: Target | None
    leads_on: bool


def choice_of(scene: Scene, target: Target, factor: Factor) -> Choice:
    """Return a factor of a term as something to open."""
    value = figure(factor.value, 5)
    following = scene.of_factor(target, factor)
    if following is None:
        what = f": {factor.what}" if factor.what else ""
        return Choice(f"{factor.label} = {value}{what}", None, False)
    words = _leaf_words(scene, following) or meaning(scene, following)
    words = re.split("[;:]", words)[0]  # in short
    symbol = scene.symbol(following)
    return Choice(f"{symbol} = {value}: {words}", following, scene.is_computed(following))


def _leaf_words(scene: Scene, target: Target) -> str:
    """Return a pixel in few words; everything else says it well enough itself."""
    if scene.tensor(target).role is not Role.INPUT or scene.is_computed(target):
        return ""
    name, image, _ = scene.sample(target.source, target.index[0])
    picture = scene.tensor(target).picture
    if not picture:
        return f"number {target.index[1]} of {name}"
    row, column = divmod(target.index[1], picture[1])
    return f"{int(image[row, column])}/{INK}, a pixel of {name}"


def likeliest(found: Sequence[Choice]) -> int | None:
    """Return which of some choices to open first: one from which the way goes on, if any."""
    for wanted in (lambda each: each.leads_on, lambda each: each.target is not None):
        for place, each in enumerate(found):
            if wanted(each):
                return place
    return None


def opened_by(scene: Scene, target: Target, part: Term) -> Target:
    """Return what a term of a number opens; the number itself if that is only constants."""
    found = [choice_of(scene, target, factor) for factor in part.factors]
    first = likeliest(found)
    following = None if first is None else found[first].target
    return following or target
