"""What a number of the program is, in words for the learner."""

from screens.inspect.maps import unit_axis
from screens.inspect.naming import neuron_words, output_words, parameter_words
from screens.inspect.origin import given_words, slot_words
from screens.inspect.subject import Scene, Target
from tui_nn.nn.operations.mean import samples_of
from tui_nn.nn.outputs import OUTPUTS
from tui_nn.nn.tensor import Axis, Role, Tensor


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
    tensor, step = scene.tensor(target), scene.computed(target.source).context.step
    after = "" if target.read else f", after step {step}'s update"
    match tensor.role:
        case Role.SLOT:
            return slot_words(scene, target) + after
        case Role.WEIGHT | Role.BIAS | Role.GAMMA | Role.BETA:
            return parameter_words(scene, target) + after
        case Role.OUTPUT | Role.LABEL | Role.COST:
            return _of_output(scene, target, tensor)
    for words in (_of_neuron, _of_parameter, _of_batch):
        if found := words(scene, target, tensor).get(tensor.role):
            return found
    return tensor.title or tensor.symbol


def _of_neuron(scene: Scene, target: Target, tensor: Tensor) -> dict[Role, str]:
    if tensor.layer is None or not target.index:
        return {}
    axis = unit_axis(tensor)
    unit = neuron_words(scene, tensor.layer, target.index[-1 if axis is None else axis])
    if Axis.ROW in tensor.axes:
        *_, row, column = target.index
        unit = f"place ({row},{column}) of {unit}"
    what = unit if tensor.layer == 0 else f"the activation of {unit}"
    if tensor.of is not None and tensor.of.role in _NORMALIZING:
        what = _of_neuron(scene, target, tensor.of)[tensor.of.role]
    return {
        Role.PRE_ACTIVATION: f"the weighted sum of {unit}",
        Role.ACTIVATION: f"the activation of {unit}",
        Role.DROPPED: f"the activation of {unit} after dropout",
        Role.MASK: f"whether {unit} is dropped: 0, or by how much it is scaled up if not",
        Role.DRAW: f"the random number that decides whether {unit} is dropped",
        Role.ERROR: f"how the loss changes with {what}",
        Role.DELTA: f"the error of {unit}, ∂L/∂z",
        Role.POOLED: f"what pooling leaves at {unit}",
        Role.NORMALIZED: f"the sum of {unit}, normalised",
        Role.SCALED: f"the sum of {unit}, normalised, then scaled by γ and shifted by β",
        Role.STATISTIC: f"{tensor.title} of {unit}",
        Role.RUNNING: f"{tensor.title}, of {unit}",
        Role.CHOICE: f"which element of its window won {unit}, row by row from 0",
        Role.RESHAPED: f"the same number as in {tensor.of}, in another shape",
        Role.SLOPE: f"the slope of the activation of {unit}",
        Role.UNIT_PENALTY: f"the penalty for the weights into {unit}",
    }


_NORMALIZING = (Role.STATISTIC, Role.NORMALIZED, Role.SCALED)


def _of_parameter(scene: Scene, target: Target, tensor: Tensor) -> dict[Role, str]:
    of = tensor.of
    if of is None or tensor.role not in (
        Role.CHANGE, Role.GRADIENT, Role.CLIPPED, Role.CHUNK_SUM, Role.SQUARES
    ) or not target.index:  # fmt: skip
        return {}
    parameter = of.of or of
    if tensor.role is Role.SQUARES:
        what = "the weights into" if parameter.role is Role.WEIGHT else "the bias of"
        unit = neuron_words(scene, parameter.layer or 0, target.index[-1])
        return {Role.SQUARES: f"the sum of the squared gradients of {what} {unit}"}
    program, which = scene.computed(target.source).program, parameter_words(scene, target)
    step = scene.computed(target.source).context.step
    moved = "J, the loss with its penalty," if program.method.penalised else "the loss"
    return {
        Role.CHANGE: f"how far step {step}'s update moves {which}",
        Role.GRADIENT: f"how {moved} changes with {which}",
        Role.CLIPPED: f"the gradient of {which}, after clipping",
        Role.CHUNK_SUM: f"the gradient of {which}, from the chunks of the batch before this one",
    }


def _of_batch(scene: Scene, target: Target, tensor: Tensor) -> dict[Role, str]:
    computed = scene.computed(target.source)
    samples = samples_of(computed.context, len(computed.context.indices))
    given = "what the network is given"
    if tensor != computed.program.network_input:
        given = "the image before it is distorted"
    elif computed.program.distortion:
        given += ": the distorted image"
    return {
        Role.INPUT: given,
        Role.NORMALIZER: tensor.title,
        Role.SAMPLE_LOSS: "the loss of one sample",
        Role.SAMPLE_WEIGHT: "how much the sample counts, by how rare its class is",
        Role.LOSS: f"the loss: the mean over the {samples:,} samples of the batch",
        Role.CHUNK_SUM: "the loss of the chunks of the batch before this one",
        Role.PENALTY: "the penalty for large weights",
        Role.OBJECTIVE: "what training minimises: the loss, and the penalty for large weights",
        Role.SCALE: "the clipping factor: every gradient is multiplied by it",
        Role.NORM: "the norm of all the gradients together",
    }


def _of_output(scene: Scene, target: Target, tensor: Tensor) -> str:
    output, method = target.index[-1], scene.computed(target.source).program.method
    task = scene.snapshot.recipe.task
    if tensor.role is Role.COST:
        return f"the cost of {output_words(scene, output)}"
    if task.is_numeric:
        name = task.names[output]
        return f"the target of {name}" if tensor.role is Role.LABEL else f"the output {name}"
    asked = task.asked if task.is_binary else task.form.one(output)
    if tensor.role is Role.LABEL:
        return f"whether it is {asked}"
    if not OUTPUTS[method.output].exclusive and not task.is_binary:
        return f"how sure the network is that it is {asked}, whatever the other outputs say"
    return f"the probability that it is {asked}"
