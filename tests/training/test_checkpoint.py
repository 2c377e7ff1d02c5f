"""Saved networks: what is in the file, what comes back, and which files are refused."""

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from tui_nn.errors import TuiNNError
from tui_nn.nn.tensors import Array
from tui_nn.training.breakpoints import AtOperation, WhenMetric
from tui_nn.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from tui_nn.training.recipe import load_recipe
from tui_nn.training.watches import WatchElement, WatchNorm

RECIPE = load_recipe("3b1b")


@pytest.fixture
def trained() -> Checkpoint:
    state = RECIPE.architecture().initial_state(7)
    rng = np.random.default_rng(0)
    for parameter in state.tensors.values():
        parameter += rng.normal(0, 0.1, parameter.shape).astype(np.float32)
    return Checkpoint(RECIPE, state, step=42, threads=1)


@pytest.fixture
def saved(trained: Checkpoint, tmp_path: Path) -> Path:
    path = tmp_path / "net.safetensors"
    save_checkpoint(path, trained)
    return path


def metadata_of(path: Path) -> dict[str, str]:
    with safe_open(path, framework="numpy") as file:
        return dict(file.metadata())


def rewritten(path: Path, tensors: dict[str, Array] | None = None, **metadata: str | None) -> Path:
    """The file with some of its contents replaced; None removes a key of the metadata."""
    texts = metadata_of(path) | metadata
    kept = {key: text for key, text in texts.items() if text is not None}
    content = {name: array.copy() for name, array in load_file(path).items()}
    save_file(content | (tensors or {}), path, kept)
    return path


def test_comes_back_bit_for_bit(trained: Checkpoint, saved: Path) -> None:
    loaded = load_checkpoint(saved)
    assert loaded.recipe == trained.recipe
    assert (loaded.step, loaded.threads) == (42, 1)
    assert loaded.state.flat.dtype == np.float32
    assert loaded.state.flat.tobytes() == trained.state.flat.tobytes()


def test_tensors_are_named_and_laid_as_torch_has_them(trained: Checkpoint, saved: Path) -> None:
    tensors = load_file(saved)
    assert {name: array.shape for name, array in tensors.items()} == {
        "0.weight": (16, 784),
        "0.bias": (16,),
        "2.weight": (16, 16),
        "2.bias": (16,),
        "4.weight": (10, 16),
        "4.bias": (10,),
    }
    for layer, place in ((1, 0), (2, 2), (3, 4)):
        weights = trained.state.tensors[f"W{layer}"]
        np.testing.assert_array_equal(tensors[f"{place}.weight"].T, weights)
        np.testing.assert_array_equal(tensors[f"{place}.bias"], trained.state.tensors[f"b{layer}"])


def test_metadata_say_how_it_was_trained(saved: Path) -> None:
    metadata = metadata_of(saved)
    assert metadata["tui_nn.format"] == "1"
    assert json.loads(metadata["recipe"])["network"]["layers"] == [784, 16, 16, 10]
    assert (metadata["step"], metadata["seed"], metadata["threads"]) == ("42", "1", "1")
    assert metadata["numpy"] == np.__version__
    assert metadata["blas"]


def test_replaces_what_was_there_and_leaves_nothing_beside_it(
    trained: Checkpoint, tmp_path: Path
) -> None:
    path = tmp_path / "net.safetensors"
    path.write_bytes(b"an older file")
    save_checkpoint(path, trained)
    assert load_checkpoint(path).step == 42
    assert list(tmp_path.iterdir()) == [path]


def test_failing_to_save_leaves_what_was_there(
    trained: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "net.safetensors"
    path.write_bytes(b"an older file")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TuiNNError, match=r"net\.safetensors: cannot be saved: No space left"):
        save_checkpoint(path, trained)
    assert path.read_bytes() == b"an older file"
    assert list(tmp_path.iterdir()) == [path]


def test_is_on_the_disk_before_it_has_its_name(
    trained: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "net.safetensors"
    synced: list[bool] = []
    sync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda file: (synced.append(path.exists()), sync(file)))
    save_checkpoint(path, trained)
    assert synced == [False]


@pytest.mark.parametrize("length", [0, 1, 7, 8, 9, 100, 2000, -1])
def test_truncated_file(saved: Path, length: int) -> None:
    saved.write_bytes(saved.read_bytes()[:length])
    with pytest.raises(TuiNNError, match=r"net\.safetensors: damaged, or not a safetensors file"):
        load_checkpoint(saved)


