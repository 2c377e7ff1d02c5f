"""The gradient of everything that a recipe can ask for, and mistakes that must not go unnoticed.

The numeric gradient is worked out here by itself: it knows nothing of which operation depends on
what, and runs the whole batch anew for every nudge, chunk by chunk where there are chunks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from tests.nn.steps import Case, case, load, moved_state, noise, run_chunk_before
from tui_nn.nn.activations import ACTIVATIONS
from tui_nn.nn.gradcheck import relative_error
from tui_nn.nn.layers.activation import HiddenDelta
from tui_nn.nn.layers.dense import BiasGradient, WeightGradient
from tui_nn.nn.network import dense_network
from tui_nn.nn.operation import Call, Kernel, StepContext, run
from tui_nn.nn.operations.output_delta import OutputDelta, QuadraticDelta
from tui_nn.nn.operations.penalty import Penalty
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Array, Arrays

EPSILON, TOLERANCE = 1e-6, 1e-6
ROWS, FIRST = 5, 2  # samples of the batch, and of the first of its chunks
HEADS = [  # output, loss, how many outputs
    ("softmax", "cross-entropy", 2),
    ("sigmoid", "cross-entropy", 1),
    ("sigmoid", "cross-entropy", 3),
    ("sigmoid", "quadratic", 2),
]
SWITCHES = ("l1", "l2", "dropout", "weighted", "distorted", "chunked")


class Batch:
    """A batch of noise, whose objective can be asked for as often as one likes."""

    def __init__(self, chosen: Case, program: Program, seed: int) -> None:
        first = FIRST if chosen.method.chunked else 0
        self.program, self.state = program, moved_state(chosen.program, seed)
        self._values = noise(chosen, ROWS, seed)
        self._workspace = program.workspace(self.state, ROWS)
        self._first = first
        samples = ROWS if first else 0
        self.context = StepContext(
            seed, 1, 3, np.arange(first, ROWS), 0.1, chosen.rates, samples, start=first
        )

    def run(self, operations: Any) -> Arrays:
        """Load the batch and run operations on it, after the first chunk's where there is one."""
        if self._first:
            before = self.loaded(slice(0, self._first))
            run_chunk_before(self.program, before, self.context)
        tensors = self.loaded(slice(self._first, ROWS))
        run(operations, tensors, self.context)
        return tensors

    def loaded(self, rows: slice) -> Arrays:
        tensors = self._workspace.rows(rows.stop - rows.start)
        load(tensors, {name: values[rows] for name, values in self._values.items()})
        return tensors

    def analytic(self) -> dict[str, Array]:
        tensors = self.run(self.program.differentiating)
        return {name: tensors[f"d{name}"].copy() for name in self.program.network.shapes}

    def numeric(self, name: str) -> Array:
        parameter = self.state.tensors[name]
        slopes = np.empty_like(parameter)
        for index in np.ndindex(parameter.shape):
            at = parameter[index]
            sides = []
            for nudge in (EPSILON, -EPSILON):
                parameter[index] = at + nudge
                sides.append(float(self.run(self.program.costing)[self.program.objective]))
            parameter[index] = at
            slopes[index] = (sides[0] - sides[1]) / (2 * EPSILON)
        return slopes


def errors(chosen: Case, program: Program | None = None, seed: int = 1) -> dict[str, float]:
    """The relative error of every gradient of a case, or of a program with a mistake in it."""
    batch = Batch(chosen, program or chosen.program, seed)
    found = {}
    for name, analytic in batch.analytic().items():
        numeric = batch.numeric(name)
        assert np.linalg.norm(numeric) > 1e-5, f"{name}: nothing to compare"
        found[name] = relative_error(analytic, numeric)
    return found


EVERY_SWITCH = list(product((False, True), repeat=len(SWITCHES)))
# Of any three switches, every setting: the last ones say which of the first are unlike.
THREE_AT_A_TIME = [
    (*on, on[0] ^ on[1] ^ on[2], on[1] ^ on[2] ^ on[3]) for on in product((False, True), repeat=4)
]


def test_any_three_switches_meet_in_every_setting() -> None:
    for three in combinations(range(len(SWITCHES)), 3):
        assert len({tuple(on[each] for each in three) for on in THREE_AT_A_TIME}) == 8


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize(
    "settings",
    [
        pytest.param(THREE_AT_A_TIME, id="three at a time"),
        pytest.param(EVERY_SWITCH, id="every combination", marks=pytest.mark.slow),
    ],
)
def test_backpropagation_agrees_with_switches(
    activation: str, head: tuple[str, str, int], settings: list[tuple[bool, ...]]
) -> None:
    output, loss, outputs = head
    network = dense_network((4, 3, outputs), (activation,), "lecun")
    for on in settings:
        switches = dict(zip(SWITCHES, on, strict=True))
        chosen = case(network, head=(output, loss), **switches)
        assert max(errors(chosen).values()) < TOLERANCE, switches


def test_two_hidden_layers_with_everything_on() -> None:
    network = dense_network((9, 4, 3, 2), ("tanh", "sigmoid"), "glorot")
    chosen = case(network, head=("sigmoid", "quadratic"), **dict.fromkeys(SWITCHES, True))
    assert max(errors(chosen).values()) < TOLERANCE


@dataclass(frozen=True)
class Changed:
    """A kernel, before which the context is changed, or after which a result is."""

    right: Kernel
    context: Callable[[StepContext], StepContext] = lambda context: context
    after: Callable[[Arrays], object] = lambda _: None

    def bind(self, tensors: Arrays) -> Call:
        right = self.right.bind(tensors)

        def call(context: StepContext) -> None:
            right(self.context(context))
            self.after(tensors)

        return call


