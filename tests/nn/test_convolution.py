"""Convolution and pooling: by hand, against loops, against PyTorch, and with planted mistakes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.nn.steps import Case, Step, case, load, moved_state, noise
from tests.training.runs import AVERAGED, CONVOLUTIONAL, convolutional, method, session
from tui_nn.errors import TuiNNError
from tui_nn.nn.gradcheck import check_gradient
from tui_nn.nn.layers.conv2d import Conv2d, ConvolutionAdjoint, KernelGradient, MapGradient
from tui_nn.nn.layers.kinds import layer_of
from tui_nn.nn.layers.layer import Place
from tui_nn.nn.layers.pooling import AveragePoolAdjoint, MaxPoolAdjoint
from tui_nn.nn.layers.window import Window
from tui_nn.nn.network import network_of
from tui_nn.nn.operation import Kernel, StepContext, run
from tui_nn.nn.program import Program
from tui_nn.nn.tensor import Array, Arrays
from tui_nn.training.storage.checkpoint import load_checkpoint, save_checkpoint

PICTURE = np.arange(16.0).reshape(4, 4)
SMALL = network_of((1, 4, 4), ["conv2d 1 2x2", "max_pool2d 2", "flatten", 2], ["relu"], "he")
CONTEXT = StepContext(1, 1, 0, np.arange(1), 0.1)


def by_hand() -> tuple[Program, Arrays]:
    """A picture of 0 to 15, a kernel that takes the left column from the right, by hand."""
    program = case(SMALL).program
    state = program.initial_state(1, np.float64)
    tensors = program.workspace(state, 1, program.everything).rows(1)
    tensors["a0"][...] = PICTURE.reshape(1, 16)
    tensors["W1"][...] = np.array([[-1.0, 2.0], [0.0, 1.0]]).reshape(1, 2, 2, 1)
    tensors["b1"][...] = 0.5
    tensors["W2"][...] = [[1.0, -1.0]]
    tensors["y"][...] = [[1.0, 0.0]]
    return program, tensors


def test_a_worked_example() -> None:
    program, tensors = by_hand()
    run(program.differentiating, tensors, CONTEXT)
    # At (0,0): −1·0 + 2·1 + 0·4 + 1·5 + 0.5; a step to the right adds −1 + 2 + 0 + 1.
    z = [[7.5, 9.5, 11.5], [15.5, 17.5, 19.5], [23.5, 25.5, 27.5]]
    np.testing.assert_array_equal(tensors["z1"][0, 0], z)
    assert tensors["s1"].tolist() == [[[[17.5]]]]  # of 3×3, a window of 2×2 fits once
    assert tensors["won1"].tolist() == [[[[3]]]]
    delta = tensors["delta2"][0] @ [1.0, -1.0]
    np.testing.assert_allclose(tensors["delta1"][0, 0], [[0, 0, 0], [0, delta, 0], [0, 0, 0]])
    # The kernel's gradient is the one patch that counts, times its δ.
    np.testing.assert_allclose(tensors["dW1"][0, ..., 0], delta * PICTURE[1:3, 1:3])
    np.testing.assert_allclose(tensors["db1"], delta)
    to_input = program.to_input
    run(to_input, tensors, CONTEXT)
    wanted = np.zeros((4, 4))
    wanted[1:3, 1:3] = delta * np.array([[-1.0, 2.0], [0.0, 1.0]])
    np.testing.assert_allclose(tensors["dx"].reshape(4, 4), wanted)


def test_an_output_is_its_kernel_times_its_patch() -> None:
    program, tensors = by_hand()
    run(program.differentiating, tensors, CONTEXT)
    terms = program.writer["z1"].kernel.terms(tensors, CONTEXT, "z1", (0, 0, 1, 2), 19.5)
    assert [part.label for part in terms.parts] == [
        "image[0,0,1,2]·W1[0,0,0,0]", "image[0,0,1,3]·W1[0,0,1,0]",
        "image[0,0,2,2]·W1[0,1,0,0]", "image[0,0,2,3]·W1[0,1,1,0]", "b1[0]",
    ]  # fmt: skip
    assert [part.value for part in terms.parts] == [-6, 14, 0, 11, 0.5]
    won = program.writer["s1"].kernel.terms(tensors, CONTEXT, "s1", (0, 0, 0, 0), 17.5)
    assert won.parts[0].factors[0].label == "z1[0,0,1,1]"


def test_of_equal_elements_the_first_wins() -> None:
    program, tensors = by_hand()
    tensors["a0"].fill(0)
    run(program.differentiating, tensors, CONTEXT)
    assert tensors["won1"].tolist() == [[[[0]]]]
    assert np.count_nonzero(tensors["delta1"]) == 1


@st.composite
def convolutions(draw: st.DrawFn) -> tuple[Conv2d, tuple[int, int, int]]:
    shape = (draw(st.integers(1, 3)), draw(st.integers(1, 7)), draw(st.integers(1, 7)))
    padding = draw(st.integers(0, 2))
    rows, columns = (draw(st.integers(1, size + 2 * padding)) for size in shape[1:])
    window = Window(rows, columns, draw(st.integers(1, 3)), padding)
    return Conv2d(draw(st.integers(1, 3)), window), shape


@given(convolutions(), st.integers(1, 3), st.integers(0, 99))
def test_it_is_what_loops_give(
    chosen: tuple[Conv2d, tuple[int, int, int]], rows: int, seed: int
) -> None:
    layer, shape = chosen
    network = network_of(shape, ["flatten", 2], [], "he")
    network = replace(network, layers=(layer, *network.layers))
    step = Step(Case(network), rows, seed)
    # The adjoint of the first layer is only run when somebody asks for ∂L/∂x.
    tensors = dict(step.program.workspace(moved_state(step.program, seed), rows,
                                          step.program.everything).rows(rows))  # fmt: skip
    load(tensors, noise(step.case, rows, seed))
    run((*step.program.differentiating, *step.program.to_input), tensors, step.context)
    a, W, b, delta = (tensors[name] for name in ("image", "W1", "b1", "delta1"))
    z, dW, error = np.zeros(tensors["z1"].shape), np.zeros(W.shape), np.zeros(a.shape)
    pad, stride = layer.window.padding, layer.window.stride
    for r, o, y, x in np.ndindex(z.shape):
        z[r, o, y, x] = b[o]
        for c, i, j in np.ndindex(W.shape[:3]):
            v, h = y * stride + i - pad, x * stride + j - pad
            if 0 <= v < shape[1] and 0 <= h < shape[2]:
                z[r, o, y, x] += W[c, i, j, o] * a[r, c, v, h]
                dW[c, i, j, o] += a[r, c, v, h] * delta[r, o, y, x]
                error[r, c, v, h] += W[c, i, j, o] * delta[r, o, y, x]
    np.testing.assert_allclose(tensors["z1"], z, atol=1e-12)
    np.testing.assert_allclose(tensors["dW1"], dW, atol=1e-12)
    np.testing.assert_allclose(tensors["db1"], delta.sum(axis=(0, 2, 3)), atol=1e-12)
    np.testing.assert_allclose(tensors["dimage"], error, atol=1e-12)


# Mistakes that people make.


class Halved:
    """A kernel whose result is half of what it should be."""

    def __init__(self, kernel: Kernel, name: str) -> None:
        self.kernel, self.name = kernel, name

    def bind(self, tensors: Arrays) -> Any:
        call, out = self.kernel.bind(tensors), tensors[self.name]

        def halved(context: StepContext) -> None:
            call(context)
            np.multiply(out, 0.5, out=out)

        return halved

    def terms(self, *arguments: Any) -> Any:
        return self.kernel.terms(*arguments)


class EveryTie:
    """Pooling's adjoint that gives every element the error, whichever won."""

    def __init__(self, kernel: MaxPoolAdjoint) -> None:
        self.kernel = kernel

    def bind(self, tensors: Arrays) -> Any:
        error, out = tensors[self.kernel.error.name], tensors[self.kernel.out.name]
        window = self.kernel.window

        def call(_: StepContext) -> None:
            out.fill(0)
            for row, channel, y, x in np.ndindex(error.shape):
                for _, _, v, h in window.seen_at(y, x, out.shape[1:]):
                    out[row, channel, v, h] += error[row, channel, y, x]

        return call

    def terms(self, *arguments: Any) -> Any:
        return self.kernel.terms(*arguments)