@pytest.mark.parametrize("content", [b"", b"hello\n", b"PK\x03\x04" * 100, b"\xff" * 4096])
def test_foreign_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "foreign"
    path.write_bytes(content)
    with pytest.raises(TuiNNError, match="foreign: damaged, or not a safetensors file"):
        load_checkpoint(path)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(TuiNNError, match="cannot be read: No such file or directory"):
        load_checkpoint(tmp_path / "nowhere")
    with pytest.raises(TuiNNError, match="cannot be read: Is a directory"):
        load_checkpoint(tmp_path)


def test_safetensors_of_somebody_else(tmp_path: Path) -> None:
    path = tmp_path / "else.safetensors"
    save_file({"0.weight": np.zeros((16, 784), np.float32)}, path)
    with pytest.raises(TuiNNError, match=r"else\.safetensors: was not saved by tui-nn"):
        load_checkpoint(path)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"tui_nn.format": "2"}, "expected format 1, found 2: another version of tui-nn saved it"),
        ({"step": None}, "damaged metadata: .*`step`"),
        ({"step": "many"}, "damaged metadata: .*step"),
        ({"step": "-1"}, "damaged metadata: step -1"),
        ({"threads": "0"}, "damaged metadata: step 42, 0 threads"),
        ({"recipe": "{"}, "damaged recipe: "),
        ({"recipe": "[]"}, "damaged recipe: "),
        ({"recipe": '{"name": "x"}'}, "recipe: network: missing"),
        (
            {"recipe": '{"name": "x", "network": {"layers": [3, 2]}}'},
            r"recipe: network.layers: expected \[784, hidden layers …, 10\], found \[3, 2\]",
        ),
        (
            {"recipe": '{"name": "x", "network": {"layers": [784, 10]}}'},
            r"2\.bias: unknown; expected 0\.weight, 0\.bias",
        ),
        (
            {"recipe": '{"name": "x", "network": {"layers": [784, 100000, 100000, 10]}}'},
            r"0\.weight: expected F32 \[100000, 784\], found F32 \[16, 784\]",
        ),
    ],
)
def test_metadata_that_do_not_fit(saved: Path, changes: dict[str, str | None], reason: str) -> None:
    with pytest.raises(TuiNNError, match=reason) as caught:
        load_checkpoint(rewritten(saved, **changes))
    assert str(saved) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("tensors", "reason"),
    [
        ({"0.weight": np.zeros((784, 16), np.float32)}, r"0\.weight: expected F32 \[16, 784\]"),
        ({"0.bias": np.zeros(16)}, r"0\.bias: expected F32 \[16\], found F64 \[16\]"),
        ({"6.bias": np.zeros(1, np.float32)}, r"6\.bias: unknown"),
    ],
)
def test_tensors_that_do_not_fit(saved: Path, tensors: dict[str, Array], reason: str) -> None:
    with pytest.raises(TuiNNError, match=reason):
        load_checkpoint(rewritten(saved, tensors))


def test_tensor_that_is_missing(saved: Path) -> None:
    tensors, metadata = load_file(saved), metadata_of(saved)
    del tensors["2.bias"]
    save_file(tensors, saved, metadata)
    with pytest.raises(TuiNNError, match=r"2\.bias: missing"):
        load_checkpoint(saved)


def test_breakpoints_and_watches_come_back(trained: Checkpoint, tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    breakpoints = (AtOperation("dW2", on=False), WhenMetric("loss", "below", 0.3))
    watches = (WatchElement("W2", (3, 1)), WatchNorm("dW1"))
    save_checkpoint(path, replace(trained, breakpoints=breakpoints, watches=watches))
    loaded = load_checkpoint(path)
    assert (loaded.breakpoints, loaded.watches) == (breakpoints, watches)


def test_a_file_from_before_there_were_breakpoints_can_be_read(saved: Path) -> None:
    loaded = load_checkpoint(rewritten(saved, breakpoints=None, watches=None))
    assert (loaded.breakpoints, loaded.watches) == ((), ())


@pytest.mark.parametrize("text", ["[", "{}", '[{"type":"Never"}]', '[{"type":"AtStep"}]'])
def test_damaged_breakpoints_are_refused(saved: Path, text: str) -> None:
    with pytest.raises(TuiNNError, match="damaged breakpoints or watches"):
        load_checkpoint(rewritten(saved, breakpoints=text))
