"""Is the gradient right? Backpropagation against central differences, in float64.

The loss comes from the very program that is trained, run again with one parameter nudged:
∂L/∂w ≈ (L(w + ε) − L(w − ε))/2ε, whose error falls with ε² (Goodfellow et al. 2016, section
11.5). Only the operations that depend on that parameter are run again.
"""

from dataclasses import dataclass

import numpy as np

from tui_nn.errors import TuiNNError
from tui_nn.nn.explain import Index
from tui_nn.nn.operation import Operation, Rates, StepContext, run
from tui_nn.nn.operations.forward import Activate, Affine
from tui_nn.nn.operations.penalty import Penalty
from tui_nn.nn.program import Program
from tui_nn.nn.tensors import Array, State, Tensors
from tui_nn.randomness import Purpose, generator

EPSILON = 1e-6
NONE = Rates()
BATCH = 32


@dataclass(frozen=True, eq=False)
class GradientCheck:
    """How far the two gradients are apart.

    Attributes:
        errors: Parameter name to ‖g − ĝ‖/(‖g‖ + ‖ĝ‖) over the whole tensor.
        samples: Rows of the pool that the loss was taken over.
    """

    errors: dict[str, float]
    samples: Array

    @property
    def max_relative_error(self) -> float:
        """The largest of the errors; NaN if one of them is."""
        return float(np.max(list(self.errors.values())))


@dataclass(frozen=True, eq=False)
class Nudge:
    """What a nudge of one parameter, up and down, came to.

    Attributes:
        slope: (L(w + ε) − L(w − ε))/2ε.
        above: L(w + ε).
        below: L(w − ε).
        bent: bool [B], samples that it took across a kink of their loss, where there is no
            derivative to compare with.
        creased: Whether it took the weight itself across 0, the kink of L1's |w|. At 0 itself
            both slopes are 0: the one that is nudged, and sign(0).
    """

    slope: float
    above: float
    below: float
    bent: Array
    creased: bool = False


def check_gradient(
    program: Program,
    state: State,
    a0: Array,
    y: Array,
    seed: int,
    batch: int = BATCH,
    rates: Rates = NONE,
    weights: Array | None = None,
    epsilon: float = EPSILON,
) -> GradientCheck:
    """Compare the gradient of every parameter on a batch drawn at random.

    A sample that a nudge takes across a kink is drawn again. A weight that it takes across 0
    under L1 is left out, for no other samples would help.

    Args:
        program: Whose gradient.
        state: The parameters, in float64. They are nudged, and put back bit for bit.
        a0: float64 [N, inputs], the pool of samples to draw from.
        y: float64 [N, classes], their labels, one-hot.
        seed: Decides the draw.
        batch: How many samples to take the loss over.
        rates: Of regularisation and dropout, where the program has them.
        weights: float64 [N], how much each sample counts, where the program reads that.
        epsilon: ε.

    Raises:
        TuiNNError: The pool has too few samples away from a kink.
    """
    order = generator(seed, Purpose.GRADIENT_CHECK).permutation(len(y))
    workspace = program.workspace(state, batch, program.differentiating)
    while len(order) >= batch:
        samples = order[:batch]
        tensors = workspace.rows(batch)
        tensors["x" if program.distortion else "a0"][...] = a0[samples]
        tensors["y"][...] = y[samples]
        if weights is not None:
            tensors["w"][...] = weights[samples]
        context = StepContext(seed, 1, 0, samples, learning_rate=0.0, rates=rates)
        errors, bent = compare(program, tensors, context, epsilon)
        if not bent.any():
            return GradientCheck(errors, samples)
        order = np.concatenate([samples[~bent], order[batch:]])
    raise TuiNNError(f"fewer than {batch} of {len(y)} samples are away from every kink")


