"""Is the gradient right? Backpropagation against central differences, in float64.

The loss comes from the very program that is trained, run again with one parameter nudged:
∂L/∂w ≈ (L(w + ε) − L(w − ε))/2ε, whose error falls with ε² (Goodfellow et al. 2016, section
11.5). Only the operations that depend on that parameter are run again.
"""

import numpy as np
from msgspec import Struct

from tui_nn.errors import TuiNNError
from tui_nn.nn import inputs
from tui_nn.nn.explain import Index
from tui_nn.nn.operation import Creased, Kinked, Narrowed, Operation, Rates, StepContext, bind, run
from tui_nn.nn.program import Program
from tui_nn.nn.state import State
from tui_nn.nn.tensor import Array, Arrays, Role
from tui_nn.randomness import Purpose, generator

EPSILON = 1e-6
NONE = Rates()
BATCH = 32
FAR = 0.1


class GradientCheck(Struct, frozen=True, eq=False):
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


class Nudge(Struct, frozen=True, eq=False):
    """The loss with one parameter nudged up and down.

    Attributes:
        slope: (L(w + ε) − L(w − ε))/2ε.
        above: L(w + ε).
        below: L(w − ε).
        crossed: bool [B], samples that it took across a kink of their loss, where there is no
            derivative to compare with.
        at_zero: Whether it took the weight itself across 0, the kink of L1's |w|. At 0 itself
            both slopes are 0: the one that is nudged, and sign(0).
    """

    slope: float
    above: float
    below: float
    crossed: Array
    at_zero: bool = False


def move_off_kinks(program: Program, state: State, seed: int) -> None:
    """Let biases begin at random where the inputs are pictures.

    Where a picture is empty, a convolution gives its bias alone: at 0, that is on ReLU's kink in
    every sample.

    Args:
        program: Whose gradient will be checked.
        state: The parameters.
        seed: Decides the draw.
    """
    if len(program.network.inputs) == 1:
        return
    rng = generator(seed, Purpose.GRADIENT_CHECK)
    for name, parameter in program.parameters.items():
        if parameter.fans is None:
            state.tensors[name] += rng.uniform(-FAR, FAR, parameter.shape)


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
        state: The parameters, in float64. They are nudged, and restored bit for bit.
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
        tensors[program.input.name][...] = a0[samples]
        tensors[program.labels.name][...] = y[samples]
        if weights is not None:
            tensors[inputs.sample_weights().name][...] = weights[samples]
        context = StepContext(seed, 1, 0, samples, learning_rate=0.0, rates=rates)
        errors, crossed = compare(program, tensors, context, epsilon)
        if not crossed.any():
            return GradientCheck(errors, samples)
        order = np.concatenate([samples[~crossed], order[batch:]])
    raise TuiNNError(f"fewer than {batch} of {len(y)} samples are away from every kink")


def compare(
    program: Program, tensors: Arrays, context: StepContext, epsilon: float = EPSILON
) -> tuple[dict[str, float], Array]:
    """Compare the gradients on the batch that ``tensors`` holds, up to the first kink.

    Returns:
        Parameter name to relative error, and bool [B], the samples that are at a kink. If there
        are any, the errors are incomplete and must not be used.
    """
    run(program.differentiating, tensors, context)
    errors: dict[str, float] = {}
    crossed = np.zeros(len(context.indices), np.bool_)
    for name, shape in program.network.shapes.items():
        affected = depending(program.costing, name)
        gradient = program.gradient_of(name).name
        numeric = np.empty(shape)
        nudging = Nudging(affected, tensors, context, name)
        for index in np.ndindex(shape):
            nudge = nudging.nudge(index, epsilon)
            if nudge.crossed.any():
                return errors, nudge.crossed
            numeric[index] = tensors[gradient][index] if nudge.at_zero else nudge.slope
        run(affected, tensors, context)
        noise = rounding(float(tensors[program.objective]), numeric.size, epsilon)
        errors[name] = relative_error(tensors[gradient], numeric, noise)
    return errors, crossed


def depending(operations: tuple[Operation, ...], name: str) -> tuple[Operation, ...]:
    """Return the operations whose results depend on a tensor, in order."""
    changed = {name}
    dependent = []
    for operation in operations:
        if changed.intersection(operation.names_read):
            changed.update(operation.names_written)
            dependent.append(operation)
    return tuple(dependent)


