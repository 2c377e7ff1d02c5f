"""What all tests share: where the real MNIST is, and Hypothesis without chance."""

import gc
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples on every machine: some by default, more with `make test-slow`, and most with
# `--hypothesis-profile=thorough`.
for profile, examples in {"some": 12, "more": 100, "thorough": 5000}.items():
    settings.register_profile(profile, derandomize=True, deadline=None, max_examples=examples)
settings.load_profile("some")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that wait for other processes, else one process has them at the end."""
    here = Path(__file__).parent
    items.sort(key=lambda item: item.path.parent not in (here / "terminal", here / "browser"))


def pytest_collection_finish() -> None:
    """Spare the garbage collector what lives to the end, thousands of tests and all modules."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_sessionfinish() -> None:
    """Collect what the tests left once; pytest goes through all that there is five times."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def mnist_folder() -> Path:
    """The data folder that holds the real MNIST, in torchvision's layout."""
    folder = os.environ.get("TUI_NN_DATA")
    if not folder:
        pytest.skip("needs the real MNIST: $TUI_NN_DATA is not set")
    raw = Path(folder, "MNIST", "raw")
    if not (raw / "train-images-idx3-ubyte").is_file():
        pytest.skip(f"needs the real MNIST: {raw} does not hold it")
    return Path(folder)


@pytest.fixture(scope="session")
def kept_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders for what a test keeps, one after the other: most make none, so none is made here."""
    folder = tmp_path_factory.mktemp("kept")
    return (folder / str(number) for number in count())


@pytest.fixture(autouse=True)
def state_folder(kept_folders: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where runs are kept by themselves while a test runs: never where the person keeps theirs."""
    folder = next(kept_folders)
    monkeypatch.setenv("TUI_NN_STATE", str(folder))
    return folder


@pytest.fixture(autouse=True)
def own_folder(kept_folders: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where digits that are drawn while a test runs are kept: never among the person's own."""
    folder = next(kept_folders)
    monkeypatch.setenv("TUI_NN_OWN", str(folder))
    return folder
