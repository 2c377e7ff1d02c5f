"""One step of a small network, outside any session: what the tests of the machine look at."""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from tui_nn.data.augmentation import Augmentation, augment
from tui_nn.nn.activations import ACTIVATIONS
from tui_nn.nn.explain import Factor, Index, Terms
from tui_nn.nn.layers.kinds import layer_of
from tui_nn.nn.looked import Looked
from tui_nn.nn.method import Method
from tui_nn.nn.network import Network, dense_network, network_of
from tui_nn.nn.operation import Rates, StepContext, run
from tui_nn.nn.optimizers import OPTIMIZERS
from tui_nn.nn.program import Program, build
from tui_nn.nn.state import State
from tui_nn.nn.tensor import Array, Arrays, Role, Shape, Tensor
from tui_nn.nn.workspace import Workspace

CONTEXT = StepContext(seed=1, epoch=1, step=0, indices=np.arange(3), learning_rate=0.1)
DISTORTION = Augmentation(shift=0.5, rotation=20, scale=0.2, elastic=2, smoothness=1)
HEADS = (("softmax", "cross-entropy"), ("sigmoid", "cross-entropy"), ("sigmoid", "quadratic"))
PLAIN, RATES = Method(), Rates(momentum=0.9, weight_decay=0.01)
L1, L2, DROPOUT = 0.03, 0.2, 0.4


def T(name: str, **details: Any) -> Tensor:  # noqa: N802 - so that formulas stay short
    """A tensor for a kernel that is run by itself, which looks at nothing but its name."""
    return Tensor(name, Role.SCRATCH, **details)


class Case(Struct, frozen=True, dict=True):
    """A network and how it is trained: all that decides a program."""

    network: Network
    method: Method = PLAIN
    rates: Rates = RATES
    augmentation: Augmentation | None = None

    @cached_property
    def program(self) -> Program:
        pixels = self.network.sizes[0]
        return build(
            self.network,
            self.method,
            augment(self.augmentation, pixels) if self.augmentation else None,
        )


def case(
    network: Network,
    *,
    head: tuple[str, str] = HEADS[0],
    optimizer: str = "sgd",
    l1: bool = False,
    l2: bool = False,
    dropout: bool = False,
    weighted: bool = False,
    chunked: bool = False,
    distorted: bool = False,
    clipping: float = 0.0,
) -> Case:
    """Return a case in which what is on is on everywhere, at rates that one notices."""
    hidden = network.depth - 1
    dropped = (DROPOUT * dropout,) * hidden
    rates = replace(RATES, l1=L1 * l1, l2=L2 * l2, dropout=dropped, clipping=clipping)
    method = Method(
        *head,
        optimizer,
        dropped=(dropout,) * hidden,
        weighted=weighted,
        penalised=l1 or l2,
        clipped=clipping > 0,
        chunked=chunked,
    )
    return Case(network, method, rates, DISTORTION if distorted else None)


EVERYTHING = case(
    dense_network((4, 3, 2), ("tanh",), "he"),
    head=("sigmoid", "quadratic"),
    optimizer="adamw",
    l1=True,
    l2=True,
    dropout=True,
    weighted=True,
    chunked=True,
    distorted=True,
    clipping=0.01,
)


def every_method(hidden: int) -> list[Method]:
    """Every combination that a program can be built with, dropout in all hidden layers or none."""
    return [
        Method(*head, optimizer, (dropped,) * hidden, *flags)
        for head in HEADS
        for optimizer in OPTIMIZERS
        for dropped in (False, True)
        for flags in product((False, True), repeat=4)
    ]


@st.composite
def networks(draw: st.DrawFn) -> Network:
    sizes = draw(st.lists(st.integers(1, 6), min_size=2, max_size=5))
    hidden = len(sizes) - 2
    activations = st.lists(st.sampled_from(list(ACTIVATIONS)), min_size=hidden, max_size=hidden)
    return dense_network(
        tuple(sizes), tuple(draw(activations)), draw(st.sampled_from(["he", "glorot"]))
    )