def nudge_parameter(
    affected: tuple[Operation, ...],
    tensors: Arrays,
    context: StepContext,
    name: str,
    index: Index,
    epsilon: float = EPSILON,
) -> Nudge:
    """Return the numeric slope of the loss along one parameter.

    Args:
        affected: The operations of forward and loss that depend on the parameter.
        tensors: Holding a batch, with everything computed that is not affected.
        context: The step's.
        name: The parameter's tensor.
        index: Which element of it.
        epsilon: ε.
    """
    return Nudging(affected, tensors, context, name).nudge(index, epsilon)


class Nudging:
    """The loss as a function of one parameter: what is the same for all its elements is made once.

    The parameter and what the first affected operation wrote are restored. What the others
    wrote is left as a nudge made it; ``run(affected, …)`` restores that.
    """

    def __init__(
        self, affected: tuple[Operation, ...], tensors: Arrays, context: StepContext, name: str
    ) -> None:
        """Prepare to nudge a parameter; see ``nudge_parameter``."""
        first, *rest = affected
        written = [tensor for operation in affected for tensor in operation.writes]
        self._losses = next(each.name for each in written if each.role is Role.SAMPLE_LOSS)
        self._objective = affected[-1].name
        self._tensors, self._context, self._name = tensors, context, name
        self._first, self._rest = first.kernel, bind(rest, tensors)
        kernels = [operation.kernel for operation in rest]
        self._kinks = [kink for each in kernels if isinstance(each, Kinked) for kink in each.kinks]
        # Whether an operation has no derivative where the parameter is 0.
        self._creases = any(
            isinstance(each, Creased) and each.creases(name, context) for each in kernels
        )
        self._narrowed = first.kernel if isinstance(first.kernel, Narrowed) else None

    def nudge(self, index: Index, epsilon: float = EPSILON) -> Nudge:
        """Return the numeric slope of the loss along one element of the parameter."""
        parameter = self._tensors[self._name]
        before = parameter[index]
        call = self._first.bind(self._narrow(index))

        def loss_at(value: float) -> tuple[float, Array, list[Array]]:
            parameter[index] = value
            for each in (call, *self._rest):
                each(self._context)
            sides = [self._tensors[tensor.name] > kink for tensor, kink in self._kinks]
            losses = self._tensors[self._losses].copy()
            return float(self._tensors[self._objective]), losses, sides

        above, losses_above, sides_above = loss_at(before + epsilon)
        below, losses_below, sides_below = loss_at(before - epsilon)
        parameter[index] = before
        call(self._context)
        crossed = np.zeros(len(losses_above), np.bool_)
        for one, other in zip(sides_above, sides_below, strict=True):
            crossed |= (one != other).any(axis=tuple(range(1, one.ndim)))
        # A unit whose output weights are all 0, as at zero weights, may cross.
        crossed &= losses_above != losses_below
        at_zero = self._creases and 0 < abs(float(before)) < epsilon
        return Nudge((above - below) / (2 * epsilon), above, below, crossed, at_zero)

    def _narrow(self, index: Index) -> Arrays:
        """Return the arrays with which the first operation computes only what one element changes.

        The same kernel then does a fraction of the work.
        """
        if self._narrowed is None:
            return self._tensors
        return self._narrowed.narrow(self._tensors, self._name, index)


def rounding(loss: float, count: int, epsilon: float) -> float:
    """Return how long a numeric gradient is whose numbers are all 0, at most.

    Such is that of a bias that batch normalisation takes away again.

    Args:
        loss: What is divided by 2ε.
        count: How many numbers the gradient has.
        epsilon: ε.
    """
    ulps = 16 * float(np.spacing(max(abs(loss), 1.0)))
    return ulps / (2 * epsilon) * float(np.sqrt(count))


def relative_error(one: Array, other: Array, noise: float = 0.0) -> float:
    """Return ‖g − ĝ‖/(‖g‖ + ‖ĝ‖), or 0 where both are zero.

    Args:
        one: g.
        other: ĝ.
        noise: What is no longer than this is zero but for rounding.
    """
    size = float(np.linalg.norm(one) + np.linalg.norm(other))
    return float(np.linalg.norm(one - other)) / size if size > noise else 0.0
