"""The optimisers and clipping: steps worked by hand, plain formulas, and PyTorch where it is."""

import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.nn.steps import CONTEXT, RATES, Case, Step, case, cases
from tui_nn.nn import derived
from tui_nn.nn.looked import Looked
from tui_nn.nn.network import dense_network
from tui_nn.nn.operation import Rates, StepContext, Unbuffered, run
from tui_nn.nn.operations import update as update_module
from tui_nn.nn.operations.update import BLOCK, SCRATCH
from tui_nn.nn.optimizers import OPTIMIZERS, update
from tui_nn.nn.tensor import Array, Role

EPSILON = 1e-8
EVERY = pytest.mark.parametrize("name", list(OPTIMIZERS))
UNDECAYED = (Role.GAMMA, Role.BETA)


def walk(name: str, start: float, gradients: list[float], rates: Rates = RATES) -> list[float]:
    """Where a weight goes, η being 0.1, from step to step."""
    W, _ = dense_network((1, 1), (), "zeros").parameters
    operation = update(OPTIMIZERS[name], W, derived.gradient(W))
    names = {*operation.names_read, *operation.names_written}
    tensors = {each: np.zeros((1, 1)) for each in names} | {SCRATCH.name: np.zeros(1)}
    tensors["W1"].fill(start)
    places = []
    for step, gradient in enumerate(gradients):
        tensors["dW1"].fill(gradient)
        before = float(tensors["W1"][0, 0])
        context = replace(CONTEXT, step=step, rates=rates)
        operation.run(tensors, context)
        places.append(float(tensors["W1"][0, 0]))
        assert isinstance(operation.kernel, Unbuffered)
        change = float(operation.kernel.look("changeW1", tensors, context)[0, 0])
        assert before - change == pytest.approx(places[-1], rel=1e-15)
    return places


class TestWorkedByHand:
    """η = 0.1, μ = 0.9."""

    def test_gradient_descent(self) -> None:
        assert walk("sgd", 1.0, [1, 1]) == pytest.approx([0.9, 0.8])

    def test_momentum(self) -> None:
        """The velocity is 1, then 0.9 + 1 = 1.9; it goes on where there is no slope any more."""
        assert walk("momentum", 1.0, [1, 1, 0]) == pytest.approx([0.9, 0.71, 0.71 - 0.171])

    def test_nesterov(self) -> None:
        """0.1·(1 + 0.9·1) = 0.19, then 0.1·(1 + 0.9·1.9) = 0.271."""
        assert walk("nesterov", 1.0, [1, 1]) == pytest.approx([0.81, 0.539])

    def test_rmsprop(self) -> None:
        """The mean square v is 0.1·2² = 0.4, then 0.9·0.4 + 0.1·1² = 0.46."""
        first = 1 - 0.1 * 2 / math.sqrt(0.4)
        found = walk("rmsprop", 1.0, [2, -1])
        assert found == pytest.approx([first, first + 0.1 / math.sqrt(0.46)], rel=1e-7)

    @pytest.mark.parametrize("gradient", [1e-3, -3, 1e6])
    def test_adam_s_first_step_is_as_long_as_the_learning_rate(self, gradient: float) -> None:
        """m̂ = ∇ and v̂ = ∇², so that the step is η·sign(∇), however long the gradient is."""
        found = walk("adam", 1.0, [gradient])
        assert found == pytest.approx([1 - math.copysign(0.1, gradient)], abs=1e-5)

    def test_adam_s_second_step(self) -> None:
        """Gradients 3 and −1.

        m is 0.3, then 0.9·0.3 − 0.1 = 0.17, m̂ = 0.17/(1 − 0.81) = 0.17/0.19;
        v is 0.009, then 0.999·0.009 + 0.001 = 0.009991, v̂ = 0.009991/0.001999.
        """
        change = 0.1 * (0.17 / 0.19) / math.sqrt(0.009991 / 0.001999)
        assert change == pytest.approx(0.0400219, abs=1e-7)
        assert walk("adam", 1.0, [3, -1]) == pytest.approx([0.9, 0.9 - change], abs=1e-8)

    def test_adamw_shrinks_the_weight_beside(self) -> None:
        """2 − 0.1 by Adam − 0.1·0.5·2 by decay = 1.8; with no gradient 1.8·(1 − 0.05) is left."""
        rates = Rates(weight_decay=0.5)
        assert walk("adamw", 2.0, [1], rates) == pytest.approx([1.8], abs=1e-8)
        assert walk("adamw", 1.8, [0], rates) == pytest.approx([1.71])

    def test_adam_knows_no_decay(self) -> None:
        one, other = (walk("adam", 2.0, [1, 1], Rates(weight_decay=decay)) for decay in (0, 0.5))
        assert one == other