@st.composite
def convolutional_networks(draw: st.DrawFn) -> Network:
    """Convolutions and pooling of any size, stride and padding, as long as they fit."""
    side = draw(st.integers(3, 7))
    layers: list[int | str] = []
    shape = (1, side, side)
    for _ in range(draw(st.integers(1, 2))):
        layers.append(draw(windows("conv2d 2 ", shape, padding=1)))
        shape = layer_of(layers[-1]).output_shape(shape)
        pooling = draw(st.sampled_from(["", "max_pool2d ", "avg_pool2d "]))
        if pooling:
            layers.append(draw(windows(pooling, shape)))
            shape = layer_of(layers[-1]).output_shape(shape)
        if pooling != "avg_pool2d " and draw(st.booleans()):
            layers.append("batch_norm")
    learnt = len([each for each in layers if str(each).startswith("conv")])
    activations = draw(
        st.lists(st.sampled_from(list(ACTIVATIONS)), min_size=learnt, max_size=learnt)
    )
    outputs = draw(st.integers(1, 4))
    return network_of((1, side, side), [*layers, "flatten", outputs], activations, "he")


@st.composite
def normalized_networks(draw: st.DrawFn) -> Network:
    """Dense layers, some of them with a batch normalisation."""
    layers: list[int | str] = []
    hidden = draw(st.integers(1, 2))
    for number in range(hidden):
        layers.append(draw(st.integers(1, 5)))
        if number == 0 or draw(st.booleans()):
            layers.append("batch_norm")
    activations = draw(
        st.lists(st.sampled_from(list(ACTIVATIONS)), min_size=hidden, max_size=hidden)
    )
    inputs = draw(st.integers(1, 3)) ** 2
    return network_of((inputs,), [*layers, draw(st.integers(1, 4))], activations, "he")


