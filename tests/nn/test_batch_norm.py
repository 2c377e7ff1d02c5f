"""Batch normalisation: by hand, its gradient, its two behaviours, and against PyTorch."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.nn.steps import (
    Case,
    Step,
    case,
    convolutional_networks,
    moved_state,
    noise,
    normalized_networks,
)
from tests.training.runs import NORMALIZED, finish, method, session
from tui_nn.errors import TuiNNError
from tui_nn.nn.gradcheck import check_gradient
from tui_nn.nn.layers.normalizing import EPSILON
from tui_nn.nn.layers.normalizing_back import MeanError, NormalizedAdjoint, VarianceError
from tui_nn.nn.network import Network, network_of
from tui_nn.nn.operation import StepContext, run
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Arrays
from tui_nn.training.stepping.place import Place
from tui_nn.training.storage.checkpoint import load_checkpoint, save_checkpoint

DENSE = network_of((4,), [3, "batch_norm", 2], ["tanh"], "he")
PICTURES = network_of(
    (1, 6, 6),
    ["conv2d 2 3x3", "batch_norm", "max_pool2d 2", "flatten", 4, "batch_norm", 3],
    ["tanh", "tanh"],
    "he",
)


def after_loading(network: Network, **values: Any) -> tuple[Program, Arrays, StepContext]:
    step = Step(network, rows=len(values.get("a0", np.zeros((3, 4)))), done=0)
    for name, value in values.items():
        step.tensors[name][...] = value
    return step.program, step.tensors, step.context


def test_a_worked_example() -> None:
    """Z of 1, 3 and 5: the mean is 3, the variance 8/3."""
    network = network_of((1,), [1, "batch_norm", 2], ["identity"], "he")
    program, tensors, context = after_loading(
        network, a0=[[1.0], [3.0], [5.0]], W1=1, b1=0, gamma1=2, beta1=0.5, running_mean1=10,
        running_var1=1,
    )  # fmt: skip
    run(program.operations, tensors, context)
    assert tensors["mean1"].tolist() == [3]
    assert tensors["var1"].tolist() == pytest.approx([8 / 3])
    inverse = 1 / np.sqrt(8 / 3 + EPSILON)
    np.testing.assert_allclose(tensors["inverse1"], [inverse])
    np.testing.assert_allclose(tensors["zhat1"], [[-2 * inverse], [0], [2 * inverse]])
    np.testing.assert_allclose(tensors["n1"], 2 * tensors["zhat1"] + 0.5)
    # As PyTorch: a tenth of the batch's mean, and of its variance over m − 1: 8/2.
    np.testing.assert_allclose(tensors["running_mean1"], [0.9 * 10 + 0.1 * 3])
    np.testing.assert_allclose(tensors["running_var1"], [0.9 * 1 + 0.1 * 4])


def test_a_map_is_normalised_over_its_places_too() -> None:
    step = Step(PICTURES, rows=5)
    z, normal = step.tensors["z1"], step.tensors["zhat1"]
    np.testing.assert_allclose(step.tensors["mean1"], z.mean(axis=(0, 2, 3)))
    np.testing.assert_allclose(step.tensors["var1"], z.var(axis=(0, 2, 3)))
    np.testing.assert_allclose(normal.mean(axis=(0, 2, 3)), 0, atol=1e-12)
    np.testing.assert_allclose(normal.var(axis=(0, 2, 3)), 1, atol=1e-3)


def test_a_batch_of_one_says_its_shift() -> None:
    step = Step(DENSE, rows=1, dtype=np.float32)
    np.testing.assert_array_equal(step.tensors["n1"][0], step.read["beta1"])
    assert all(np.isfinite(each).all() for each in step.tensors.values())


# Its gradient.


def errors(network: Network, program: Program, seed: int, rows: int = 5) -> dict[str, float]:
    chosen = Case(network)
    values, state = noise(chosen, 60, seed), moved_state(program, seed)
    return check_gradient(program, state, values["a0"], values["y"], seed, rows).errors


def differentiable(network: Network) -> Network:
    """The network with tanh in place of what has kinks; pooling's are left."""
    layers = tuple(
        replace(each, name="tanh") if type(each).__name__ == "ActivationLayer" else each
        for each in network.layers
    )
    return replace(network, layers=layers)