@dataclass
class Plain:
    """The textbook's formulas, a number at a time, in nothing but Python's arithmetic."""

    name: str
    rates: Rates
    w: float
    m: float = 0.0
    v: float = 0.0
    t: int = 0

    def step(self, g: float, eta: float) -> None:
        self.t += 1
        mu, decay, w = self.rates.momentum, self.rates.weight_decay, self.w
        if self.name == "sgd":
            self.w = w - eta * g
        elif self.name == "momentum":
            self.v = mu * self.v + g
            self.w = w - eta * self.v
        elif self.name == "nesterov":
            self.v = mu * self.v + g
            self.w = w - eta * (g + mu * self.v)
        elif self.name == "rmsprop":
            self.v = 0.9 * self.v + 0.1 * g**2
            self.w = w - eta * g / (math.sqrt(self.v) + EPSILON)
        else:
            self.m = 0.9 * self.m + 0.1 * g
            self.v = 0.999 * self.v + 0.001 * g**2
            rising = self.m / (1 - 0.9**self.t)
            size = math.sqrt(self.v / (1 - 0.999**self.t))
            self.w = w - eta * rising / (size + EPSILON)
            self.w -= eta * decay * w if self.name == "adamw" else 0.0


NETWORK = dense_network((3, 4, 2), ("tanh",), "he")
SHAPES = NETWORK.shapes
ETAS = [0.1, 0.1, 0.05, 0.2, 0.01, 0.1]


def gradients_of(step: int) -> dict[str, Array]:
    """Gradients of every size and sign, and some of 0."""
    random = np.random.default_rng([5, step])
    scale = 10.0 ** random.integers(-4, 3)
    return {
        name: scale * random.normal(size=shape) * (random.random(shape) < 0.9)
        for name, shape in SHAPES.items()
    }


def updated(chosen: Case) -> list[dict[str, Array]]:
    """The parameters and slots after each of some updates by given gradients."""
    program = chosen.program
    state = program.initial_state(1, np.float64)
    tensors = program.workspace(state, 1).rows(1)
    after = []
    for step, eta in enumerate(ETAS):
        for name, gradient in gradients_of(step).items():
            tensors[f"d{name}"][...] = gradient
        context = StepContext(1, 1, step, np.arange(1), eta, chosen.rates)
        run(program.updating, tensors, context)
        after.append({name: tensors[name].copy() for name in state.tensors})
    return after


@EVERY
@pytest.mark.parametrize("limit", [0.0, 0.5])
def test_every_update_is_the_plain_formula_s(name: str, limit: float) -> None:
    chosen = case(NETWORK, optimizer=name, clipping=limit)
    start = NETWORK.initial_state(1, np.float64).tensors
    plain = {
        (parameter, index): Plain(name, chosen.rates, float(start[parameter][index]))
        for parameter, shape in SHAPES.items()
        for index in np.ndindex(shape)
    }
    shortened = 0
    for step, after in enumerate(updated(chosen)):
        gradients = gradients_of(step)
        length = math.sqrt(sum(float(g) ** 2 for each in gradients.values() for g in each.flat))
        short = limit / length if limit and length > limit else 1.0
        shortened += short < 1
        for (parameter, index), weight in plain.items():
            weight.step(short * float(gradients[parameter][index]), ETAS[step])
            wanted = {parameter: weight.w, f"m{parameter}": weight.m, f"v{parameter}": weight.v}
            for kept, value in wanted.items():
                if kept in after:
                    assert after[kept][index] == pytest.approx(value, rel=1e-11, abs=1e-13)
    # Some gradients are longer than the limit, and some are not.
    assert 0 < shortened < len(ETAS) if limit else not shortened


@EVERY
@pytest.mark.parametrize("limit", [0.0, 0.5])
def test_every_update_is_pytorch_s(name: str, limit: float) -> None:
    torch = pytest.importorskip("torch")
    chosen = case(NETWORK, optimizer=name, clipping=limit)
    start = NETWORK.initial_state(1, np.float64).tensors
    parameters = {each: torch.tensor(start[each], requires_grad=True) for each in SHAPES}
    mu, decay = chosen.rates.momentum, chosen.rates.weight_decay
    made, options = {
        "sgd": (torch.optim.SGD, {}),
        "momentum": (torch.optim.SGD, {"momentum": mu}),
        "nesterov": (torch.optim.SGD, {"momentum": mu, "nesterov": True}),
        "rmsprop": (torch.optim.RMSprop, {"alpha": 0.9}),
        "adam": (torch.optim.Adam, {}),
        "adamw": (torch.optim.AdamW, {"weight_decay": decay}),
    }[name]
    optimizer = made(parameters.values(), lr=ETAS[0], **options)
    for step, after in enumerate(updated(chosen)):
        for each, gradient in gradients_of(step).items():
            parameters[each].grad = torch.tensor(gradient)
        if limit:
            torch.nn.utils.clip_grad_norm_(parameters.values(), limit)
        optimizer.param_groups[0]["lr"] = ETAS[step]
        optimizer.step()
        for each, parameter in parameters.items():
            np.testing.assert_allclose(after[each], parameter.detach().numpy(), atol=1e-6, rtol=0)


