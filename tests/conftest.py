"""What all tests share: where the real MNIST is, and Hypothesis without chance."""

import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples on every machine: some by default, more with `make test-slow`, and most with
# `--hypothesis-profile=thorough`.
for profile, examples in {"some": 12, "more": 100, "thorough": 5000}.items():
    settings.register_profile(profile, derandomize=True, deadline=None, max_examples=examples)
settings.load_profile("some")


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


@pytest.fixture(autouse=True)
def state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where runs are kept by themselves while a test runs: never where the person keeps theirs."""
    folder = tmp_path / "state"
    monkeypatch.setenv("TUI_NN_STATE", str(folder))
    return folder


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where digits that are drawn while a test runs are kept: never among the person's own."""
    folder = tmp_path / "own"
    monkeypatch.setenv("TUI_NN_OWN", str(folder))
    return folder