@settings(max_examples=40)
@given(
    st.one_of(normalized_networks(), convolutional_networks().filter(lambda n: n.statistics)),
    st.integers(0, 99),
    st.booleans(),
)
def test_backpropagation_agrees(network: Network, seed: int, measuring: bool) -> None:
    network = differentiable(network)
    program = Case(network).program
    used = program.inference if measuring else program
    state = moved_state(used, seed)
    values = noise(Case(network), 60, seed)
    found = check_gradient(used, state, values["a0"], values["y"], seed, 5)
    tensors = Step(network, rows=5, seed=seed).tensors
    for name, error in found.errors.items():
        small = float(np.linalg.norm(tensors[f"d{name}"])) < 1e-4
        assert error < (1e-3 if small else 1e-6), (name, error)


def test_a_bias_before_it_has_no_effect() -> None:
    step = Step(DENSE, rows=5)
    np.testing.assert_allclose(step.tensors["db1"], 0, atol=1e-15)
    assert errors(DENSE, Case(DENSE).program, 1)["b1"] == 0


MISTAKES: dict[str, tuple[type, Callable[[Any], str]]] = {
    "the variance taken for a constant": (VarianceError, lambda kernel: kernel.out.name),
    "the mean taken for a constant": (MeanError, lambda kernel: kernel.out.name),
}


@pytest.mark.parametrize("network", [DENSE, PICTURES], ids=["units", "maps"])
@pytest.mark.parametrize("name", MISTAKES)
def test_a_planted_mistake_is_caught(name: str, network: Network) -> None:
    kind, result = MISTAKES[name]

    class Forgotten:
        def __init__(self, kernel: Any) -> None:
            self.kernel = kernel

        def bind(self, tensors: Arrays) -> Any:
            return lambda _: tensors[result(self.kernel)].fill(0)

        def terms(self, *arguments: Any) -> Any:
            return self.kernel.terms(*arguments)

    program = Case(network).program
    spoilt = tuple(
        replace(each, kernel=Forgotten(each.kernel)) if isinstance(each.kernel, kind) else each
        for each in program.operations
    )
    assert spoilt != program.operations
    assert max(errors(network, program, 1).values()) < 1e-6
    assert errors(network, replace(program, operations=spoilt), 1)["W1"] > 1e-3


def test_a_sum_moves_the_others_too() -> None:
    program = Case(DENSE).program
    (kernel,) = [e.kernel for e in program.operations if isinstance(e.kernel, NormalizedAdjoint)]
    step = Step(DENSE, rows=4)
    terms = kernel.terms(step.read, step.context, "delta1", (1, 2), step.tensors["delta1"][1, 2])
    assert [part.label.partition("·")[0] for part in terms.parts] == [
        "∂L/∂ẑ1[1,2]", "∂L/∂σ²1[2]", "∂L/∂μ1[2]",
    ]  # fmt: skip


# Its two behaviours.


def test_measuring_goes_by_the_running_statistics_and_leaves_them() -> None:
    program = Case(DENSE).program.inference
    state = moved_state(program, 1)
    before = state.flat.copy()
    said = []
    for rows in (1, 5):
        tensors = program.workspace(state, rows, program.probing).rows(rows)
        tensors["a0"][...] = noise(Case(DENSE), 5, 1)["a0"][:rows]
        tensors["y"][...] = [1, 0]
        run(program.probing, tensors, replace(Step(DENSE, 1).context, indices=np.arange(rows)))
        said.append(tensors["p"][0].copy())
        z, normal = tensors["z1"], tensors["zhat1"]
        mean, variance = tensors["running_mean1"], tensors["running_var1"]
        np.testing.assert_allclose(normal, (z - mean) / np.sqrt(variance + EPSILON))
    np.testing.assert_allclose(said[0], said[1])  # of the same sample, whatever is beside it
    assert state.flat.tobytes() == before.tobytes()
    assert not {"mean1", "var1"} & {each.name for each in program.probing}


