"""What the Explain screen shows: one number, its formula, its terms, and where each leads."""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from screens.inspect.choices import Choice, choice_of
from screens.inspect.meaning import given, meaning
from screens.inspect.samples import as_picture, sample_scale
from screens.inspect.subject import Scene, Source, Target
from screens.inspect.terms import every_bar, step_line, term_label, together_words
from screens.shapes.bar import Bar
from screens.shapes.curves import Curves, Series
from screens.shapes.format import counted, figure
from screens.shapes.line import Line
from screens.shapes.scale import Scale
from tui_nn.nn.activations import ACTIVATIONS, Activation
from tui_nn.nn.explain import Factor, Term
from tui_nn.nn.outputs import OUTPUTS
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Role, Tensor
from tui_nn.training.session.snapshot import Snapshot

LISTED = 2000
BETWEEN = " › "


class Explanation(Struct, frozen=True, eq=False):
    """A number taken apart.

    Attributes:
        title: Its symbol and its value.
        meaning: What it is.
        working: Its formula in symbols and with its numbers, a line each; of a number that is
            given, where it comes from.
        parts: Its terms, largest first; a single one if it is no sum, none if it is given.
        steps: Its formula's lines.
        bars: Of a sum: a bar for each part, then one for the rounding.
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


def explain(scene: Scene, target: Target) -> Explanation:
    """Take a number apart."""
    title = f"{scene.symbol(target)} = {figure(scene.value(target), 8)}"
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
        bars=tuple(every_bar(terms, parts, label)) if terms.is_sum else (),
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
    return tuple(choice_of(scene, target, factor) for factor in found.values())


def choice_lines(found: Sequence[Choice]) -> tuple[Line, ...]:
    """Return choices as lines, those marked from which the way goes on."""
    return tuple(
        Line(each.text, "next" if each.leads_on else "todo", str(place) if each.target else "")
        for place, each in enumerate(found)
    )


def terms_title(scene: Scene, target: Target, explanation: Explanation) -> str:
    """Return what the list of terms is."""
    count = len(explanation.parts)
    if scene.tensor(target).role is not Role.GRADIENT:
        return f"{counted(count, 'term')}, largest first; → the sum so far"
    samples = len(scene.computed(target.source).context.indices)
    more = f" and {count - samples} more" if count > samples else ""
    return f"{counted(samples, 'sample')}{more}: − pushes it up, + pushes it down; → the sum so far"


def breadcrumb(scene: Scene, trail: Sequence[Target], width: int) -> str:
    """Return the path to the current number; where it is too long, its middle is left out."""
    names = [scene.symbol(target) for target in trail]
    left_out = 0
    words = BETWEEN.join(names)
    while len(words) > width and left_out < len(names) - 2:
        left_out += 1
        words = BETWEEN.join([names[0], "…", *names[1 + left_out :]])
    return words


def frozen_words(then: Snapshot, now: Snapshot) -> str:
    """Return that the run has moved on since the numbers were opened, or ""."""
    if now.position == then.position and now.dataset is then.dataset:
        return ""
    old, new = then.position, now.position
    return (
        f"Frozen at step {old.step}, op {old.operation}: "
        f"the run is now at step {new.step}, op {new.operation}."
    )


class SamplePicture(Struct, frozen=True, eq=False):
    """The image that a number or a term has to do with.

    Attributes:
        image: Rows by columns; a list of numbers is a row.
        pixel: The pixel concerned, or None.
        caption: Whose image it is.
        scale: How it is coloured.
    """

    image: NDArray[Any]
    pixel: tuple[int, int] | None
    caption: str
    scale: Scale


def picture_of(scene: Scene, target: Target, part: Term | None) -> SamplePicture | None:
    """Return the image behind a number, or behind the term of it that is pointed at."""
    factors = part.factors if part is not None else ()
    found = [scene.of_factor(target, factor) for factor in factors]
    # A pixel that is computed has its picture in what it was computed from.
    seen = [each for each in (target, *found) if each is not None]
    row = next((row for row in map(scene.row, seen) if row is not None), None)
    if row is None:
        return None
    program = scene.computed(target.source).program
    pixels = [each for each in seen if _is_of_pixels(scene, each)]
    pixel = None
    if pixels:
        shape = scene.tensor(pixels[-1]).shape
        pixel = int(np.ravel_multi_index(pixels[-1].index[1:], shape))
    first = program.gradient_of(program.weights_of(1).name)
    if scene.tensor(target) == first and len(target.index) == 2:
        pixel = target.index[0]
    name, image, label = scene.sample(target.source, row)
    dataset = scene.snapshot.dataset
    of_batch = target.source is Source.BATCH
    words = scene.row_words(Source.BATCH, row) if of_batch else dataset.form.one(label)
    caption = name if label is None and dataset.form.is_point else f"{name}: {words}"
    image, scale = as_picture(image, dataset.form), sample_scale(dataset)
    place = None if pixel is None else divmod(pixel, image.shape[1])
    if pixels and program.distortion and scene.tensor(pixels[-1]) == program.input:
        return SamplePicture(image, place, caption, scale)
    distorted = scene.distorted(target.source, row)
    if distorted is None:
        return SamplePicture(image, place, caption, scale)
    return SamplePicture(distorted, place, f"distorted: {words}", scale)


def _curve(scene: Scene, target: Target) -> Curves | None:
    """Return an activation, or its slope, with the number marked on it."""
    computed = scene.computed(target.source)
    program, tensor = computed.program, scene.tensor(target)
    activation = _activation_of(program, tensor)
    if activation is None or tensor.layer is None:
        return None
    pre_activation = program.writer[tensor.name].reads[0]
    if tensor.role is Role.SLOPE:
        pre_activation = program.writer[tensor.name].reads[1]
    z = float(computed.tensors[pre_activation.name][target.index])
    if not np.isfinite(z):
        return None
    reach = max(3.0, 1.25 * abs(z))
    x = np.linspace(-reach, reach, 401)
    y, slope = np.empty_like(x), np.empty_like(x)
    activation.function(x, y)
    activation.slope(x, y, slope)
    is_slope = tensor.role is Role.SLOPE
    name = f"slope of {activation.name}" if is_slope else activation.name
    here = Series(scene.symbol(target), np.array([z]), np.array([scene.value(target)]), tone=4)
    curve = Series(name, x, slope if is_slope else y, tone=0)
    upright = np.array([curve.y.min(), curve.y.max()])
    stem = Series("", np.array([z, z]), upright, faint=True)
    return Curves((here, curve, stem), x_label=pre_activation.symbol, x_limits=(-reach, reach))


def _activation_of(program: Program, tensor: Tensor) -> Activation | None:
    """Return the function that an activation, an output or a slope is of, if any."""
    if tensor.role not in (Role.ACTIVATION, Role.SLOPE, Role.OUTPUT) or tensor.layer is None:
        return None
    if tensor.layer < program.network.depth:
        return program.network.activation(tensor.layer)
    return ACTIVATIONS.get(OUTPUTS[program.method.output].activation)


def _is_of_pixels(scene: Scene, target: Target) -> bool:
    """Return whether a number is a pixel, or how the loss changes with one."""
    tensor = scene.tensor(target)
    pixels = scene.computed(target.source).program.network_input.shape
    return tensor.layer == 0 and math.prod(tensor.shape) == math.prod(pixels)
