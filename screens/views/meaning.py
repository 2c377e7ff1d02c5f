"""What a number of the program is, in words for the learner."""

from screens.views.numbers import figure
from screens.views.scene import Scene, Source, Target
from screens.views.tensors import layer_of
from tui_nn.data.dataset import PIXELS
from tui_nn.nn.network import Network
from tui_nn.nn.symbols import symbol


def meaning(scene: Scene, target: Target) -> str:
    """Return what a number is, and whose."""
    words = _what(scene, target)
    if target.row is None:
        return words
    return f"{words}; {scene.row_words(target.source, target.row)}"


def given(scene: Scene, target: Target) -> str:
    """Return where a number comes from that no operation of the step computed."""
    if target.name == "a0":
        return _pixel(scene, target)
    if target.name == "y":
        return _label(scene, target)
    if target.name in scene.snapshot.program.network.shapes:
        return _parameter(scene, target)
    return "It is not computed yet: press n."


def _pixel(scene: Scene, target: Target) -> str:
    row, column = divmod(target.index[1], PIXELS)
    name, image, label = scene.sample(target.source, target.index[0])
    ink = int(image[row, column])
    digit = "" if label is None else f", a {label}"
    return (
        f"A pixel of {name}{digit}: row {row}, column {column}. Its ink is {ink} of 255, "
        f"and {ink}/255 = {figure(scene.value(target), 4)} is what the network is given. "
        "The way back ends here."
    )


def _label(scene: Scene, target: Target) -> str:
    row, digit = target.index
    name, _, label = scene.sample(target.source, row)
    if label is None:
        return f"The label of {name}: nobody knows it, so every y is 0."
    return (
        f"The label of {name}: it is a {label}, so y is 1 for the {label} and 0 for the other "
        f"digits; this one is for the {digit}. The way back ends here."
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
        f"{parameter_words(program.network, target).capitalize()}: {target.symbol}, {since}. "
        "The step reads it; its gradient says how the update then moves it."
    )


def parameter_words(network: Network, target: Target) -> str:
    """Return what a weight or a bias belongs to; the same for its gradient."""
    layer, neuron = layer_of(target.name), target.index[-1]
    if len(target.index) == 1:
        return f"the bias of {neuron_words(network, layer, neuron)}"
    source = neuron_words(network, layer - 1, target.index[0])
    return f"the weight from {source} to {neuron_words(network, layer, neuron)}"


def neuron_words(network: Network, layer: int, neuron: int) -> str:
    """Return which neuron it is: a pixel in layer 0, a digit in the last one."""
    if layer == 0:
        return "pixel ({},{})".format(*divmod(neuron, PIXELS))
    if layer == network.layers:
        return f"the output for {neuron}"
    return f"neuron {neuron} of layer {layer}"


def _what(scene: Scene, target: Target) -> str:
    network = scene.snapshot.program.network
    kind, layer = target.name.rstrip("0123456789"), layer_of(target.name)
    if kind in ("W", "b", "dW", "db", "changeW", "changeb"):
        return _of_parameter(scene, target, kind)
    unit = neuron_words(network, layer, target.index[-1]) if layer else ""
    digit = target.index[-1] if target.index else 0
    rows = len(scene.computed(target.source).context.indices)
    words = {
        "z": f"the weighted sum of {unit}",
        "a": f"the activation of {unit}" if layer else "what the network is given",
        "m": "the largest of the logits",
        "s": "the sum of the exponentials, by which each is divided",
        "p": f"the probability that it is a {digit}",
        "y": f"whether it is a {digit}",
        "l": "the loss of one sample",
        "L": f"the loss: the mean over the {rows} samples of the batch",
        "delta": f"the error of {unit}: how the loss moves with its sum",
        "slope": f"the slope of the activation at the sum of {unit}",
        "dx": f"how the loss moves with {neuron_words(network, 0, digit)}",
    }
    return words.get(kind, symbol(target.name))


def _of_parameter(scene: Scene, target: Target, kind: str) -> str:
    which = parameter_words(scene.snapshot.program.network, target)
    step = scene.computed(target.source).context.step
    if kind.startswith("change"):
        return f"how far step {step}'s update moves {which}"
    if kind.startswith("d"):
        return f"how the loss moves with {which}"
    return which if target.read else f"{which}, after step {step}'s update"
