"""What the Explain screen shows: one number, its formula, its terms, and where each leads."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from screens.inspect.meaning import given, meaning
from screens.inspect.subject import Scene, Source, Target
from screens.inspect.tensors import layer_of
from screens.inspect.terms import every_bar, factor_label, step_line, term_label, together_words
from screens.shapes.bar import Bar
from screens.shapes.curves import Curves, Series
from screens.shapes.format import counted, figure
from screens.shapes.line import Line
from tui_nn.data.dataset import PIXELS
from tui_nn.nn.activations import ACTIVATIONS, Activation
from tui_nn.nn.explain import Factor, Term
from tui_nn.nn.program import Program
from tui_nn.training.session.snapshot import Snapshot

LISTED = 2000
BETWEEN = " › "


@dataclass(frozen=True, eq=False)
class Explanation:
    """A number taken apart.

    Attributes:
        title: Its symbol and its value.
        meaning: What it is.
        working: Its formula in symbols and with its numbers, a line each; of a number that is
            given, where it comes from.
        parts: Its terms, largest first; none if it is given.
        steps: Its formula's lines.
        bars: A bar for each part, then one for the rounding.
        together: What they add up to.
        curve: The activation's curve with the number's point, or None.
    """

    title: str
    meaning: str
    working: tuple[str, ...]
    parts: tuple[Term, ...] = ()
    steps: tuple[Term, ...] = ()
    bars: tuple[Bar, ...] = ()
    together: str = ""
    curve: Curves | None = None


@dataclass(frozen=True)
class Choice:
    """A number that a term is made of.

    Attributes:
        text: What it is.
        target: What opening it explains; None for a constant.
        leads_on: Whether an operation computed it, so that the way goes on.
    """

    text: str
    target: Target | None
    leads_on: bool


def explain(scene: Scene, target: Target) -> Explanation:
    """Take a number apart."""
    title = f"{target.symbol} = {figure(scene.value(target), 8)}"
    if not scene.is_computed(target):
        return Explanation(title, meaning(scene, target), (given(scene, target),))
    terms = scene.terms(target)
    parts = terms.largest_first()[:LISTED]

    def label(part: Term) -> str:
        row_words = partial(scene.row_words, target.source)
        return term_label(target.name, part, scene.computed(target.source).program, row_words)

    return Explanation(
        title=title,
        meaning=meaning(scene, target),
        working=tuple(step_line(step, terms) for step in terms.steps),
        parts=parts,
        steps=terms.steps,
        bars=tuple(every_bar(terms, parts, label)),
        together=together_words(terms),
        curve=_curve(scene, target),
    )


def choices(
    scene: Scene, target: Target, explanation: Explanation, term: int
) -> tuple[Choice, ...]:
    """Return the numbers that a term is made of, then those that only the formula names."""
    own = explanation.parts[term].factors if term < len(explanation.parts) else ()
    formula = [factor for step in explanation.steps for factor in step.factors]
    found: dict[str, Factor] = {}
    for factor in (*own, *(each for each in formula if each.name is not None)):
        found.setdefault(factor.label, factor)
    return tuple(_choice(scene, target, factor) for factor in found.values())


def _choice(scene: Scene, target: Target, factor: Factor) -> Choice:
    value = figure(factor.value, 5)
    following = scene.of_factor(target, factor)
    if following is None:
        what = f": {factor.what}" if factor.what else ""
        return Choice(f"{factor.label} = {value}{what}", None, False)
    words = _leaf_words(scene, following) or meaning(scene, following)
    words = re.split("[;:]", words)[0]  # in short
    program = scene.computed(target.source).program
    is_pixel = following.name in ("a0", "x")
    symbol = factor_label(factor, program) if is_pixel else following.symbol
    return Choice(f"{symbol} = {value}: {words}", following, scene.is_computed(following))


def _leaf_words(scene: Scene, target: Target) -> str:
    """Return a pixel in few words; everything else says it well enough itself."""
    if target.name not in ("a0", "x") or scene.is_computed(target):
        return ""
    row, column = divmod(target.index[1], PIXELS)
    name, image, _ = scene.sample(target.source, target.index[0])
    return f"{int(image[row, column])}/255, pixel ({row},{column}) of {name}"


def likeliest(found: Sequence[Choice]) -> int | None:
    """Return which of some choices to open first: one from which the way goes on, if any."""
    for wanted in (lambda each: each.leads_on, lambda each: each.target is not None):
        for place, each in enumerate(found):
            if wanted(each):
                return place
    return None


def opened_by(scene: Scene, target: Target, part: Term) -> Target:
    """Return what a term of a number opens; the number itself if that is only constants."""
    found = [_choice(scene, target, factor) for factor in part.factors]
    first = likeliest(found)
    following = None if first is None else found[first].target
    return following or target


def choice_lines(found: Sequence[Choice]) -> tuple[Line, ...]:
    """Return choices as lines, those marked from which the way goes on."""
    return tuple(
        Line(each.text, "next" if each.leads_on else "todo", str(place) if each.target else "")
        for place, each in enumerate(found)
    )


def terms_title(scene: Scene, target: Target, explanation: Explanation) -> str:
    """Return what the list of terms is."""
    count = len(explanation.parts)
    if not target.name.startswith(("dW", "db")):
        return f"{counted(count, 'term')}, largest first; → the sum so far"
    samples = len(scene.computed(target.source).context.indices)
    more = f" and {count - samples} more" if count > samples else ""
    return f"{counted(samples, 'sample')}{more}: − pushes it up, + pushes it down; → the sum so far"


def breadcrumb(trail: Sequence[Target], width: int) -> str:
    """Return the way to where one is; where it is too long, the middle of it gives way."""
    names = [target.symbol for target in trail]
    left_out = 0
    words = BETWEEN.join(names)
    while len(words) > width and left_out < len(names) - 2:
        left_out += 1
        words = BETWEEN.join([names[0], "…", *names[1 + left_out :]])
    return words


def moved_on(then: Snapshot, now: Snapshot) -> str:
    """Return that the run has gone on since the numbers were opened, or ""."""
    if now.position == then.position and now.dataset is then.dataset:
        return ""
    old, new = then.position, now.position
    return (
        f"These numbers stand still: they are of step {old.step}, op {old.operation}. "
        f"The run is now at step {new.step}, op {new.operation}."
    )


@dataclass(frozen=True, eq=False)
class SamplePicture:
    """The image that a number or a term has to do with.

    Attributes:
        image: uint8 [28, 28].
        pixel: The pixel concerned, or None.
        caption: Whose image it is.
    """

    image: NDArray[np.uint8]
    pixel: tuple[int, int] | None
    caption: str


def picture_of(scene: Scene, target: Target, part: Term | None) -> SamplePicture | None:
    """Return the image behind a number, or behind the term of it that is pointed at."""
    factors = part.factors if part is not None else ()
    found = [scene.of_factor(target, factor) for factor in factors]
    # A pixel that is computed has its picture in what it was computed from.
    seen = [each for each in (target, *found) if each is not None]
    row = next((row for row in map(scene.row, seen) if row is not None), None)
    if row is None:
        return None
    pixels = [each for each in seen if each.name in ("x", "a0", "dx")]
    pixel = pixels[-1].index[1] if pixels else None
    if target.name == "dW1":
        pixel = target.index[0]
    name, image, label = scene.sample(target.source, row)
    words = scene.row_words(Source.BATCH, row) if target.source is Source.BATCH else f"a {label}"
    place = None if pixel is None else divmod(pixel, PIXELS)
    if pixels and pixels[-1].name == "x":
        return SamplePicture(image, place, f"{name}: {words}")
    distorted = scene.distorted(target.source, row)
    if distorted is None:
        return SamplePicture(image, place, f"{name}: {words}")
    return SamplePicture(distorted, place, f"distorted: {words}")


def _curve(scene: Scene, target: Target) -> Curves | None:
    """Return an activation, or its slope, with the number marked on it."""
    computed = scene.computed(target.source)
    kind, activation, layer = _bend(computed.program, target.name)
    if activation is None:
        return None
    z = float(computed.tensors[f"z{layer}"][target.index])
    if not np.isfinite(z):
        return None
    reach = max(3.0, 1.25 * abs(z))
    x = np.linspace(-reach, reach, 401)
    y, slope = np.empty_like(x), np.empty_like(x)
    activation.function(x, y)
    activation.slope(x, y, slope)
    name = f"slope of {activation.name}" if kind == "slope" else activation.name
    here = Series(target.symbol, np.array([z]), np.array([scene.value(target)]), tone=4)
    curve = Series(name, x, slope if kind == "slope" else y, tone=0)
    upright = np.array([curve.y.min(), curve.y.max()])
    stem = Series("", np.array([z, z]), upright, faint=True)
    return Curves((here, curve, stem), x_label=f"z{layer}", x_limits=(-reach, reach))


def _bend(program: Program, name: str) -> tuple[str, Activation | None, int]:
    """Return whether a tensor is an activation or a slope, of what, and in which layer."""
    kind, last = name.rstrip("0123456789"), program.network.layers
    layer = last if name == "p" else layer_of(name)
    if kind not in ("a", "slope", "p") or not layer:
        return kind, None, 0
    if layer < last:
        return kind, program.network.activation(layer), layer
    return kind, ACTIVATIONS["sigmoid"] if program.method.output == "sigmoid" else None, layer