@st.composite
def windows(draw: st.DrawFn, kind: str, shape: Shape, padding: int = 0) -> str:
    """The words of a layer with a window that fits."""
    rows, columns = (draw(st.integers(1, min(3, size))) for size in shape[1:])
    pad = f" pad {draw(st.integers(0, padding))}" if padding else ""
    return f"{kind}{rows}x{columns} stride {draw(st.integers(1, 3))}{pad}"


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any network of square pictures, trained in any way."""
    network = draw(networks() | convolutional_networks() | normalized_networks())
    if len(network.inputs) == 1:
        network = replace(network, inputs=(draw(st.integers(1, 3)) ** 2,))
    hidden = network.depth - 1
    dropout = tuple(draw(st.sampled_from([0.0, 0.25, 0.5])) for _ in range(hidden))
    l1, l2 = draw(st.sampled_from([(0.0, 0.0), (L1, 0.0), (0.0, L2), (L1, L2)]))
    clipping = draw(st.sampled_from([0.0, 0.01, 100.0]))
    method = Method(
        *draw(st.sampled_from(HEADS)),
        draw(st.sampled_from(list(OPTIMIZERS))),
        dropped=tuple(rate > 0 for rate in dropout),
        weighted=draw(st.booleans()),
        penalised=l1 + l2 > 0,
        clipped=clipping > 0,
        chunked=draw(st.booleans()) and not network.statistics,
    )
    rates = replace(RATES, l1=l1, l2=l2, dropout=dropout, clipping=clipping)
    return Case(network, method, rates, draw(st.none() | st.just(DISTORTION)))


def moved_state(program: Program, seed: int, dtype: type[np.floating[Any]] = np.float64) -> State:
    """A state in the middle of training: biases have moved, the optimiser remembers something."""
    random = np.random.default_rng(seed)
    state = program.initial_state(seed, dtype)
    for name, tensor in state.tensors.items():
        if name in program.parameters and program.parameters[name].role is Role.WEIGHT:
            continue
        tensor[...] = random.normal(size=tensor.shape)
        if any(name.startswith(slot.letter) and slot.squares for slot in program.optimizer.slots):
            tensor[...] = tensor**2
    for each in program.network.statistics:
        state.tensors[each.name] **= 2  # the variances among them are not below 0
    return state


def noise(case: Case, rows: int, seed: int) -> dict[str, Array]:
    """Pixels, labels and weights for a batch, by the names that the program reads."""
    random = np.random.default_rng([seed, rows])
    pixels, outputs = case.network.sizes[0], case.network.sizes[-1]
    classes = random.integers(0, max(outputs, 2), rows)
    ones = classes[:, None] if case.method.output == "sigmoid" else np.ones((rows, 1))
    drawn = {
        "y": np.eye(outputs)[classes] if outputs > 1 else ones,
        "original" if case.augmentation else "a0": random.uniform(-0.2, 1, (rows, pixels)).clip(0),
    }
    return drawn | ({"w": random.uniform(0.5, 2, rows)} if case.method.weighted else {})


@dataclass(eq=False)
class Step:
    """A batch of noise on its way through a network, up to a point of the program.

    Attributes:
        case: The network and how it is trained; a network alone is trained plainly.
        rows: Of the batch, or of the last chunk of it, where there is one more before.
        read: Every tensor as the operations read it: parameters from before the update.
    """

    case: Case | Network
    rows: int
    seed: int = 0
    dtype: type[np.floating[Any]] = np.float64
    done: int | None = None
    network: Network = field(init=False)
    program: Program = field(init=False)
    context: StepContext = field(init=False)
    workspace: Workspace = field(init=False)
    tensors: dict[str, Array] = field(init=False)
    read: dict[str, Array] = field(init=False)

    def __post_init__(self) -> None:
        case = Case(self.case) if isinstance(self.case, Network) else self.case
        self.network, self.program = case.network, case.program
        state = moved_state(self.program, self.seed, self.dtype)
        chunk = 2 if case.method.chunked else 0
        # A larger capacity than is used, as for an epoch's last batch.
        self.workspace = self.program.workspace(state, max(self.rows, chunk) + 2)
        self.tensors = dict(self.workspace.rows(self.rows))
        self.context = StepContext(
            seed=1,
            epoch=1,
            step=3,
            indices=np.arange(chunk, chunk + self.rows),
            learning_rate=0.1,
            rates=case.rates,
            samples=chunk + self.rows if chunk else 0,
            start=chunk,
        )
        if chunk:
            before = self.workspace.rows(chunk)
            load(before, noise(case, chunk, self.seed))
            run_chunk_before(self.program, before, self.context)
        load(self.tensors, noise(case, self.rows, self.seed))
        before_update = state.copy().tensors
        run(self.program.operations[: self.done], self.tensors, self.context)
        self.read = self.tensors | before_update

    @property
    def looked(self) -> Looked:
        """Every tensor, those without a buffer too."""
        return Looked(self.tensors, self.program, self.context)

    @property
    def given(self) -> set[str]:
        """Names of what no operation of the step has to work out first."""
        program = self.program
        return {*program.inputs, *program.kept, *program.sums.values()}

    def explain(self, name: str, index: Index) -> Terms:
        kernel = self.program.writer[name].kernel
        return kernel.terms(self.read, self.context, name, index, float(self.looked[name][index]))


def load(tensors: Arrays, values: dict[str, Array]) -> None:
    for name, value in values.items():
        tensors[name][...] = value


def run_chunk_before(program: Program, tensors: Arrays, context: StepContext) -> None:
    """Work through a first chunk of a batch, as the stepper does: the penalty is the last's."""
    program.begin_batch(tensors)
    rates, samples = replace(context.rates, l1=0.0, l2=0.0), np.arange(len(tensors["y"]))
    first = replace(context, rates=rates, indices=samples, start=0)
    run(program.differentiating, tensors, first)
    program.add_up(tensors)


def factors(terms: Terms) -> list[Factor]:
    """Every number that an explanation mentions."""
    return [factor for term in (*terms.parts, *terms.steps) for factor in term.factors]
