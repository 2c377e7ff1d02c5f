"""Where the numbers come from that no operation of a step computes."""

from screens.inspect.naming import parameter_words
from screens.inspect.subject import Scene, Source, Target
from screens.shapes.format import figure
from tui_nn.data.dataset import PIXELS
from tui_nn.nn.explain import spelt
from tui_nn.nn.program import Program
from tui_nn.training.stepping.stepper import CHUNK

_SLOTS = {
    ("momentum", "v"): "its velocity, to which every gradient adds",
    ("nesterov", "v"): "its velocity, to which every gradient adds",
    ("rmsprop", "v"): "a moving mean of the squares of its gradients",
    ("adam", "m"): "a moving mean of its gradients",
    ("adam", "v"): "a moving mean of the squares of its gradients",
}
_END = "The way back ends here."


def given_words(scene: Scene, target: Target) -> str:
    """Return where a number comes from, or "" if an operation has yet to compute it."""
    program = scene.computed(target.source).program
    if target.name in program.inputs:
        return {"y": _label, "w": _weight}.get(target.name, _pixel)(scene, target)
    if target.name in program.slots:
        return _slot(scene, target)
    if program.is_kept(target.name):
        return _parameter(scene, target)
    return _chunks_before(scene, target) if target.name in program.sums.values() else ""


def slot_words(scene: Scene, target: Target) -> str:
    """Return what the optimiser remembers of a parameter."""
    program = scene.computed(target.source).program
    parameter = slot_of(program, target.name)
    key = (program.method.optimizer.removesuffix("w"), target.name.removesuffix(parameter))
    return f"what the optimiser remembers of {spelt(parameter, target.index)}: {_SLOTS[key]}"


def slot_of(program: Program, name: str) -> str:
    """Return the parameter that a slot belongs to."""
    return next(each for each in program.network.shapes if name.endswith(each))


def _pixel(scene: Scene, target: Target) -> str:
    row, column = divmod(target.index[1], PIXELS)
    name, image, label = scene.sample(target.source, target.index[0])
    ink = int(image[row, column])
    digit = "" if label is None else f", a {label}"
    used = "is what the network is given."
    if target.name == "x":
        used = "stands in x, which is distorted before the network is given it."
    return (
        f"A pixel of {name}{digit}: row {row}, column {column}. Its ink is {ink} of 255, "
        f"and {ink}/255 = {figure(scene.value(target), 4)} {used} {_END}"
    )


def _label(scene: Scene, target: Target) -> str:
    row, digit = target.index
    name, _, label = scene.sample(target.source, row)
    wanted = scene.snapshot.recipe.task.target
    if label is None:
        return f"The label of {name}: nobody knows it, so every y is 0."
    if wanted is not None:
        yes = "yes, so y is 1" if label == wanted else "no, so y is 0"
        return f"The label of {name}: it is a {label}. Is it a {wanted}? It says {yes}. {_END}"
    return (
        f"The label of {name}: it is a {label}, so y is 1 for the {label} and 0 for the other "
        f"digits; this one is for the {digit}. {_END}"
    )


def _weight(scene: Scene, target: Target) -> str:
    name, _, label = scene.sample(target.source, target.index[0])
    times = figure(scene.value(target), 4)
    return (
        f"How much {name}, a {label}, counts: {times} × as much as if all were equal. With these "
        "weights all the samples of a rare class together count as much as all those of a "
        f"frequent one. {_END}"
    )


def _slot(scene: Scene, target: Target) -> str:
    last = scene.computed(target.source).context.step - 1
    since = f"as step {last}'s update left it" if last >= 0 else "0, as it begins"
    words = slot_words(scene, target)
    return (
        f"{words[0].upper()}{words[1:]}. Here it is {since}: the update reads it, and then "
        "writes it anew."
    )


def _chunks_before(scene: Scene, target: Target) -> str:
    context = scene.computed(target.source).context
    return (
        f"What the first {context.start:,} of the batch's {context.samples:,} samples came to. So "
        f"large a batch is worked through in chunks of {CHUNK:,}, which add up; only the last "
        "chunk is there to be taken apart."
    )


def _parameter(scene: Scene, target: Target) -> str:
    program, position = scene.snapshot.program, scene.snapshot.position
    last = scene.computed(target.source).context.step - 1
    if target.source is Source.PROBE:  # it is taken through the network as it is now
        done = program.writer[target.name] in program.operations[: position.operation]
        last = position.step if done else position.step - 1
    since = f"last changed by step {last}'s update" if last >= 0 else "as it was drawn at random"
    if last < 0 and target.name.startswith("b"):
        since = "0, as every bias begins"
    return (
        f"{parameter_words(scene, target).capitalize()}: {target.symbol}, {since}. "
        "The step reads it; its gradient says how the update then moves it."
    )
