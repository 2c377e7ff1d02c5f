"""Saved runs: what is in the file, what comes back, and which files are refused."""

import json
import os
import re
import tracemalloc
import zlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from tests.training.runs import CLUSTERS, METHODS, method, session
from tui_nn.data.dataset import normalise
from tui_nn.errors import TuiNNError
from tui_nn.nn.tensor import Array
from tui_nn.training.recipe.recipe import load_recipe
from tui_nn.training.session.session import Session
from tui_nn.training.stepping.epochs import EpochRecord
from tui_nn.training.stepping.history import History
from tui_nn.training.stepping.place import Place
from tui_nn.training.stops.breakpoints import AtOperation, WhenMetric
from tui_nn.training.stops.watches import WatchElement, WatchNorm
from tui_nn.training.storage import checkpoint
from tui_nn.training.storage.checkpoint import Checkpoint, load_checkpoint, machine, save_checkpoint

RECIPE = load_recipe("3b1b")
FORMAT_2 = Path(__file__).with_name("saved") / "format-2.safetensors"
EPOCHS = (
    '[{"epoch":1,"step":40,"train_loss":1,"train_accuracy":0.5,'
    '"validation_loss":1,"validation_accuracy":0.5}]'
)


@pytest.fixture
def trained() -> Checkpoint:
    state = RECIPE.architecture().initial_state(7)
    rng = np.random.default_rng(0)
    for parameter in state.tensors.values():
        parameter += rng.normal(0, 0.1, parameter.shape).astype(np.float32)
    rows = rng.random((42, 4 + 3))
    rows[3, 0], rows[4, 4] = np.nan, np.inf
    epochs = (
        EpochRecord(1, 20, 0.1, 0.2, 1 / 3, 0.4, 5.5),
        EpochRecord(2, 40, float("nan"), 0.2, float("inf"), 0.4, 11.0),
    )
    return Checkpoint(RECIPE, state, place=Place(42), threads=1, history=History.of(rows, epochs))


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
    assert loaded.history.rows.tobytes() == trained.history.rows.tobytes()
    assert repr(loaded.history.epochs) == repr(trained.history.epochs)
    seconds = [record.seconds for record in loaded.history.epochs]
    assert seconds == [5.5, 11.0]
    assert (loaded.place.operation, loaded.edits, loaded.history.branches) == (0, (), ())


