"""What neurons, outputs and parameters are called."""

from screens.inspect.subject import Scene, Target
from tui_nn.nn.explain import format_element
from tui_nn.nn.tensor import Axis, Role


def parameter_words(scene: Scene, target: Target) -> str:
    """Return what a weight or a bias belongs to; the same for its gradient."""
    layer, neuron = scene.tensor(target).layer or 0, target.index[-1]
    if len(target.index) == 1:
        parameter = scene.tensor(target)
        while parameter.of is not None:
            parameter = parameter.of
        return f"the {parameter.role} of {neuron_words(scene, layer, neuron)}"
    program = scene.computed(target.source).program
    if len(target.index) > 2:
        channel, row, column, _ = target.index
        of = f"for channel {channel} in the kernel of map {neuron} of layer {layer}"
        return f"the weight ({row},{column}) {of}"
    reads = program.reads_of(layer)
    source = neuron_words(scene, layer - 1, target.index[0])
    if reads.role is Role.RESHAPED:
        source = format_element(reads, target.index[:1])
    return f"the weight from {source} to {neuron_words(scene, layer, neuron)}"


def neuron_words(scene: Scene, layer: int, neuron: int) -> str:
    """Return which neuron it is: a pixel or an input in layer 0, an output in the last one."""
    if layer == 0:
        picture = scene.snapshot.program.network.picture
        return "pixel ({},{})".format(*divmod(neuron, picture[1])) if picture else f"input {neuron}"
    if layer == scene.snapshot.program.network.depth:
        return output_words(scene, neuron)
    sums = scene.snapshot.program.find_one(Role.PRE_ACTIVATION, layer)
    return f"{'map' if Axis.ROW in sums.axes else 'neuron'} {neuron} of layer {layer}"


def output_words(scene: Scene, output: int) -> str:
    """Return which output it is: a class's, or the only one."""
    task = scene.snapshot.recipe.task
    return f"the output for {task.yes if task.is_binary else task.names[output]}"