def turned(kernel: ConvolutionAdjoint) -> Any:
    """The adjoint with its kernel turned round: the mistake of a flip too many."""

    class Turned:
        def bind(self, tensors: Arrays) -> Any:
            W = kernel.W.name
            return kernel.bind({**tensors, W: np.ascontiguousarray(tensors[W][:, ::-1, ::-1])})

        def terms(self, *arguments: Any) -> Any:
            return kernel.terms(*arguments)

    return Turned()


MISTAKES: dict[str, tuple[type, Callable[[Any], Any]]] = {
    "the kernel's gradient is a mean over two places": (
        KernelGradient, lambda kernel: Halved(kernel, kernel.dW.name),
    ),
    "the bias' gradient is a mean": (MapGradient, lambda kernel: Halved(kernel, kernel.db.name)),
    "the kernel is turned round on the way back": (ConvolutionAdjoint, turned),
    "all elements of a window get its error": (MaxPoolAdjoint, EveryTie),
    "a mean's error is not shared out": (
        AveragePoolAdjoint, lambda kernel: Halved(kernel, kernel.out.name),
    ),
}  # fmt: skip
DEEP = network_of(
    (1, 8, 8),
    ["conv2d 2 3x3 pad 1", "max_pool2d 2", "conv2d 2 2x2", "avg_pool2d 2 stride 1", "flatten", 3],
    ["tanh", "tanh"],
    "he",
)