def test_a_long_record_is_no_part_of_the_metadata(
    trained: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "LONG", 41)
    path = tmp_path / "long.safetensors"
    save_checkpoint(path, trained)
    assert metadata_of(path)["history"] == ""
    loaded = load_checkpoint(path)
    assert loaded.history.rows.tobytes() == trained.history.rows.tobytes()
    assert loaded.state.flat.tobytes() == trained.state.flat.tobytes()
    content = path.read_bytes()
    for end in range(0, len(content), max(1, len(content) // 97)):
        path.write_bytes(content[:end])
        with pytest.raises(TuiNNError, match=re.escape(str(path))):
            load_checkpoint(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (lambda: b"", "damaged history: not 42 × 7 numbers"),
        (lambda: b"no zlib", "damaged history: Error -3"),
        (lambda: zlib.compress(bytes(42 * 7 * 8 - 1)), "damaged history: not 42 × 7 numbers"),
        (lambda: zlib.compress(bytes(1 << 28), 1), "damaged history: not 42 × 7 numbers"),
    ],
)
def test_a_long_record_that_is_damaged(
    saved: Path, content: Callable[[], bytes], reason: str
) -> None:
    tensor = {"history": np.frombuffer(content(), np.uint8)}
    with pytest.raises(TuiNNError, match=reason):
        load_checkpoint(rewritten(saved, tensor, history=""))


def test_a_long_record_that_is_missing(saved: Path) -> None:
    with pytest.raises(TuiNNError, match="history: missing"):
        load_checkpoint(rewritten(saved, history=""))


def test_a_record_is_written_without_a_copy_of_it(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).random((checkpoint.LONG * 4, 7))
    run = session()
    run.step_epoch()
    long = replace(run.checkpoint(), history=History.of(rows, ()), place=Place(len(rows)))
    tracemalloc.start()
    try:
        save_checkpoint(tmp_path / "long.safetensors", long)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < rows.nbytes / 4
    assert len(load_checkpoint(tmp_path / "long.safetensors").history) == len(rows)


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
    assert metadata["tui_nn.format"] == "3"
    assert json.loads(metadata["recipe"])["network"]["layers"] == [784, 16, 16, 10]
    assert (metadata["step"], metadata["seed"], metadata["threads"]) == ("42", "1", "1")
    assert metadata["machine"].startswith(f"NumPy {np.__version__}, openblas ")
    assert "NaN" not in metadata["epochs"], "no other program could read it"


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
    with pytest.raises(TuiNNError, match=r"net\.safetensors: cannot be written: No space left"):
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
        ({"tui_nn.format": "1"}, "expected format 3, found 1: another version of tui-nn saved it"),
        ({"step": None}, "damaged metadata: .*`step`"),
        ({"step": "many"}, "damaged metadata: .*step"),
        ({"step": "-1"}, "damaged metadata: step -1"),
        ({"operation": "24"}, "damaged metadata: operation 24"),
        ({"operation": "-1"}, "damaged metadata: operation -1"),
        ({"step": "41"}, "damaged history: 42 steps of 41"),
        ({"history": "0 7 eJwDAAAAAAE="}, "damaged history: 0 steps of 42"),
        ({"history": None}, "damaged metadata: .*`history`"),
        ({"history": "1 1"}, "damaged metadata: "),
        ({"history": "42 7 eJwDAAAAAAE="}, "damaged metadata: not 42 × 7 numbers"),
        ({"history": "-1 7 eJwDAAAAAAE="}, "damaged metadata: an array of -1 × 7"),
        ({"history": "42 7 !"}, "damaged metadata: "),
        ({"history": "42 7 aGVsbG8="}, "damaged metadata: "),
        ({"epochs": "{}"}, "damaged metadata: "),
        ({"epochs": '[{"epoch":1}]'}, "damaged metadata: .*`step`"),
        ({"epochs": EPOCHS.replace("1", "0", 1)}, "damaged epochs"),
        ({"epochs": f"[{EPOCHS[1:-1]},{EPOCHS[1:-1]}]"}, "damaged epochs"),
        ({"epochs": EPOCHS.replace("40", "43")}, "damaged epochs: one ends after step 42"),
        ({"epochs": EPOCHS.replace("40", "4.5")}, "damaged metadata: "),
        ({"edits": '[{"step":1,"name":"W9","value":1}]'}, "damaged edits: there is no parameter"),
        ({"edits": '[{"step":1,"name":"l2","value":-1}]'}, r"damaged edits: .*l2: expected float"),
        (
            {"edits": '[{"step":1,"name":"W1","value":1,"index":[784,0]}]'},
            r"damaged edits: W1 has the shape \[784, 16\], and no element \[784, 0\]",
        ),
        ({"edits": "[1]"}, "damaged metadata: "),
        ({"threads": "0"}, "damaged metadata: step 42, 0 threads"),
        ({"recipe": "{"}, "damaged metadata: "),
        ({"recipe": "[]"}, "damaged metadata: "),
        ({"recipe": '{"name": "x"}'}, "recipe: network: missing"),
        (
            {"recipe": '{"name": "x", "network": {"layers": [3, 2]}}'},
            r"recipe: network.layers: expected \[784, hidden layers …, 10\], found \[3, 2\]",
        ),
        (
            {"recipe": '{"name": "x", "network": {"layers": [784, 10, 10, 10, 10]}}'},
            r"damaged history",
        ),
        (
            {"recipe": '{"name": "x", "network": {"layers": [784, 100000, 100000, 10]}}'},
            r"0\.weight: expected F32 \[100000, 784\], found F32 \[16, 784\]",
        ),
        (
            {
                "recipe": json.dumps(
                    {
                        "name": "x",
                        "network": {"layers": [784, 16, 16, 10]},
                        "training": {"optimizer": "adam"},
                    }
                )
            },
            r"optimizer\.m\.0\.bias: missing; expected 0\.weight, ",
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


def test_what_a_later_version_adds_is_left_alone(saved: Path) -> None:
    assert load_checkpoint(rewritten(saved, mood="good")).step == 42


@pytest.mark.parametrize("text", ["[", "{}", '[{"type":"Never"}]', '[{"type":"AtStep"}]'])
def test_damaged_breakpoints_are_refused(saved: Path, text: str) -> None:
    with pytest.raises(TuiNNError, match="damaged metadata: "):
        load_checkpoint(rewritten(saved, breakpoints=text))


def test_it_says_whether_going_on_gives_the_same_bits(trained: Checkpoint, tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    save_checkpoint(path, trained)
    here = load_checkpoint(path)
    assert here.machine == machine()
    assert here.caution == trained.caution == ""
    earlier = load_checkpoint(rewritten(path, arithmetic="1"))
    assert earlier.caution == (
        "continues, not bit for bit: another version of tui-nn trained it, "
        "which adds up in another order"
    )
    elsewhere = load_checkpoint(rewritten(path, machine="NumPy 1.0, mkl"))
    assert elsewhere.caution == (
        f"continues, not bit for bit: it was trained with NumPy 1.0, mkl, this is {machine()}"
    )
    # Saved again it still says where its numbers come from.
    save_checkpoint(path, elsewhere)
    again = load_checkpoint(path)
    assert (again.machine, again.arithmetic) == ("NumPy 1.0, mkl", 1)


# What batch_norm keeps has names of its own: tests/nn/test_batch_norm.py.
BARE = [name for name, each in METHODS.items() if not each.network.normalized]


@pytest.mark.parametrize("name", BARE)
def test_what_the_optimiser_remembers_stands_beside_the_parameters(
    name: str, tmp_path: Path
) -> None:
    run, path = session(METHODS[name]), tmp_path / "net.safetensors"
    run.step_batch()
    save_checkpoint(path, run.checkpoint())
    tensors, found = load_file(path), {}
    places = sorted({int(name.split(".")[-2]) for name in tensors})
    for torch_name, array in tensors.items():
        *slot, place, kind = torch_name.split(".")
        ours = f"{'W' if kind == 'weight' else 'b'}{places.index(int(place)) + 1}"
        assert slot[:1] == ["optimizer"] * bool(slot)
        # Its outputs come first, ours come last.
        found["".join(slot[1:]) + ours] = np.moveaxis(array, 0, -1)
    assert found.keys() == run.state.tensors.keys()
    for ours, array in run.state.tensors.items():
        np.testing.assert_array_equal(found[ours], array)


def test_the_file_is_that_network_in_plain_numpy(tmp_path: Path) -> None:
    """As PyTorch's Linear has it: y = x·Wᵀ + b."""
    run, path = session(METHODS["adam"]), tmp_path / "net.safetensors"
    run.step_epoch()
    save_checkpoint(path, run.checkpoint())
    tensors, image = load_file(path), CLUSTERS["test"].images[0]
    x = image.reshape(-1).astype(np.float64) / 255
    for place in (0, 2, 4):
        x = tensors[f"{place}.weight"] @ x + tensors[f"{place}.bias"]
        x = np.maximum(x, 0) if place < 4 else x
    logits = run.probe(image, 3).computed.tensors["z3"][0]
    np.testing.assert_allclose(x, logits, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", ["plain", "rmsprop", "adam", "adamw", "one output"])
def test_pytorch_loads_it_as_it_is(name: str, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    load_for_torch = pytest.importorskip("safetensors.torch").load_file
    using = METHODS[name]
    run, path = session(using), tmp_path / "net.safetensors"
    run.step_epoch()
    save_checkpoint(path, run.checkpoint())
    between = {"relu": torch.nn.ReLU, "tanh": torch.nn.Tanh, "sigmoid": torch.nn.Sigmoid}
    modules = []
    for before, after in pairwise(using.network.layers):
        modules += [torch.nn.Linear(before, after), between[using.network.activation]()]
    model = torch.nn.Sequential(*modules[:-1])
    content = load_for_torch(path)
    missing, rest = model.load_state_dict(content, strict=using.training.optimizer == "sgd"
                                          and not using.training.momentum)  # fmt: skip
    assert missing == []
    assert all(key.startswith("optimizer.") for key in rest)
    images = CLUSTERS["test"].images
    with torch.no_grad():
        logits = model(torch.from_numpy(normalise(images))).numpy()
    for image, row in zip(images, logits, strict=True):
        ours = run.probe(image, None).computed.tensors["z3"][0]
        np.testing.assert_allclose(row, ours, rtol=0, atol=1e-5)


class TestAFileOfFormat2:
    """Saved when a hidden δ was one operation: after step 3's ∇b2, with η changed after a δ2."""

    def test_it_stands_where_it_was_left(self) -> None:
        loaded = load_checkpoint(FORMAT_2)
        names = [each.name for each in loaded.recipe.program().operations]
        done = loaded.place.operation
        assert names[done - 1 : done + 1] == ["db2", "da1"]
        (edit,) = loaded.edits
        assert names[edit.place.operation - 1] == "delta2"

    def test_it_goes_on_as_the_same_run_does_now(self) -> None:
        run = Session.resumed(load_checkpoint(FORMAT_2), CLUSTERS, history_memory=2**24)
        network = {"layers": [784, 2, 3, 10], "activation": "tanh"}
        now = session(method(network, momentum=0.5, seed=5))
        names = [each.name for each in now.program.operations]
        for _ in range(2):
            now.step_batch()
        for _ in range(names.index("delta2") + 1):
            now.step_operation()
        now.set_learning_rate(0.05)
        while now.position.step < 6:
            now.step_batch()
        while run.position.step < 6:
            run.step_batch()
        assert run.position == now.position
        for name, array in now.state.tensors.items():
            np.testing.assert_allclose(run.state.tensors[name], array, rtol=1e-5, atol=1e-7)
        run.back_operation()
        run.go_to(Place(0))
        assert run.position.step == 0

    @pytest.mark.parametrize("operation", ["-1", "22", "23"])
    def test_an_operation_that_it_did_not_have_is_refused(
        self, operation: str, tmp_path: Path
    ) -> None:
        path = tmp_path / "run.safetensors"
        path.write_bytes(FORMAT_2.read_bytes())
        with pytest.raises(TuiNNError, match=f"damaged metadata: operation {operation}"):
            load_checkpoint(rewritten(path, operation=operation))
