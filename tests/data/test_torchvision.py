"""Beside the real torchvision: the same digits, and either finds what the other fetched."""

import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.data.conftest import Mirror
from tests.data.files import digits, md5, publish, same
from tui_nn.data import mnist, torchvision_sets
from tui_nn.data.dataset import Dataset, Split
from tui_nn.data.folders import SETS
from tui_nn.data.sources import fetch, load
from tui_nn.errors import TuiNNError

pytestmark = pytest.mark.torchvision

ARGUMENTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "emnist-digits": ({"split": "digits", "train": True}, {"split": "digits", "train": False}),
    "qmnist": ({"what": "train"}, {"what": "test"}),
}
PUBLISHED = digits()


@pytest.fixture(scope="module")
def datasets() -> Any:
    from torchvision import datasets

    return datasets


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder."""
    monkeypatch.setenv("TUI_NN_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def published(datasets: Any, mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> Mirror:
    """A mirror with small sets of all five names, to which torchvision and tui-nn turn."""
    sums = {name: publish(mirror.folder / name, PUBLISHED, name) for name in SETS}
    for name in ("mnist", "fashion-mnist", "kmnist"):
        theirs = getattr(datasets, SETS[name].torchvision)
        monkeypatch.setattr(theirs, "mirrors", [f"{mirror.url}{name}/"])
        monkeypatch.setattr(theirs, "resources", list(sums[name].items()))
    urls = [(f"{mirror.url}qmnist/{file}", each) for file, each in sums["qmnist"].items()]
    monkeypatch.setattr(datasets.QMNIST, "resources", {"train": urls[:2], "test": urls[2:]})
    archive = mirror.folder / "gzip.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for each in sums["emnist-digits"]:
            file.write(mirror.folder / "emnist-digits" / each, f"gzip/{each}")
    monkeypatch.setattr(datasets.EMNIST, "url", f"{mirror.url}gzip.zip")
    monkeypatch.setattr(datasets.EMNIST, "md5", md5(archive))
    monkeypatch.setattr(mnist, "CHECKSUMS", sums["mnist"])
    monkeypatch.setattr(mnist, "MIRRORS", (f"{mirror.url}mnist/",))
    return mirror


def theirs(datasets: Any, name: str, root: Path) -> Dataset:
    """What torchvision reads, without fetching, as one of our data sets."""
    splits = {}
    parts = ARGUMENTS.get(name, ({"train": True}, {"train": False}))
    for split, arguments in zip(("train", "test"), parts, strict=True):
        read = getattr(datasets, SETS[name].torchvision)(root, download=False, **arguments)
        labels = read.targets.numpy()
        images = read.data.numpy()
        if name == "emnist-digits":
            images = images.transpose(0, 2, 1)  # torchvision leaves them on their side
        if name == "qmnist":
            labels = labels[:, 0]
        splits[split] = Split(images, labels.astype(np.uint8))
    return Dataset(name, splits)


def test_the_real_mnist_is_the_same(datasets: Any, mnist_folder: Path) -> None:
    ours = load(str(mnist_folder))
    assert len(ours["train"]) == 60_000
    assert same(ours, theirs(datasets, "mnist", mnist_folder))


def test_mirrors_and_checksums_are_theirs(datasets: Any) -> None:
    assert list(mnist.MIRRORS) == datasets.MNIST.mirrors
    assert list(mnist.CHECKSUMS.items()) == datasets.MNIST.resources


@pytest.mark.parametrize("name", SETS)
def test_finds_what_torchvision_fetched(
    datasets: Any, name: str, root: Path, published: Mirror
) -> None:
    for arguments in ARGUMENTS.get(name, ({"train": True}, {"train": False})):
        getattr(datasets, SETS[name].torchvision)(root, download=True, **arguments)
    assert same(load(name), PUBLISHED)
    asked = len(published.asked)
    assert asked > 0
    fetch(name)
    assert len(published.asked) == asked, "it was fetched again"


@pytest.mark.parametrize("name", SETS)
def test_torchvision_finds_what_we_fetched(
    datasets: Any, name: str, root: Path, published: Mirror
) -> None:
    fetch(name)
    assert published.asked
    assert same(load(name), PUBLISHED)
    published.asked.clear()
    assert same(theirs(datasets, name, root), PUBLISHED)
    assert not published.asked
    assert [path.name for path in root.iterdir()] == [SETS[name].torchvision]


def test_mnist_can_be_fetched_through_torchvision_too(root: Path, published: Mirror) -> None:
    torchvision_sets.fetch_through_torchvision(SETS["mnist"], root)
    assert len(published.asked) >= 4
    assert same(load("mnist"), PUBLISHED)


def test_the_real_mnist_fetched_by_each(
    datasets: Any, root: Path, mirror: Mirror, mnist_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = load(str(mnist_folder))
    sums = publish(mirror.folder, real)
    monkeypatch.setattr(datasets.MNIST, "mirrors", [mirror.url])
    monkeypatch.setattr(datasets.MNIST, "resources", list(sums.items()))
    monkeypatch.setattr(mnist, "CHECKSUMS", sums)
    datasets.MNIST(root, download=True)
    assert same(load("mnist"), real)
    shutil.rmtree(root)
    mnist.fetch_mnist(root, mirrors=(mirror.url,))
    assert same(theirs(datasets, "mnist", root), real)


@pytest.mark.parametrize("name", ["fashion-mnist", "emnist-digits", "qmnist"])
def test_a_mirror_with_other_files_is_refused(name: str, root: Path, published: Mirror) -> None:
    for path in published.folder.rglob("*.*z*"):
        path.write_bytes(b"not what was published")
    with pytest.raises(TuiNNError, match=f"torchvision could not fetch {name}: ") as caught:
        fetch(name)
    assert "\n" not in str(caught.value)
    assert published.asked
    assert [path for path in root.rglob("*") if path.is_file()] == []
