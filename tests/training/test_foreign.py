"""The weights of others: opened whatever their layers are called, whichever way round they lie."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from safetensors.numpy import save_file

from tests.data.files import digits
from tui_nn.cli import main
from tui_nn.data.dataset import Dataset
from tui_nn.errors import TuiNNError
from tui_nn.options import AppOptions
from tui_nn.training.recipe.recipe import Recipe, load_recipe
from tui_nn.training.session.session import Session
from tui_nn.training.storage.foreign import with_weights

Arrays = dict[str, Any]
SIZES = (784, 6, 5, 10)


def layers(dtype: type = np.float32) -> list[tuple[Any, Any]]:
    """W [in, out] and b of 784-6-5-10."""
    random = np.random.default_rng(1)
    return [
        (random.normal(0, 0.1, (one, other)).astype(dtype), random.normal(size=other).astype(dtype))
        for one, other in pairwise(SIZES)
    ]


def recipe() -> Recipe:
    return load_recipe("default").on("embedded")


def opened(path: Path, activation: str | None = None) -> list[Any]:
    """The parameters of the network that a file opens as."""
    network = with_weights(recipe(), path, activation).recipe.architecture()
    state = network.initial_state(1, np.float32)
    return [state.tensors[each.name] for each in network.parameters]


def torch_names(*names: str) -> Arrays:
    found: Arrays = {}
    for name, (W, b) in zip(names, layers(), strict=True):
        found |= {f"{name}.weight": np.ascontiguousarray(W.T), f"{name}.bias": b}
    return found


def keras_names() -> Arrays:
    found: Arrays = {}
    for name, (W, b) in zip(("dense", "dense_1", "dense_2"), layers(), strict=True):
        found |= {f"{name}/kernel": W, f"{name}/bias": b}
    return found


def numbered(letters: str = "Wb", transposed: bool = False) -> Arrays:
    found: Arrays = {}
    for number, (W, b) in enumerate(layers(), start=1):
        found |= {f"{letters[0]}{number}": W.T if transposed else W, f"{letters[1]}{number}": b}
    return found


FILES = {
    "torch sequential": ("a.safetensors", torch_names("0", "2", "4")),
    "torch modules": ("a.safetensors", torch_names("fc1", "fc2", "fc3")),
    "torch, more than nine": ("a.safetensors", torch_names("net.2", "net.4", "net.10")),
    "torch, not in order": ("a.safetensors", torch_names("input", "hidden", "classifier.head")),
    "keras": ("a.safetensors", keras_names()),
    "keras, in an npz": ("a.npz", {f"arr_{n}": a for n, a in enumerate(sum(layers(), ()))}),
    "npz": ("a.npz", numbered()),
    "npz, small": ("a.npz", numbered("wb")),
    "npz, [out, in]": ("a.npz", numbered(transposed=True)),
    "npz, handed in": ("a.npz", numbered() | {"X": np.ones((3, 784)), "dW1": np.ones((784, 6))}),
}


@pytest.mark.parametrize(("name", "arrays"), FILES.values(), ids=FILES)
def test_they_open(tmp_path: Path, name: str, arrays: Arrays) -> None:
    path = tmp_path / name
    if name.endswith("npz"):
        np.savez(path, **arrays)
    else:
        save_file(arrays, path)
    found = opened(path)
    for ours, theirs in zip(found, (each for pair in layers() for each in pair), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_they_are_trained_on_the_data_that_was_chosen(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, **numbered())
    chosen, note = with_weights(recipe(), path, "tanh,relu")
    assert chosen.network.activation == ["tanh", "relu"]
    assert "784-6-5-10, tanh, relu; W1, W2, W3 are [in, out]" in note
    small = msgspec.structs.replace(chosen.training, batch_size=5)
    data: Dataset = digits()
    session = Session(msgspec.structs.replace(chosen, training=small), data)
    before = session.state.tensors["W3"].copy()
    np.testing.assert_array_equal(before, layers()[2][0])
    session.step_batch()
    assert not np.array_equal(session.state.tensors["W3"], before)


def test_the_activation_that_is_assumed_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, **numbered())
    assert "784-6-5-10, relu assumed" in with_weights(recipe(), path).note


@pytest.mark.parametrize(
    ("name", "arrays", "reason"),
    [
        ("a.npz", {"W1": np.ones((784, 3)), "b1": np.ones(3)}, "784 numbers to 10 outputs"),
        ("a.npz", {"W1": np.ones((784, 10)), "b1": np.ones(9)}, "do not lead"),
        ("a.npz", {"conv.weight": np.ones((6, 1, 5, 5))}, "only dense layers"),
        ("a.npz", {"b1": np.ones(9)}, "expected weights"),
        ("a.npz", {"W1": np.full((784, 10), np.inf)}, "not finite"),
        ("a.npz", {"W1": np.array([{}], object)}, "never loaded"),
        ("a.npz", {"W1": np.ones((784, 2600)), "W2": np.ones((2600, 10))}, "more than 2,000,000"),
        ("a.h5", {}, "expected an .npz or a .safetensors"),
        ("a.safetensors", None, "cannot be read"),
    ],
)
def test_what_is_refused(tmp_path: Path, name: str, arrays: Arrays | None, reason: str) -> None:
    path = tmp_path / name
    if arrays:
        np.savez(path, **arrays)
    with pytest.raises(TuiNNError, match=reason):
        with_weights(recipe(), path)


def test_the_app_opens_them(tmp_path: Path) -> None:
    from screens.launch import start

    path = tmp_path / "a.safetensors"
    save_file(torch_names("0", "2", "4"), path)
    session, saved, notes = start(AppOptions(data="embedded", weights=str(path), activation="tanh"))
    np.testing.assert_array_equal(session.state.tensors["W1"], layers()[0][0])
    assert saved is None
    assert "784-6-5-10, tanh; 0.weight" in notes[-1]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--activation", "tanh"], "--activation is for the layers of --weights"),
        (["--weights", "a.npz", "--resume", "trained"], "cannot be combined with --resume"),
    ],
)
def test_usage(capsys: pytest.CaptureFixture[str], arguments: list[str], reason: str) -> None:
    assert main(arguments) == 2
    assert reason in capsys.readouterr().err