NETWORK = dense_network((4, 4, 4, 3), ("tanh", "tanh"), "glorot")
Mistake = Callable[[Any], Any]


def with_mistake(program: Program, kind: type, mistake: Mistake) -> Program:
    """The program, with a mistake in all its kernels of a kind."""
    operations = tuple(
        replace(each, kernel=mistake(each.kernel)) if isinstance(each.kernel, kind) else each
        for each in program.operations
    )
    assert operations != program.operations
    return replace(program, operations=operations)


def at_rates(**change: float) -> Mistake:
    """A kernel that takes the wrong prices, each times a factor."""

    def wrong(context: StepContext) -> StepContext:
        prices = {name: factor * getattr(context.rates, name) for name, factor in change.items()}
        return replace(context, rates=replace(context.rates, **prices))

    return lambda kernel: Changed(kernel, context=wrong)


def as_if_alone(kernel: Kernel) -> Changed:
    """A kernel that takes a chunk for the whole batch."""
    return Changed(kernel, context=lambda context: replace(context, samples=0))


def with_sum_forgotten(kernel: Any) -> Any:
    return replace(kernel, before=None)


def without_slope(kernel: QuadraticDelta) -> OutputDelta:
    return OutputDelta(kernel.p, kernel.y, kernel.delta, kernel.weights)


def of_the_logit(kernel: QuadraticDelta) -> QuadraticDelta:
    return replace(kernel, p=kernel.z)


def over_outputs_too(kernel: OutputDelta) -> Changed:
    """A mean over samples and outputs, as many a text takes it."""
    return Changed(kernel, after=lambda tensors: np.divide(
        tensors[kernel.delta.name], 3, out=tensors[kernel.delta.name]))  # fmt: skip


def reading(name: str, other: str) -> Mistake:
    """∇W as if its layer read something else."""

    def wrong(kernel: WeightGradient) -> WeightGradient:
        return replace(kernel, a=replace(kernel.a, name=kernel.a.name.replace(name, other)))

    return wrong


EVERY, WEIGHTS, BIASES = set(NETWORK.shapes), {"W1", "W2", "W3"}, {"b1", "b2", "b3"}
QUADRATIC: Any = {"head": ("sigmoid", "quadratic")}
BINARY: Any = {"head": ("sigmoid", "cross-entropy")}
MISTAKES: dict[str, tuple[dict[str, Any], type, Mistake, set[str]]] = {
    "quadratic δ without its slope": (QUADRATIC, QuadraticDelta, without_slope, EVERY),
    "quadratic δ of z in p's place": (QUADRATIC, QuadraticDelta, of_the_logit, EVERY),
    "binary δ, a mean over outputs too": (BINARY, OutputDelta, over_outputs_too, EVERY),
    "class weights forgotten in δ": (
        {"weighted": True}, OutputDelta, lambda kernel: replace(kernel, weights=None), EVERY),
    "class weights forgotten in quadratic δ": (
        {"weighted": True, **QUADRATIC},
        QuadraticDelta, lambda kernel: replace(kernel, weights=None), EVERY),
    "L2's slope forgotten": ({"l2": True}, WeightGradient, at_rates(l2=0), WEIGHTS),
    "L2's slope of the wrong sign": ({"l2": True}, WeightGradient, at_rates(l2=-1), WEIGHTS),
    "L2 without its half": ({"l2": True}, Penalty, at_rates(l2=2), WEIGHTS),
    "L1's slope of the wrong sign": ({"l1": True}, WeightGradient, at_rates(l1=-1), WEIGHTS),
    "L1 for L2": ({"l1": True, "l2": True}, WeightGradient, at_rates(l1=1.1, l2=0.9), WEIGHTS),
    "dropout's δ without the mask": (
        {"dropout": True}, HiddenDelta, lambda kernel: replace(kernel, mask=None),
        EVERY - {"W3", "b3"}),
    "∇W of those that are silenced": (
        {"dropout": True}, WeightGradient, reading("h", "a"), {"W2", "W3"}),
    "∇W of the image before it was distorted": (
        {"distorted": True}, WeightGradient, reading("a0", "original"), {"W1"}),
    "chunks before forgotten in ∇W": (
        {"chunked": True}, WeightGradient, with_sum_forgotten, WEIGHTS),
    "chunks before forgotten in ∇b": ({"chunked": True}, BiasGradient, with_sum_forgotten, BIASES),
    "a chunk's δ by its own size": ({"chunked": True}, OutputDelta, as_if_alone, EVERY),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_caught_where_it_is(mistake: str) -> None:
    switches, kind, plant, wrong = MISTAKES[mistake]
    chosen = case(NETWORK, **switches)
    assert max(errors(chosen).values()) < TOLERANCE
    found = errors(chosen, with_mistake(chosen.program, kind, plant))
    assert {name for name, error in found.items() if error > 1e-3} == wrong
    assert all(found[name] < TOLERANCE for name in EVERY - wrong)


def test_a_penalty_counted_with_every_chunk_is_caught() -> None:
    chosen = case(NETWORK, chunked=True, l2=True)
    batch = Batch(chosen, chosen.program, 1)
    right, numeric = batch.analytic()["W1"], batch.numeric("W1")
    before = batch.loaded(slice(0, FIRST))
    chosen.program.begin_batch(before)
    run(chosen.program.differentiating, before, batch.context)  # with the prices that are set
    chosen.program.add_up(before)
    last = batch.loaded(slice(FIRST, ROWS))
    run(chosen.program.differentiating, last, batch.context)
    priced_twice = right + chosen.rates.l2 * batch.state.tensors["W1"]
    np.testing.assert_allclose(last["dW1"], priced_twice, rtol=1e-12)
    assert relative_error(right, numeric) < TOLERANCE
    assert relative_error(last["dW1"], numeric) > 1e-3