def checked(program: Program) -> float:
    chosen = Case(DEEP)
    values = noise(chosen, 40, 1)
    state = moved_state(program, 1)
    return check_gradient(program, state, values["a0"], values["y"], 1, 5).max_relative_error


def test_its_gradient_is_right() -> None:
    assert checked(Case(DEEP).program) < 1e-6


@pytest.mark.parametrize("name", MISTAKES)
def test_a_planted_mistake_is_caught(name: str) -> None:
    kind, spoil = MISTAKES[name]
    program = Case(DEEP).program
    spoilt = tuple(
        replace(each, kernel=spoil(each.kernel)) if isinstance(each.kernel, kind) else each
        for each in program.operations
    )
    assert spoilt != program.operations
    assert checked(replace(program, operations=spoilt)) > 1e-3


# Recipes.


def test_an_activation_comes_after_the_pooling_that_follows_its_layer() -> None:
    names = [type(layer).__name__ for layer in DEEP.layers]
    assert names == [
        "Conv2d", "MaxPool2d", "ActivationLayer", "Conv2d", "ActivationLayer", "AvgPool2d",
        "Flatten", "Dense",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("layers", "fault"),
    [
        (["28x28", "conv2d 4", "flatten", 10], r"layers\[1\]: expected conv2d KERNELS"),
        (["28x28", "conv2d 4 5x5 by 2", "flatten", 10], r"layers\[1\]: expected conv2d KERNELS"),
        (["28x28", "max_pool2d 0", "flatten", 10], r"layers\[1\]: expected max_pool2d SIZE"),
        (["28x28", "conv2d 4 5x5", 10], r"a dense layer reads a vector of numbers"),
        (
            ["28x28", "conv2d 4 15x15", "conv2d 2 15x15", "flatten", 10],
            "a window of 15x15 does not fit into 14x14",
        ),
        ([784, "conv2d 4 5x5", "flatten", 10], r"it reads pictures"),
        ([784, "flatten", 10], r"it flattens pictures"),
        (["28x29", "flatten", 10], r"network.layers: expected"),
    ],
)
def test_layers_that_do_not_fit_are_refused(layers: list[int | str], fault: str) -> None:
    with pytest.raises(TuiNNError, match=fault):
        method({"layers": layers})


