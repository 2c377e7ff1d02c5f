"""An activation, an optimiser and a layer are each added in one place, here from outside.

Everything that lists them finds them in their table: recipes, the form, training, gradient checks,
explanations, health, saved runs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from screens.dialogs.along_step.model import direction_words
from screens.dialogs.settings.fields import FIELD_AT
from tests.training.runs import CLUSTERS, finish, method, outcome, session
from tui_nn.errors import TuiNNError
from tui_nn.nn import derived
from tui_nn.nn.activations import ACTIVATIONS, Activation
from tui_nn.nn.explain import Factor, Index, Term, Terms, element, product, summed
from tui_nn.nn.gradcheck import check_gradient
from tui_nn.nn.layers.kinds import LAYERS, LayerKind
from tui_nn.nn.layers.layer import Connected, Numbered, Place
from tui_nn.nn.method import Method
from tui_nn.nn.operation import Call, Operation, Phase, StepContext
from tui_nn.nn.operations.update import Block, Numbers, Part, Update, Working, eta, nothing
from tui_nn.nn.optimizers import OPTIMIZERS, Optimizer, Slot
from tui_nn.nn.program import build
from tui_nn.nn.tensor import Array, Arrays, Axis, Parameter, Role, Shape, Tensor
from tui_nn.training.analysis.health import examine
from tui_nn.training.recipe.recipe import Recipe
from tui_nn.training.session.session import Session
from tui_nn.training.session.snapshot import Activity
from tui_nn.training.storage.checkpoint import load_checkpoint, save_checkpoint

# A toy activation, leaky ReLU: a row.


def leaky(z: Array, out: Array) -> None:
    np.maximum(z, 0.1 * z, out=out)


def leaky_slope(z: Array, a: Array, out: Array) -> None:
    out[...] = np.where(z > 0, 1, 0.1)


def leaky_working(z: Factor, a: str) -> tuple[Term, ...]:
    return (product(Factor("slope", 1.0 if z.value > 0 else 0.1), z),)


def leaky_slope_working(z: Factor, a: Factor, slope: str) -> tuple[Term, ...]:
    return (Term(slope, 1.0 if z.value > 0 else 0.1, (z,), "slope at {}"),)


LEAKY = Activation(
    name="leaky",
    formula="max(z, z/10)",
    slope_formula="1 if z > 0 else 0.1",
    function=leaky,
    slope=leaky_slope,
    torch="F.leaky_relu(z, 0.1)",
    module="LeakyReLU(0.1)",
    why="Lets a tenth of a negative sum pass.",
    summary="max(z, z/10): no unit dies",
    working=leaky_working,
    slope_working=leaky_slope_working,
    kink=0.0,
)

# A toy optimiser, which averages each gradient with what it remembers: a kernel and a row.


class Halving(Update, frozen=True):
    """v ← (v + ∇W)/2, W ← W − η·v."""

    def _remembering(self, block: Block) -> Part:
        (v,) = block.slots

        def remember(numbers: Numbers) -> None:
            np.add(v, block.gradient, out=v)
            np.multiply(v, 0.5, out=v)

        return remember

    def _directing(self, block: Block) -> tuple[Part, Array]:
        return nothing, block.slots[0]

    def _slot(
        self, slot: Tensor, read: Arrays, context: StepContext, index: Index
    ) -> Sequence[Term]:
        half = Factor("½", 0.5, what="of both alike")
        old, new = element(read, slot, *index), element(read, self.gradient, *index)
        return product(half, old), product(half, new)

    def _working(self, read: Arrays, context: StepContext, index: Index) -> Working:
        halves = self._slot(self.slots[0], read, context, index)
        return Working([product(eta(context), *each.factors) for each in halves], halves)


HALVING = Optimizer(
    name="halving",
    slots=(Slot("v", "the mean of its gradient and what was remembered"),),
    kernel=Halving,
    formula="η·v, v = (v + g)/2",
    why="Half of each gradient is put off.",
    torch="none",
    summary="averages each gradient with the last ones",
    direction="the average",
)

# A toy layer, which scales each of its inputs: a module and a row.


@dataclass(frozen=True)
class Multiply:
    """out = one ⊙ other, the second the same for every sample."""

    one: Tensor
    other: Tensor
    out: Tensor

    def bind(self, tensors: Arrays) -> Call:
        one, other, out = (tensors[each.name] for each in (self.one, self.other, self.out))
        return lambda _: np.multiply(one, other, out=out)

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        whole = product(element(read, self.one, *index), element(read, self.other, index[-1]))
        return summed(stored, [whole], [whole])


@dataclass(frozen=True)
class ScaleGradient:
    """∇g = Σ a ⊙ δ over the batch."""

    a: Tensor
    delta: Tensor
    out: Tensor

    def bind(self, tensors: Arrays) -> Call:
        a, delta, out = (tensors[each.name] for each in (self.a, self.delta, self.out))
        return lambda _: np.einsum("bi,bi->i", a, delta, out=out)

    def terms(
        self, read: Arrays, context: StepContext, name: str, index: Index, stored: float
    ) -> Terms:
        parts = [
            product(element(read, self.a, row, *index), element(read, self.delta, row, *index))
            for row in range(len(read[self.a.name]))
        ]
        return summed(stored, parts, [Term("Σ a·δ", stored)])


class Scale(Numbered, frozen=True):
    """z = a ⊙ g, with a learned g for each input."""

    def output_shape(self, inputs: Shape) -> Shape:
        return inputs

    def parameters(self, place: Place) -> tuple[Parameter, ...]:
        return (
            Parameter(
                name=f"g{place.number}",
                role=Role.WEIGHT,
                layer=place.number,
                axes=(Axis.UNIT,),
                shape=place.inputs,
                initial=1.0,
                torch_name=f"{place.position}.weight",
                torch_axes=(0,),
            ),
        )

    def connect(self, place: Place, inputs: Tensor, method: Method) -> Connected:
        (g,) = self.parameters(place)
        z = inputs.like(f"z{place.number}", Role.PRE_ACTIVATION, layer=place.number, of=None)

        def adjoint(delta: Tensor) -> tuple[Operation, ...]:
            error = derived.error(inputs)
            return (operation(Multiply(delta, g, error), f"{delta} ⊙ {g}"),)

        def gradients(delta: Tensor) -> tuple[Operation, ...]:
            kernel = ScaleGradient(inputs, delta, derived.gradient(g))
            reads = (inputs, delta)
            return (
                Operation(
                    Phase.BACKWARD, place.number, f"{kernel.out} = Σ {inputs}·{delta}", reads,
                    (kernel.out,), kernel, "Scale gradient.", "none",
                ),
            )  # fmt: skip

        def operation(kernel: Multiply, formula: str, phase: Phase = Phase.BACKWARD) -> Operation:
            return Operation(
                phase, place.number, f"{kernel.out} = {formula}", (kernel.one, kernel.other),
                (kernel.out,), kernel, "Scales.", "none",
            )  # fmt: skip

        forward = operation(Multiply(inputs, g, z), f"{inputs} ⊙ {g}", Phase.FORWARD)
        return Connected(z, (forward,), adjoint, gradients)


def make_scale(words: Sequence[str]) -> Scale:
    if words:
        raise ValueError
    return Scale()


SCALE = LayerKind("scale", make_scale, "scale")


@pytest.fixture(autouse=True)
def added(monkeypatch: pytest.MonkeyPatch) -> None:
    """One row each."""
    monkeypatch.setitem(ACTIVATIONS, LEAKY.name, LEAKY)
    monkeypatch.setitem(OPTIMIZERS, HALVING.name, HALVING)
    monkeypatch.setitem(LAYERS, SCALE.name, SCALE)


def activation() -> Recipe:
    return method({"activation": "leaky"})


def optimizer() -> Recipe:
    return method(optimizer="halving")


def layer() -> Recipe:
    return method({"layers": [784, 12, "scale", 10]}, learning_rate=0.3)


def all_three() -> Recipe:
    network = {
        "layers": [784, 12, "scale", "dense 8", 10],
        "activation": ["leaky", "tanh", "leaky"],
    }
    return method(network, optimizer="halving", gradient_clipping=1.0)


ADDED = pytest.mark.parametrize("made", [activation, optimizer, layer, all_three])
Made = Callable[[], Recipe]


@ADDED
def test_it_is_trained(made: Made) -> None:
    run = finish(session(made()))
    losses = run.history.curves.loss
    assert run.reason == ""
    assert losses[-3:].mean() < losses[:3].mean() - 0.1


@ADDED
def test_its_gradient_is_right(made: Made) -> None:
    recipe = made()
    network = replace(recipe.architecture(), inputs=(6,))
    program = build(network, recipe.method(recipe.rates))
    random = np.random.default_rng(1)
    x, y = random.uniform(0, 1, (12, 6)), np.eye(10)[random.integers(0, 10, 12)]
    state = program.initial_state(1, np.float64)
    found = check_gradient(program, state, x, y, 1, batch=4, rates=recipe.rates)
    assert set(found.errors) == set(program.parameters)
    assert found.max_relative_error < 1e-6


@ADDED
def test_every_number_is_explained(made: Made) -> None:
    run = session(made(), history_memory=2**24)
    run.step_batch()
    run.step_batch()
    seen = run.snapshot(Activity.PAUSED)
    random = np.random.default_rng(1)
    for operation in run.program.operations:
        for name in operation.names_written:
            tensor = seen.computed.tensors[name]
            index = tuple(int(random.integers(size)) for size in tensor.shape)
            terms = seen.computed.explain(name, index)
            sizes = sum(abs(part.value) for part in terms.parts)
            assert abs(terms.residual) <= 2e-5 * sizes + 1e-12, name


@ADDED
def test_it_is_saved_and_goes_on(made: Made, tmp_path: Path) -> None:
    run, path = session(made()), tmp_path / "run.safetensors"
    run.step_epoch()
    run.step_operation()
    save_checkpoint(path, run.checkpoint())
    taken_up = Session.resumed(load_checkpoint(path), CLUSTERS)
    assert outcome(finish(taken_up)) == outcome(finish(run))


def test_a_layer_is_named_as_pytorch_counts_it() -> None:
    names = [each.torch_name for each in layer().program().network.parameters]
    assert names == ["0.weight", "0.bias", "2.weight", "4.weight", "4.bias"]


def test_the_form_offers_it_and_says_what_it_does() -> None:
    assert FIELD_AT["network.activation"].about.choices["leaky"] == LEAKY.summary
    assert FIELD_AT["training.optimizer"].about.choices["halving"] == HALVING.summary
    assert "momentum" not in FIELD_AT["training.optimizer"].about.choices
    assert direction_words(optimizer().program()) == "Δ is the average, for η = 1. "


def test_a_recipe_s_errors_name_it() -> None:
    with pytest.raises(TuiNNError, match="allowed are relu, tanh, sigmoid, identity, leaky"):
        method({"activation": "swish"})
    with pytest.raises(TuiNNError, match=r"allowed are sgd, .*, adamw, halving"):
        method(optimizer="lion")
    with pytest.raises(TuiNNError, match=r"network.layers\[1\]: .*allowed are dense, .*, scale"):
        method({"layers": [784, "conv3d 5", 10]})
    with pytest.raises(TuiNNError, match=r"network.layers\[1\]: expected scale, found scale 3"):
        method({"layers": [784, "scale 3", 10]})


@ADDED
def test_its_health_is_told(made: Made) -> None:
    run = session(made(), history_memory=2**24)
    run.step_batch()
    assert list(examine(run.snapshot(Activity.PAUSED)))