def test_a_run_measures_so_and_learns_with_it() -> None:
    layers = [784, 12, "batch_norm", 10]
    run_ = finish(session(method({"layers": layers}, epochs=12, learning_rate=0.1)))
    assert run_.evaluate("test").accuracy > 0.9
    means = run_.state.tensors["running_mean1"]
    assert np.abs(means).max() > 0.01
    probe = run_.probe(run_.dataset["test"].images[0], 0).computed
    assert "mean1" not in probe.tensors
    assert probe.tensors["running_mean1"].tolist() == means.tolist()


def test_going_back_brings_the_statistics_back() -> None:
    run_ = session(method({"layers": NORMALIZED}), history_memory=2**24)
    kept = []
    for _ in range(6):
        kept.append(run_.state.tensors["running_var1"].copy())
        run_.step_batch()
    run_.go_to(Place(2, len(run_.program.differentiating)))
    assert run_.state.tensors["running_var1"].tobytes() == kept[2].tobytes()
    run_.go_to(Place(3))
    assert run_.state.tensors["running_var1"].tobytes() == kept[3].tobytes()


def test_weights_penalties_and_decay_leave_its_parameters_alone() -> None:
    chosen = case(DENSE, optimizer="adamw", l2=True)
    step = Step(chosen, rows=3)
    assert not {"gamma1", "beta1"} & {t.name for t in step.program.writer["dgamma1"].reads}
    step.tensors["dgamma1"].fill(0)
    step.tensors["mgamma1"].fill(0)
    before = step.tensors["gamma1"].copy()
    step.program.writer["gamma1"].run(step.tensors, step.context)
    assert step.tensors["gamma1"].tolist() == before.tolist()


# Recipes and files.


@pytest.mark.parametrize(
    ("layers", "fault"),
    [
        ([784, "batch_norm", 12, 10], "batch_norm follows a dense layer or a convolution, once"),
        ([784, 12, "batch_norm", "batch_norm", 10], "batch_norm follows a dense layer"),
        ([784, 12, "batch_norm 3", 10], r"layers\[2\]: expected batch_norm, found batch_norm 3"),
    ],
)
def test_where_it_may_not_stand(layers: list[int | str], fault: str) -> None:
    with pytest.raises(TuiNNError, match=fault):
        method({"layers": layers})


@pytest.mark.parametrize("size", ["full", 1001])
def test_a_batch_that_is_computed_in_chunks_has_no_statistics(size: object) -> None:
    with pytest.raises(TuiNNError, match=r"training.batch_size: expected at most 1000 with"):
        method({"layers": [784, 12, "batch_norm", 10]}, batch_size=size)
    run_ = session(method({"layers": [784, 12, "batch_norm", 10]}))
    with pytest.raises(TuiNNError, match="expected at most 1000 with batch_norm"):
        run_.set_hyperparameter("batch_size", 0 if size == "full" else 1001)


