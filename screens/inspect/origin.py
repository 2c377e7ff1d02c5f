"""Where the numbers come from that no operation of a step computes."""

from screens.inspect.naming import parameter_words
from screens.inspect.subject import Scene, Source, Target
from screens.shapes.format import figure
from tui_nn.data.form import INK
from tui_nn.nn.explain import format_element
from tui_nn.nn.tensor import Parameter, Role
from tui_nn.training.stepping.stepper import CHUNK

_END = "It is given: no operation computes it."


def given_words(scene: Scene, target: Target) -> str:
    """Return where a number comes from, or "" if an operation has yet to compute it."""
    program = scene.computed(target.source).program
    known = {
        Role.INPUT: _pixel,
        Role.LABEL: _label,
        Role.SAMPLE_WEIGHT: _weight,
        Role.SLOT: _slot,
        Role.WEIGHT: _parameter,
        Role.BIAS: _parameter,
        Role.GAMMA: _parameter,
        Role.BETA: _parameter,
        Role.RUNNING: _running,
        Role.CHUNK_SUM: _chunks_before,
    }
    words = known.get(scene.tensor(target).role)
    is_given = target.name in program.inputs or target.name not in program.writer
    if words is None or not (is_given or program.is_kept(target.name)):
        return ""
    return words(scene, target)


def slot_words(scene: Scene, target: Target) -> str:
    """Return what the optimiser remembers of a parameter."""
    slot = scene.tensor(target)
    assert slot.of is not None
    return f"what the optimiser remembers of {format_element(slot.of, target.index)}: {slot.title}"


def _pixel(scene: Scene, target: Target) -> str:
    name, image, label = scene.sample(target.source, target.index[0])
    digit = "" if label is None else f", {scene.snapshot.dataset.form.one(label)}"
    picture = scene.tensor(target).picture
    if not picture:
        number, value = target.index[1], figure(scene.value(target), 4)
        return f"Number {number} of {name}{digit}: {value} is what the network is given. {_END}"
    row, column = divmod(target.index[1], picture[1])
    ink = int(image[row, column])
    used = "is what the network is given."
    if scene.tensor(target) != scene.computed(target.source).program.network_input:
        used = "stands in x, which is distorted before the network is given it."
    return (
        f"A pixel of {name}{digit}: row {row}, column {column}. Its ink is {ink} of {INK}, "
        f"and {ink}/{INK} = {figure(scene.value(target), 4)} {used} {_END}"
    )


def _label(scene: Scene, target: Target) -> str:
    row, digit = target.index
    name, _, label = scene.sample(target.source, row)
    task = scene.snapshot.recipe.task
    if label is None:
        return f"The label of {name}: it is unknown, so every y is 0."
    if task.is_numeric:
        value = figure(scene.value(target), 4)
        return f"The target of {name}: {task.names[digit]} should be {value}. {_END}"
    form = task.form
    if task.is_binary:
        yes = "yes, so y is 1" if scene.value(target) else "no, so y is 0"
        which = f"it is {form.one(label)}. Is it {task.asked}?"
        return f"The label of {name}: {which} It says {yes}. {_END}"
    true, this = form.classes[label], form.classes[digit]
    others = "digits" if form.is_picture else "classes"
    return (
        f"The label of {name}: it is {form.one(label)}, so y is 1 for the {true} and 0 for the "
        f"other {others}; this one is for the {this}. {_END}"
    )


def _weight(scene: Scene, target: Target) -> str:
    name, _, label = scene.sample(target.source, target.index[0])
    times, what = figure(scene.value(target), 4), scene.snapshot.dataset.form.one(label)
    return (
        f"How much {name}, {what}, counts: {times} × as much as if all were equal. With these "
        "weights all the samples of a rare class together count as much as all those of a "
        f"frequent one. {_END}"
    )


def _slot(scene: Scene, target: Target) -> str:
    last = scene.computed(target.source).context.step - 1
    since = f"as step {last}'s update left it" if last >= 0 else "0, as it begins"
    words = slot_words(scene, target)
    return (
        f"{words[0].upper()}{words[1:]}. Here it is {since}: the update reads it, then "
        "overwrites it."
    )


def _chunks_before(scene: Scene, target: Target) -> str:
    context = scene.computed(target.source).context
    return (
        f"What the first {context.start:,} of the batch's {context.samples:,} samples came to. So "
        f"large a batch is worked through in chunks of {CHUNK:,}, which add up; only the last "
        "chunk is there to be taken apart."
    )


def _running(scene: Scene, target: Target) -> str:
    tensor = scene.tensor(target)
    steps = scene.computed(target.source).context.step
    since = f"which followed {steps} batches until now" if steps else "as it begins"
    return (
        f"{tensor.title[0].upper()}{tensor.title[1:]}: {scene.symbol(target)}, {since}. Nobody "
        "learns it: after each update it moves a tenth of the way to the batch's own."
    )


def _parameter(scene: Scene, target: Target) -> str:
    program, position = scene.snapshot.program, scene.snapshot.position
    last = scene.computed(target.source).context.step - 1
    if target.source is Source.PROBE:  # it is taken through the network as it is now
        done = program.writer.get(target.name) in program.operations[: position.operation]
        last = position.step if done else position.step - 1
    since = (
        f"last changed by step {last}'s update"
        if last >= 0
        else "its initial value, drawn at random"
    )
    tensor = scene.tensor(target)
    if last < 0 and isinstance(tensor, Parameter) and tensor.fans is None:
        since = f"{tensor.initial:g}, the initial value of every {tensor.role}"
    if last < 0 and target.name in program.network.given:
        since = "its initial value, which the recipe gives"
    return (
        f"{parameter_words(scene, target).capitalize()}: {scene.symbol(target)}, {since}. "
        "The step reads it; its gradient says how the update then moves it."
    )
