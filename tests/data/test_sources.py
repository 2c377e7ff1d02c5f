"""What --data accepts, and what it says of the rest."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.data.files import csv, digits, keras, same, write_idx
from tui_nn.data import embedded, torchvision_sets
from tui_nn.data.folders import SETS
from tui_nn.data.sources import available, data_folder, fetch, load
from tui_nn.data.worlds import WORLDS
from tui_nn.errors import TuiNNError

OTHERS = [name for name in SETS if name != "mnist"]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("TUI_NN_DATA", str(folder))
    return folder


@pytest.fixture(params=[False, True], ids=["without torchvision", "with torchvision"])
def installed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr(torchvision_sets, "is_installed", lambda: request.param)
    return bool(request.param)


def refusal(name: str) -> str:
    with pytest.raises(TuiNNError) as caught:
        load(name)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_embedded_is_always_there(root: Path) -> None:
    assert load("embedded").name == "embedded"
    assert available()[0]._replace(title="") == ("embedded", "", True, embedded.PATH, "")
    fetch("embedded")
    assert list(root.iterdir()) == []


@pytest.mark.parametrize("name", SETS)
def test_a_named_set_is_read_from_the_data_folder(root: Path, name: str) -> None:
    write_idx(SETS[name].raw(root), digits(), name)
    dataset = load(name)
    assert dataset.name == name
    assert same(dataset, digits())
    here = {source.name: source for source in available() if source.here}
    assert list(here) == ["embedded", name, *WORLDS]
    assert here[name].where == SETS[name].raw(root)
    assert here[name].how == ""


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("place", ["", "{folder}", "{folder}/raw"])
def test_a_path_may_name_any_level_of_the_layout(root: Path, name: str, place: str) -> None:
    write_idx(SETS[name].raw(root), digits(), name, packed=True)
    path = root / place.format(folder=SETS[name].torchvision)
    assert same(load(str(path)), digits())


def test_of_several_sets_in_a_folder_mnist_is_meant(root: Path) -> None:
    write_idx(SETS["kmnist"].raw(root), digits(seed=1), "kmnist")
    write_idx(SETS["qmnist"].raw(root), digits(seed=2), "qmnist")
    assert refusal(str(root)) == (
        f"{root}: holds several data sets; choose one: {root / 'KMNIST'} or {root / 'QMNIST'}"
    )
    write_idx(SETS["mnist"].raw(root), digits(seed=3))
    assert same(load(str(root)), digits(seed=3))


def test_says_what_is_missing_and_how_to_get_it(root: Path, installed: bool) -> None:
    assert refusal("mnist") == (
        f"mnist is not here: its four files are not all in {root / 'MNIST' / 'raw'}; "
        "run: tui-nn data fetch mnist"
    )
    commands = {source.name: source.how for source in available() if not source.here}
    assert list(commands) == [*SETS, "own"]
    for name in OTHERS:
        expected = f"tui-nn data fetch {name}"
        if not installed:
            expected = f"pip install 'tui-nn[torchvision]' && {expected}"
        assert commands[name] == expected
        assert refusal(name).endswith(f"{SETS[name].raw(root)}; run: {expected}")


def test_loading_never_fetches(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object) -> None:
        raise AssertionError("loading used the network")

    monkeypatch.setattr("socket.socket.connect", connect)
    for name in SETS:
        assert "is not here" in refusal(name)
    assert list(root.iterdir()) == []


def test_nothing_heavy_is_imported_to_load() -> None:
    heavy = "{'torch', 'torchvision', 'pooch', 'requests', 'tqdm'}"
    program = (
        "import sys; from tui_nn.data.sources import load, available; load('embedded');"
        f"available(); print({heavy} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (run.stdout, run.stderr) == ("set()\n", "")


def test_the_data_folder_is_the_users_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUI_NN_DATA", "/somewhere")
    assert data_folder() == Path("/somewhere")
    monkeypatch.setenv("TUI_NN_DATA", "")
    users = data_folder()
    assert users.name == "tui-nn"
    assert users.is_absolute()
    monkeypatch.delenv("TUI_NN_DATA")
    assert data_folder() == users


@pytest.mark.parametrize(
    "name", ["nothing", "no/such/file.csv", "MNIST", "\0", "~nobody/x", "x\ud800"]
)
def test_says_that_a_name_means_nothing(
    root: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    message = refusal(name)
    assert repr(name) in message
    assert "expected embedded, mnist" in message


@given(st.text(max_size=60))
def test_no_name_raises_anything_else(name: str) -> None:
    assume(name not in ("embedded", *SETS))
    assert "expected" in refusal(name)


def test_a_name_too_long_is_one_line() -> None:
    assert refusal("x" * 5000).endswith("cannot be read: File name too long")


def test_says_what_it_expects_of_a_path(tmp_path: Path) -> None:
    assert f"{tmp_path}: holds no data set; expected a folder with MNIST/raw/" in refusal(
        str(tmp_path)
    )
    file = tmp_path / "digits.doc"
    file.touch()
    assert f"{file}: holds no data set; expected a" in refusal(str(file))


def test_endings_may_be_in_capitals(tmp_path: Path) -> None:
    (tmp_path / "DIGITS.CSV").write_text(csv(digits()["train"]))
    assert len(load(str(tmp_path / "DIGITS.CSV"))["train"]) == 11
    with (tmp_path / "MNIST.NPZ").open("wb") as file:
        np.savez(file, **keras(digits()))
    assert same(load(str(tmp_path / "MNIST.NPZ")), digits())


def test_a_mistake_leaves_what_was_loaded(tmp_path: Path) -> None:
    folder = write_idx(tmp_path / "set", digits())
    loaded = load(str(folder))
    for file in folder.iterdir():
        file.write_bytes(file.read_bytes()[:-1])
    assert "truncated" in refusal(str(folder))
    assert same(loaded, digits())


def test_says_what_can_be_fetched(root: Path, installed: bool) -> None:
    with pytest.raises(TuiNNError, match="no data set called 'cifar' to fetch; expected mnist, fa"):
        fetch("cifar")
    if not installed:
        with pytest.raises(TuiNNError, match=r"kmnist is fetched by torchvision, which is missing"):
            fetch("kmnist")
        assert list(root.iterdir()) == []


class FakeDatasets:
    """Stands for torchvision.datasets: writes a set, of which ``damage`` files are cut short."""

    def __init__(self, name: str, damage: bool = False) -> None:
        self.name, self.damage, self.calls = name, damage, []  # type: ignore[var-annotated]

    def __getattr__(self, folder: str) -> Any:
        def build(root: Path, **arguments: Any) -> None:
            self.calls.append((folder, arguments))
            print("Downloading", file=sys.stderr)
            raw = write_idx(root / folder / "raw", digits(), self.name)
            if self.damage:
                (raw / SETS[self.name].files[2]).write_bytes(b"\0\0\x08\x03")

        return build


def pretend(monkeypatch: pytest.MonkeyPatch, datasets: object) -> None:
    module = ModuleType("torchvision")
    module.datasets = datasets  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torchvision", module)
    monkeypatch.setattr(torchvision_sets, "is_installed", lambda: True)


@pytest.mark.parametrize("name", OTHERS)
def test_the_others_come_through_torchvision(
    root: Path, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    datasets = FakeDatasets(name)
    pretend(monkeypatch, datasets)
    fetch(name)
    assert same(load(name), digits())
    assert [folder for folder, _ in datasets.calls] == [SETS[name].torchvision] * 2
    assert all(arguments["download"] for _, arguments in datasets.calls)
    assert [path.name for path in root.iterdir()] == [SETS[name].torchvision]
    assert capsys.readouterr().err == ""
    fetch(name)
    assert len(datasets.calls) == 2, "what is here was fetched again"


def test_what_torchvision_left_damaged_does_not_get_its_place(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, FakeDatasets("kmnist", damage=True))
    with pytest.raises(TuiNNError, match="t10k-images-idx3-ubyte: truncated"):
        fetch("kmnist")
    assert [path for path in root.rglob("*") if path.is_file()] == []
    assert "is not here" in refusal("kmnist")


def test_what_torchvision_says_is_put_on_one_line(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("Error downloading x:\nTried y, got:\n<urlopen error>\n")

    pretend(monkeypatch, SimpleNamespace(KMNIST=fail))
    with pytest.raises(TuiNNError) as caught:
        fetch("kmnist")
    assert list(root.iterdir()) == []
    assert str(caught.value) == (
        "torchvision could not fetch kmnist: Error downloading x: Tried y, got: <urlopen error>"
    )


def test_the_real_mnist_by_name_and_by_path(
    mnist_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUI_NN_DATA", str(mnist_folder))
    by_name = load("mnist")
    assert len(by_name["train"]) == 60_000
    assert same(by_name, load(str(mnist_folder)))
    assert next(source for source in available() if source.name == "mnist").here