def compare(
    program: Program, tensors: Tensors, context: StepContext, epsilon: float = EPSILON
) -> tuple[dict[str, float], Array]:
    """Compare the gradients on the batch that ``tensors`` holds, up to the first kink.

    Returns:
        Parameter name to relative error, and bool [B], the samples that are at a kink. If there
        are any, the errors are of no use, and not complete.
    """
    run(program.differentiating, tensors, context)
    errors: dict[str, float] = {}
    bent = np.zeros(len(tensors["y"]), np.bool_)
    for name, shape in program.network.shapes.items():
        affected = depending(program.costing, name)
        numeric = np.empty(shape)
        for index in np.ndindex(shape):
            nudge = nudged(affected, tensors, context, name, index, epsilon)
            if nudge.bent.any():
                return errors, nudge.bent
            numeric[index] = tensors[f"d{name}"][index] if nudge.creased else nudge.slope
        run(affected, tensors, context)
        errors[name] = relative_error(tensors[f"d{name}"], numeric)
    return errors, bent


def depending(operations: tuple[Operation, ...], name: str) -> tuple[Operation, ...]:
    """Return the operations whose results depend on a tensor, in order."""
    changed = {name}
    dependent = []
    for operation in operations:
        if changed.intersection(operation.reads):
            changed.update(operation.writes)
            dependent.append(operation)
    return tuple(dependent)


def nudged(
    affected: tuple[Operation, ...],
    tensors: Tensors,
    context: StepContext,
    name: str,
    index: Index,
    epsilon: float = EPSILON,
) -> Nudge:
    """Return the numeric slope of the loss along one parameter.

    The parameter is put back, and what the first affected operation wrote; what the others
    wrote is left as the nudge made it, and ``run(affected, …)`` mends that.

    Args:
        affected: The operations of forward and loss that depend on the parameter.
        tensors: Holding a batch, with everything computed that is not affected.
        context: The step's.
        name: The parameter's tensor.
        index: Which element of it.
        epsilon: ε.
    """
    parameter = tensors[name]
    before = parameter[index]
    objective = affected[-1].name
    first, rest = affected[:1], affected[1:]
    of_neuron = one_neuron(first[0], tensors, index[-1])
    kinked = [
        (operation.kernel.z, operation.kernel.activation.kink)
        for operation in rest
        if isinstance(operation.kernel, Activate) and operation.kernel.activation.kink is not None
    ]

    def loss_at(value: float) -> tuple[float, Array, list[Array]]:
        parameter[index] = value
        run(first, of_neuron, context)
        run(rest, tensors, context)
        sides = [tensors[z] > kink for z, kink in kinked]
        return float(tensors[objective]), tensors["l"].copy(), sides

    above, losses_above, sides_above = loss_at(before + epsilon)
    below, losses_below, sides_below = loss_at(before - epsilon)
    parameter[index] = before
    run(first, of_neuron, context)
    bent = np.zeros(len(losses_above), np.bool_)
    for one, other in zip(sides_above, sides_below, strict=True):
        bent |= (one != other).any(axis=1)
    # A neuron that nobody listens to, as all are at zero weights, may cross.
    bent &= losses_above != losses_below
    near = 0 < abs(float(before)) < epsilon
    creased = near and any(_prices(each, name, context) for each in rest)
    return Nudge((above - below) / (2 * epsilon), above, below, bent, creased)


def _prices(operation: Operation, name: str, context: StepContext) -> bool:
    """Return whether an operation has |w| of a tensor cost something."""
    return (
        isinstance(operation.kernel, Penalty) and name in operation.reads and context.rates.l1 > 0
    )


def one_neuron(operation: Operation, tensors: Tensors, neuron: int) -> Tensors:
    """Return what an operation needs to compute one neuron, where neurons do not mix.

    The same kernel then does a fraction of the work: the weights of a layer's other neurons
    have nothing to do with the nudge.
    """
    kernel = operation.kernel
    if not isinstance(kernel, Affine):
        return tensors
    column = slice(neuron, neuron + 1)
    own = {each: tensors[each][..., column] for each in (kernel.W, kernel.b, kernel.z)}
    return {kernel.a: tensors[kernel.a], **own}


def relative_error(one: Array, other: Array) -> float:
    """Return ‖g − ĝ‖/(‖g‖ + ‖ĝ‖), or 0 where both are zero."""
    size = float(np.linalg.norm(one) + np.linalg.norm(other))
    return float(np.linalg.norm(one - other)) / size if size else 0.0
