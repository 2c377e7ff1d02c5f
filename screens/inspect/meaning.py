"""What a number of the program is, in words for the learner."""

from screens.inspect.naming import neuron_words, output_words, parameter_words
from screens.inspect.origin import given_words, slot_words
from screens.inspect.subject import Scene, Target
from screens.inspect.tensors import layer_of
from tui_nn.nn.operations.mean import samples_of
from tui_nn.nn.symbols import symbol


def meaning(scene: Scene, target: Target) -> str:
    """Return what a number is, and whose."""
    words, row = _what(scene, target), scene.row(target)
    if row is None:
        return words
    return f"{words}; {scene.row_words(target.source, row)}{scene.chunk_words(target.source)}"


def given(scene: Scene, target: Target) -> str:
    """Return where a number comes from that no operation of the step computed."""
    return given_words(scene, target) or "It is not computed yet: press n."


def _what(scene: Scene, target: Target) -> str:
    program = scene.computed(target.source).program
    kind, layer = target.name.rstrip("0123456789"), layer_of(target.name)
    if kind.endswith(("W", "b")):
        return _of_parameter(scene, target, kind)
    if layer and target.index:
        return _of_neuron(scene, target, kind, layer)
    if kind == "dx":
        return f"how the loss moves with {neuron_words(scene, 0, target.index[1])}"
    if kind in ("p", "y", "c"):
        return _of_output(scene, target, kind)
    context = scene.computed(target.source).context
    samples = samples_of(context, len(context.indices))
    what_weights_cost = "what large weights cost"
    words = {
        "a": "what the network is given" + (": the distorted image" if program.distortion else ""),
        "x": "the image before it is distorted",
        "m": "the largest of the logits",
        "s": "the sum of the exponentials, by which each is divided",
        "l": "the loss of one sample",
        "w": "how much the sample counts, by how rare its class is",
        "L": f"the loss: the mean over the {samples:,} samples of the batch",
        "sumL": "the loss of the chunks of the batch before this one",
        "R": f"{what_weights_cost}: the penalty",
        "J": f"what training makes small: the loss, and {what_weights_cost}",
        "clip": "what every gradient is multiplied by, so that all together are not too long",
        "size": "how long all the gradients are together",
    }
    return words.get(kind, symbol(target.name))


def _of_neuron(scene: Scene, target: Target, kind: str, layer: int) -> str:
    unit = neuron_words(scene, layer, target.index[-1])
    words = {
        "z": f"the weighted sum of {unit}",
        "a": f"the activation of {unit}",
        "h": f"what {unit} says after dropout",
        "mask": f"whether {unit} is silenced: 0, or by how much louder it is if not",
        "u": f"the draw that decides whether {unit} is silenced",
        "delta": f"the error of {unit}: how the loss moves with its sum",
        "slope": f"the slope of the activation at the sum of {unit}",
        "r": f"what the weights into {unit} cost",
    }
    return words.get(kind, symbol(target.name))


def _of_output(scene: Scene, target: Target, kind: str) -> str:
    output, method = target.index[-1], scene.computed(target.source).program.method
    wanted = scene.snapshot.recipe.task.target
    digit = output if wanted is None else wanted
    if kind == "c":
        return f"what {output_words(scene, output)} costs"
    if kind == "y":
        return f"whether it is a {digit}"
    if method.output == "sigmoid" and wanted is None:
        return f"how sure the network is that it is a {digit}, whatever the other outputs say"
    return f"the probability that it is a {digit}"


def _of_parameter(scene: Scene, target: Target, kind: str) -> str:
    program, which = scene.computed(target.source).program, parameter_words(scene, target)
    step = scene.computed(target.source).context.step
    if target.name in program.slots:
        after = "" if target.read else f", after step {step}'s update"
        return slot_words(scene, target) + after
    moved = "the loss" if program.objective == "L" else "J, the loss with its penalty,"
    words = {
        "change": f"how far step {step}'s update moves {which}",
        "d": f"how {moved} moves with {which}",
        "clipped": f"the gradient of {which}, after clipping",
        "sum": f"the gradient of {which}, from the chunks of the batch before this one",
        "squares": "the squares of the gradients of "
        f"{'the weights into' if kind.endswith('W') else 'the bias of'} "
        f"{neuron_words(scene, layer_of(target.name), target.index[-1])}, added up",
    }
    if (before := kind[:-1]) in words:
        return words[before]
    return which if target.read else f"{which}, after step {step}'s update"