@EVERY
@given(cases(), st.integers(0, 9))
def test_a_program_updates_every_parameter_so(name: str, drawn: Case, seed: int) -> None:
    """In the whole step, from what the optimiser remembers, by the gradient clipped or not."""
    chosen = replace(drawn, method=replace(drawn.method, optimizer=name))
    step = Step(chosen, rows=3, seed=seed)
    remembered = [slot.letter for slot in OPTIMIZERS[name].slots]
    for parameter, shape in step.network.shapes.items():
        gradient = f"clipped{parameter}" if chosen.method.clipped else f"d{parameter}"
        index = tuple(size - 1 for size in shape)
        stays = name == "adamw" and step.program.parameters[parameter].role in UNDECAYED
        by = "adam" if stays else name
        weight = Plain(by, chosen.rates, float(step.read[parameter][index]), t=step.context.step)
        for slot in remembered:
            setattr(weight, slot, float(step.read[slot + parameter][index]))
        weight.step(float(step.tensors[gradient][index]), step.context.learning_rate)
        assert step.tensors[parameter][index] == pytest.approx(weight.w, rel=1e-10, abs=1e-12)


@EVERY
def test_a_parameter_larger_than_a_block_is_updated_to_its_end(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = case(dense_network((4, 3, 5), ("tanh",), "he"), optimizer=name)
    whole = Step(chosen, rows=2).looked
    for block in (1, 4, 11):
        monkeypatch.setattr(update_module, "BLOCK", block)
        in_blocks = Step(chosen, rows=2).looked
        for each in chosen.program.writer.keys() - {"dx"}:
            np.testing.assert_array_equal(in_blocks[each], whole[each])
    assert BLOCK > 15


SINGLE = dense_network((1, 1, 1), ("tanh",), "he")
GRADIENTS = dict(zip(SINGLE.shapes, (3.0, 4.0, 0.0, 12.0), strict=True))


class TestClipping:
    """All gradients together are one vector, here (3, 4, 0, 12) of length 13."""

    def clipped(self, limit: float, scale: float = 1.0) -> dict[str, Array]:
        chosen = case(SINGLE, clipping=1.0)
        state = chosen.program.initial_state(1, np.float64)
        tensors = chosen.program.workspace(state, 1).rows(1)
        for name, value in GRADIENTS.items():
            tensors[f"d{name}"].fill(scale * value)
        context = StepContext(1, 1, 0, np.arange(1), 0.1, replace(chosen.rates, clipping=limit))
        run(chosen.program.updating, tensors, context)
        return dict(Looked(tensors, chosen.program, context))

    def test_by_hand(self) -> None:
        found = self.clipped(6.5)
        assert (found["size"], found["clip"]) == (13, 0.5)
        shortened = [float(found[f"clipped{name}"].sum()) for name in GRADIENTS]
        assert shortened == [1.5, 2, 0, 6]
        assert found["changeb2"] == pytest.approx(0.6)

    @pytest.mark.parametrize("limit", [13.0, 13.1, 1e9, 0.0])
    def test_a_short_gradient_is_left_as_it_is(self, limit: float) -> None:
        found = self.clipped(limit)
        for name in GRADIENTS:
            assert found[f"clipped{name}"].tobytes() == found[f"d{name}"].tobytes()

    @given(st.floats(1e-6, 12.9), st.floats(1.0, 1e6))
    def test_a_long_one_is_as_long_as_the_limit(self, limit: float, scale: float) -> None:
        found = self.clipped(limit, scale)
        parts = [float(found[f"clipped{name}"].sum()) for name in GRADIENTS]
        assert math.hypot(*parts) == pytest.approx(limit, rel=1e-12)
        assert parts[2] == 0
        assert [part / parts[0] for part in parts] == pytest.approx([1, 4 / 3, 0, 4], rel=1e-12)

    def test_no_gradient_at_all_is_not_divided_by(self) -> None:
        with np.errstate(all="raise"):
            found = self.clipped(1.0, scale=0.0)
        assert (found["size"], found["clip"]) == (0, 1)