def test_a_saved_run_brings_its_statistics_back(tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    run_, path = session(method({"layers": NORMALIZED}, momentum=0.9)), tmp_path / "net.safetensors"
    for _ in range(3):
        run_.step_batch()
    save_checkpoint(path, run_.checkpoint())
    held = load_file(path)
    assert held["optimizer.v.1.weight"].tolist() == run_.state.tensors["vgamma1"].tolist()
    assert held["1.num_batches_tracked"].tolist() == 3
    assert held["1.running_var"].tolist() == run_.state.tensors["running_var1"].tolist()
    assert load_checkpoint(path).state.flat.tobytes() == run_.state.flat.tobytes()


def modules(nn: Any) -> list[Any]:
    return [
        nn.Conv2d(1, 4, 5, stride=2), nn.BatchNorm2d(4), nn.MaxPool2d(2), nn.ReLU(),
        nn.Conv2d(4, 3, 3, padding=1), nn.MaxPool2d(3, 2), nn.BatchNorm2d(3), nn.ReLU(),
        nn.Flatten(), nn.Linear(12, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 10),
    ]  # fmt: skip


def test_pytorch_says_the_same_of_the_same_file(tmp_path: Path) -> None:
    """In training, its gradients and its running statistics, and when it is measured."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    from safetensors.torch import load_file

    run_, path = session(method({"layers": NORMALIZED})), tmp_path / "net.safetensors"
    run_.step_batch()
    save_checkpoint(path, run_.checkpoint())
    net = torch.nn.Sequential(*modules(torch.nn))
    net.load_state_dict(load_file(path))
    random, rows = np.random.default_rng(1), 6
    pixels = random.random((rows, 784)).astype(np.float32)
    y = np.eye(10, dtype=np.float32)[random.integers(0, 10, rows)]
    for program in (run_.program, run_.program.inference):
        state = run_.state.copy()
        tensors = program.workspace(state, rows, program.everything).rows(rows)
        tensors["a0"][...], tensors["y"][...] = pixels, y
        context = StepContext(1, 1, 0, np.arange(rows), 0.0)
        run((*program.differentiating, *program.to_input, *program.updating), tensors, context)
        net.train(program is run_.program)
        net.load_state_dict(load_file(path))
        net.zero_grad()
        x = torch.tensor(pixels.reshape(rows, 1, 28, 28), requires_grad=True)
        loss = torch.nn.functional.cross_entropy(net(x), torch.tensor(y))
        loss.backward()
        assert float(loss.detach()) == pytest.approx(float(tensors["L"]), rel=1e-5)
        np.testing.assert_allclose(tensors["dx"], x.grad.reshape(rows, 784), rtol=1e-3, atol=1e-5)
        theirs = {key: value.grad.numpy() for key, value in net.named_parameters()}
        for each in program.network.parameters:
            ours = tensors[program.gradient_of(each.name).name].transpose(each.torch_axes)
            np.testing.assert_allclose(ours, theirs[each.torch_name], rtol=1e-3, atol=1e-5)
        for kept in program.network.statistics:
            now = net.state_dict()[kept.torch_name].numpy()
            np.testing.assert_allclose(tensors[kept.name], now, rtol=1e-5, atol=1e-6)


def test_a_state_of_pytorch_says_the_same_here(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    from safetensors.torch import save_file

    torch.manual_seed(1)
    net = torch.nn.Sequential(*modules(torch.nn))
    pixels = np.random.default_rng(1).random((6, 784)).astype(np.float32)
    pictures = torch.tensor(pixels.reshape(6, 1, 28, 28))
    net(pictures)  # moves its running statistics
    net.eval()
    path = tmp_path / "theirs.safetensors"
    save_file(net.state_dict(), path)
    from tui_nn.training.recipe.file import write_recipe
    from tui_nn.training.recipe.recipe import load_recipe

    write_recipe(method({"layers": NORMALIZED, "weights": path.name}), tmp_path / "on.toml")
    run_ = session(load_recipe(str(tmp_path / "on.toml")))
    program = run_.program.inference
    tensors = program.workspace(run_.state, 6, program.predicting).rows(6)
    tensors["a0"][...] = pixels
    run(program.predicting, tensors, StepContext(1, 1, 0, np.arange(6), 0.1))
    with torch.no_grad():
        said = net(pictures).softmax(1).numpy()
    np.testing.assert_allclose(tensors["p"], said, atol=1e-5)