def test_fans_are_of_a_patch() -> None:
    W, b = layer_of("conv2d 6 5x5").parameters(Place(1, 0, (3, 9, 9)))
    assert (W.shape, W.fans, W.decays, b.shape) == ((3, 5, 5, 6), (75, 150), True, (6,))


# Files.


def test_a_file_has_pytorch_s_names_and_shapes(tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    run = session(convolutional())
    path = tmp_path / "net.safetensors"
    save_checkpoint(path, run.checkpoint())
    shapes = {name: value.shape for name, value in load_file(path).items()}
    assert shapes == {
        "0.weight": (4, 1, 5, 5), "0.bias": (4,), "3.weight": (3, 4, 3, 3), "3.bias": (3,),
        "7.weight": (10, 12), "7.bias": (10,),
    }  # fmt: skip
    assert load_checkpoint(path).state.flat.tobytes() == run.state.flat.tobytes()


TORCH = {
    "max pooling": (
        CONVOLUTIONAL,
        lambda nn: [
            nn.Conv2d(1, 4, 5, stride=2), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(4, 3, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(),
            nn.Linear(12, 10),
        ],
    ),
    "average pooling": (
        AVERAGED,
        lambda nn: [
            nn.AvgPool2d(2), nn.Conv2d(1, 3, (3, 2), stride=2, padding=1), nn.MaxPool2d(2),
            nn.ReLU(), nn.Conv2d(3, 2, 2), nn.ReLU(), nn.AvgPool2d(2, 1), nn.Flatten(),
            nn.Linear(4, 7), nn.ReLU(), nn.Linear(7, 10),
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TORCH)
def test_pytorch_says_the_same_of_the_same_file(name: str, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    from safetensors.torch import load_file

    layers, modules = TORCH[name]
    run_ = session(method({"layers": layers}))
    run_.step_batch()
    path = tmp_path / "net.safetensors"
    save_checkpoint(path, run_.checkpoint())
    net = torch.nn.Sequential(*modules(torch.nn))
    net.load_state_dict(load_file(path))
    program, rows = run_.program.inference, 6
    tensors = program.workspace(run_.state, rows, program.everything).rows(rows)
    random = np.random.default_rng(1)
    tensors["a0"][...] = random.random((rows, 784))
    tensors["y"][...] = np.eye(10)[random.integers(0, 10, rows)]
    context = StepContext(1, 1, 0, np.arange(rows), 0.1)
    run((*program.differentiating, *program.to_input), tensors, context)
    x = torch.tensor(tensors["a0"].reshape(rows, 1, 28, 28), requires_grad=True)
    loss = torch.nn.functional.cross_entropy(net(x), torch.tensor(tensors["y"]))
    loss.backward()
    assert float(loss.detach()) == pytest.approx(float(tensors["L"]), rel=1e-5)
    np.testing.assert_allclose(tensors["dx"], x.grad.reshape(rows, 784), rtol=1e-4, atol=1e-6)
    gradients = {key: value.grad.numpy() for key, value in net.named_parameters()}
    for each in program.network.parameters:
        ours: Array = tensors[program.gradient_of(each.name).name].transpose(each.torch_axes)
        np.testing.assert_allclose(ours, gradients[each.torch_name], rtol=1e-4, atol=1e-5)


def test_a_state_of_pytorch_says_the_same_here() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    layers, modules = TORCH["max pooling"]
    run_ = session(method({"layers": layers}))
    net = torch.nn.Sequential(*modules(torch.nn))
    program, rows = run_.program.inference, 6
    for each in program.network.parameters:
        theirs = net.state_dict()[each.torch_name].numpy()
        run_.state.tensors[each.name].transpose(each.torch_axes)[...] = theirs
    tensors = program.workspace(run_.state, rows, program.predicting).rows(rows)
    tensors["a0"][...] = np.random.default_rng(1).random((rows, 784))
    run(program.predicting, tensors, StepContext(1, 1, 0, np.arange(rows), 0.1))
    with torch.no_grad():
        said = net(torch.tensor(tensors["a0"].reshape(rows, 1, 28, 28))).softmax(1).numpy()
    np.testing.assert_allclose(tensors["p"], said, atol=1e-5)
